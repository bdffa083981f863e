import pytest

from banyan.science.coding import Edition, Icd10, Morphology, Topography, to_icd10


def convert(topography, morphology, sex="2", edition=Edition.ICDO32):
    return to_icd10(Topography.parse(topography, edition), Morphology.parse(morphology, edition=edition), sex)


@pytest.mark.parametrize(
    ("topography", "morphology", "sex", "code"),
    [
        ("C50.4", "8500/3", "2", "C50.4"),  # the malignant column of the site
        ("C50.4", "8500/2", "2", "D05.1"),  # ductal carcinoma in situ of the breast
        ("C61.9", "8140/3", "1", "C61"),
        ("C16.4", "8140/3", "1", "C16.4"),
        ("C53.9", "8070/2", "2", "D06.9"),
        ("C67.9", "8120/2", "1", "D09.0"),  # a column of the site
        ("C67.9", "8120/1", "1", "D41.4"),
        ("C44.3", "8720/3", "2", "C43.3"),  # melanoma of the face
        ("C44.3", "8090/3", "2", "C44.3"),
        ("C38.4", "9050/3", "1", "C45.0"),  # mesothelioma of the pleura
        ("C44.6", "9140/3", "1", "C46.0"),  # Kaposi sarcoma of the skin
        ("C42.1", "9861/3", "1", "C92.0"),  # a fixed code wherever it is
        ("C77.0", "9680/3", "2", "C83.3"),
        ("C62.9", "9061/3", "1", "C62.9"),
        ("C75.3", "9395/3", "2", "C75.3"),
        ("C80.9", "8000/3", "9", "C80"),
    ],
)
def test_tumours_find_their_code(topography, morphology, sex, code):
    assert convert(topography, morphology, sex).code == code


@pytest.mark.parametrize(
    ("subsite", "morphology", "code"),
    [
        ("C22.0", "8160/3", "C22.1"),
        ("C22.1", "8170/3", "C22.0"),
        ("C22.0", "8970/3", "C22.2"),
        ("C22.0", "9120/3", "C22.3"),
        ("C22.0", "8800/3", "C22.4"),
        ("C22.0", "8070/3", "C22.7"),
        ("C22.0", "8000/3", "C22.9"),
        ("C22.0", "8010/3", "C22.7"),
    ],
)
def test_liver_is_coded_by_what_grows_there(subsite, morphology, code):
    assert convert(subsite, morphology).code == code


def test_sex_that_contradicts_the_morphology_is_invalid():
    answer = convert("C54.1", "8930/3", "1")

    assert (answer.code, answer.status) == (None, "invalid")
    assert answer.reason.vi == "Hình thái học này chỉ có ở nữ giới."
    assert answer.reason.en == "This morphology occurs in females only."


@pytest.mark.parametrize(("sex", "code"), [("1", "C62.9"), ("2", "C56"), ("9", None)])
def test_unknown_site_is_coded_by_sex(sex, code):
    assert convert("C80.9", "9084/3", sex).code == code


def test_unusual_behaviour_is_rare_but_coded():
    assert convert("C50.4", "8520/0").status == "rare"


def test_site_without_a_code_says_so():
    answer = convert("C42.0", "8071/0")

    assert (answer.code, answer.status) == (None, "ok")
    assert answer.reason.en == "ICD-10 has no code for this tumour here."


def test_pair_without_a_rule_is_invalid():
    assert convert("C50.4", "8500/6").status == "invalid"


def test_icdo4_is_converted_as_the_code_it_refines():
    assert convert("C50.4", "85000/3", edition=Edition.ICDO4) == Icd10("C50.4", "ok")
