import pytest

from banyan.science.coding import CI5_GROUPS, SITE_GROUPS, site_group, site_groups


def test_every_line_of_the_published_tables_is_there():
    assert [group.number for group in SITE_GROUPS] == list(range(1, 39))
    assert [group.number for group in CI5_GROUPS] == list(range(1, 62))
    assert site_groups("ci5") == CI5_GROUPS


def test_keys_are_unique():
    assert len({group.key for group in SITE_GROUPS}) == 38
    assert len({group.key for group in CI5_GROUPS}) == 61


@pytest.mark.parametrize(
    ("icd10", "globocan", "ci5"),
    [
        ("C50.4", "breast", 29),
        ("C504", "breast", 29),
        ("C61", "prostate", 39),
        ("C67.9", "bladder", 45),
        ("D09.0", "bladder", 45),
        ("D41.4", "bladder", 45),
        ("C45.0", "mesothelioma", 26),
        ("C46.9", "kaposi", 27),
        ("C44.3", "skin", 25),
        ("D45", "other", 59),
        ("D46.9", "other", 60),
        ("D47.1", "other", 59),
        ("C86.5", "non-hodgkin", 53),
        ("C88.0", "myeloma", 54),
        ("C26.9", "other", 61),
        ("C80", "unspecified", 61),
        ("C24.1", "other", 17),
        ("C65", "kidney", 43),
    ],
)
def test_codes_count_in_their_lines(icd10, globocan, ci5):
    assert site_group(icd10).key == globocan
    assert site_group(icd10, "ci5").number == ci5


@pytest.mark.parametrize("icd10", ["D05.1", "D09.1", "D41.0", "D32.0", "N40", "", None])
def test_benign_and_in_situ_tumours_count_in_no_line(icd10):
    assert site_group(icd10) is None


MALIGNANT = [*range(27), *range(30, 35), *range(37, 42), *range(43, 59), *range(60, 87), 88, *range(90, 97)]


@pytest.mark.parametrize("system", ["globocan", "ci5"])
def test_every_malignant_heading_counts_in_a_line(system):
    uncounted = [number for number in MALIGNANT if site_group(f"C{number:02}", system) is None]

    assert uncounted == []


def test_line_says_who_can_have_it():
    assert site_group("C53").sex == "female"
    assert site_group("C61").sex == "male"
    assert site_group("C50").sex == "both"
    assert site_group("C53").name("vi") == "Cổ tử cung"
    assert site_group("C53").globocan == 23
    assert site_group("C53").ci5 is None
