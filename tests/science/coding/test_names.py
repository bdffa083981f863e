"""The names of codes, and the glossary: complete, distinct, one spelling."""

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from banyan.science.coding.codes import (
    MORPHOLOGY_CODES,
    TOPOGRAPHY_CODES,
    TOPOGRAPHY_HEADINGS,
    Edition,
    list_behaviours,
)
from banyan.science.coding.names import (
    Name,
    choice_name,
    find_codes,
    icd10_name,
    morphology_name,
    name_table,
    site_name,
    topography_name,
)
from banyan.science.coding.reading import read_rows
from banyan.science.coding.sites import CI5_GROUPS, SITE_GROUPS

ROOT = Path(__file__).resolve().parents[3]
GLOSSARY = ROOT / "GLOSSARY.md"

CODE_TABLES = ("topography_names", "morphology_names", "icd10_names")
TABLES = (*CODE_TABLES, "choice_names", "site_names")
# The tone stands on the first vowel of an open oa, oe, uy: hóa, thủy, and not hoá, thuỷ; quý is no such case.
NEWER_TONE_PLACE = re.compile(r"o[áàảãạéèẻẽẹ](?!\w)|(?<!q)u[ýỳỷỹỵ](?!\w)", re.IGNORECASE)
OTHER_SPELLINGS = re.compile(
    r"\b(carcinôm|sarcôm|sarcom|lymphôm|bướu|bao tử|nhau thai|tế bào gai|lơ xê mi|polip|típe|týp|tỉ lệ)\b"
    r"|\b\w*(tumor|leukemia|esophag|hemangi|anemia|keratinizing|edema)\b",
    re.IGNORECASE,
)
# In situ by definition: their names say so to every pathologist.
IN_SITU_BY_NAME = {"8077/2", "8080/2", "8081/2", "8130/2", "8148/2", "8741/2", "8742/2"}


def each_language(table: str) -> list[str]:
    return [column for column in read_rows(table)[0] if column.startswith("name_")]


def test_every_site_of_icdo_has_a_name_and_nothing_else_has():
    codes = [row["code"] for row in read_rows("topography_names")]

    assert sorted(codes) == sorted((*TOPOGRAPHY_HEADINGS, *TOPOGRAPHY_CODES))


def test_every_morphology_of_both_editions_has_a_name_and_nothing_else_has():
    codes = [row["code"] for row in read_rows("morphology_names")]
    listed = {
        f"{histology}/{behaviour}"
        for edition in (Edition.ICDO31, Edition.ICDO32)
        for histology, behaviours in list_behaviours(edition).items()
        for behaviour in behaviours
    }

    assert sorted(codes) == sorted(listed)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_icd10_code_of_the_conversion_has_a_name(language):
    columns = ("malignant", "benign", "in_situ", "uncertain", "secondary")
    codes = {row[column] for row in read_rows("topography") for column in columns}
    codes |= {row[column] for row in read_rows("icd10_blocks") for column in ("icd10", "icd10_female")}
    codes |= {cell for row in read_rows("morphology") for cell in row.values()}
    written = {code[:5].rstrip(".-*") for code in codes if re.match(r"[A-Z][0-9]{2}(\.[0-9*-])?$", code)}

    assert len(written) > 500
    assert {code for code in written if icd10_name(code, language) == code} == set()


@pytest.mark.parametrize("table", CODE_TABLES)
def test_no_two_codes_of_one_depth_share_a_name(table):
    for column in each_language(table):
        names = Counter((len(row["code"]) > 3, row[column].casefold()) for row in read_rows(table))

        assert [name for name, count in names.items() if count > 1] == []


def test_no_two_morphologies_share_a_name_when_typed_without_marks():
    def strip_marks(name: str) -> str:
        letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
        return "".join(letter for letter in letters if not unicodedata.combining(letter))

    names = Counter(strip_marks(row["name_vi"]) for row in read_rows("morphology_names"))

    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_choices_of_one_list_share_a_name():
    for column in each_language("choice_names"):
        names = Counter((row["list"], row[column].casefold()) for row in read_rows("choice_names"))

        assert [name for name, count in names.items() if count > 1] == []


def test_in_situ_tumours_say_so_in_both_languages():
    in_situ = [row for row in read_rows("morphology_names") if row["code"].endswith("/2")]
    silent = {
        row["code"]
        for row in in_situ
        if "in situ" not in row["name_en"] or not re.search("tại chỗ|không xâm nhập", row["name_vi"])
    }

    assert silent - IN_SITU_BY_NAME == set()


def test_the_benign_do_not_call_themselves_malignant():
    benign = [row for row in read_rows("morphology_names") if row["code"].endswith("/0")]

    assert [
        row["code"] for row in benign if re.search("ác tính|ung thư|sarcoma", row["name_vi"].lower())
    ] == []
    assert [
        row["code"] for row in benign if re.search("malignant|carcinoma|sarcoma", row["name_en"].lower())
    ] == []


@pytest.mark.parametrize("table", TABLES)
def test_names_are_written_in_one_way(table):
    columns = [column for column in read_rows(table)[0] if column.endswith(("_en", "_vi"))]
    names = [row[column] for row in read_rows(table) for column in columns]

    assert [name for name in names if not unicodedata.is_normalized("NFC", name)] == []
    assert [name for name in names if name != " ".join(name.split()) or name[-1] in ".,;:"] == []
    assert [name for name in names if name[0] != name[0].upper()] == []
    assert [name for name in names if len(name) > 70] == []
    assert [name for name in names if NEWER_TONE_PLACE.search(name)] == []
    assert [name for name in names if OTHER_SPELLINGS.search(name)] == []


def test_the_spelling_rules_catch_what_they_are_for():
    assert NEWER_TONE_PLACE.search("hoá trị")
    assert NEWER_TONE_PLACE.search("tuỷ xương")
    assert not NEWER_TONE_PLACE.search("tủy xương, hóa, toàn, quý")
    assert OTHER_SPELLINGS.search("Giant cell tumor")
    assert not OTHER_SPELLINGS.search("Giant cell tumour, sarcoma")


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("C50.4", "Vú, một phần tư trên ngoài", "Breast, upper outer quadrant"),
        ("C50", "Vú", "Breast"),
        ("C18.71", "Đại tràng sigma", "Sigmoid colon"),
        ("C16.7", "Dạ dày", "Stomach"),
        ("C99.9", "C99.9", "C99.9"),
    ],
)
def test_topography_name(code, vi, en):
    assert (topography_name(code, "vi"), topography_name(code, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("8070/3", "Ung thư biểu mô tế bào vảy", "Squamous cell carcinoma"),
        ("8070/2", "Ung thư biểu mô tế bào vảy tại chỗ", "Squamous cell carcinoma in situ"),
        ("80700/3", "Ung thư biểu mô tế bào vảy", "Squamous cell carcinoma"),
        ("8140A/3", "Ung thư biểu mô tuyến", "Adenocarcinoma"),
        ("8247/2", "Ung thư biểu mô tế bào Merkel [/2: Tại chỗ]", "Merkel cell carcinoma [/2: In situ]"),
        ("8247", "Ung thư biểu mô tế bào Merkel", "Merkel cell carcinoma"),
        ("8999/3", "8999/3", "8999/3"),
        ("", "", ""),
    ],
)
def test_morphology_name(code, vi, en):
    assert (morphology_name(code, "vi"), morphology_name(code, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("C50", "Ung thư vú", "Cancer of breast"),
        ("C50.4", "Ung thư vú, một phần tư trên ngoài", "Cancer of breast, upper outer quadrant"),
        ("C504", "Ung thư vú, một phần tư trên ngoài", "Cancer of breast, upper outer quadrant"),
        ("C22.0", "Ung thư biểu mô tế bào gan", "Hepatocellular carcinoma"),
        ("C83.3", "U lympho tế bào B lớn lan tỏa", "Diffuse large B-cell lymphoma"),
        ("D05.1", "Ung thư biểu mô ống tại chỗ của vú", "Ductal carcinoma in situ of breast"),
        ("D22.5", "Nevus hắc tố", "Melanocytic naevus"),
        ("C42.1", "C42.1", "C42.1"),
    ],
)
def test_icd10_name(code, vi, en):
    assert (icd10_name(code, "vi"), icd10_name(code, "en")) == (vi, en)


@pytest.mark.parametrize("language", [None, "vi", "vi-vn"])
def test_a_page_without_a_language_is_vietnamese(language):
    assert topography_name("C61.9", language) == "Tuyến tiền liệt"


def test_site_name_has_three_forms():
    forms = [site_name("lung", "vi", form) for form in ("line", "short", "title")]

    assert forms == ["Khí quản, phế quản và phổi", "Phổi", "Ung thư phổi"]


def test_site_name_tells_the_two_gallbladders_apart():
    assert site_name("gallbladder", "vi", "title") == "Ung thư túi mật"
    assert site_name("gallbladder", "vi", "title", "ci5") == "Ung thư túi mật và đường mật ngoài gan"


@pytest.mark.parametrize(
    "group", [*SITE_GROUPS, *CI5_GROUPS], ids=lambda group: f"{group.system}-{group.key}"
)
def test_every_site_group_has_its_names(group):
    assert site_name(group.key, "vi", "line", group.system) == group.name_vi
    assert len(site_name(group.key, "vi", "short", group.system)) <= 24
    assert len(site_name(group.key, "en", "short", group.system)) <= 24
    assert site_name(group.key, "en", "title", group.system)[0].isupper()


def test_an_unknown_site_group_is_an_error():
    with pytest.raises(KeyError):
        site_name("lung_and_bronchus", "vi")


def test_choice_name():
    assert choice_name("basis", "7.2", "vi") == "Mô bệnh học của di căn"
    assert choice_name("iccc3", "Xa", "en") == "Intracranial and intraspinal germ cell tumours"
    assert choice_name("grade", "77", "en") == "77"


def test_an_unknown_list_is_an_error():
    with pytest.raises(KeyError):
        choice_name("colour", "1", "vi")


def test_every_group_of_iccc3_has_a_name():
    groups = {row["group"] for row in read_rows("iccc3")}
    subgroups = {row["group"] + row["subgroup"] for row in read_rows("iccc3")}

    assert {name.code for name in name_table("iccc3")} == groups | subgroups


def test_name_table_lists_what_can_be_chosen():
    assert [name.code for name in name_table("topography")] == list(TOPOGRAPHY_CODES)
    assert {name.code for name in name_table("morphology")} >= set(MORPHOLOGY_CODES)
    assert name_table("sex") == [
        Name("1", "Male", "Nam"),
        Name("2", "Female", "Nữ"),
        Name("9", "Unknown", "Không rõ"),
    ]


@pytest.mark.parametrize(
    ("kind", "wanted", "first"),
    [
        ("morphology", "85003", "8500/3"),
        ("morphology", "M-8500/2", "8500/2"),
        ("topography", "504", "C50.4"),
        ("topography", "c50.4", "C50.4"),
        ("morphology", "carcinôm tế bào gai", "8070/3"),
        ("morphology", "ung thu bieu mo te bao vay", "8070/3"),
        ("morphology", "Squamous cell carcinoma", "8070/3"),
        ("morphology", "ung thư biểu mô ống", "8500/3"),
        ("morphology", "DCIS", "8500/2"),
        ("morphology", "papillary thyroid carcinoma", "8260/3"),
        ("morphology", "acute myeloid leukemia", "9861/3"),
        ("morphology", "leukaemia acute myeloid", "9861/3"),
        ("morphology", "lơ xê mi cấp dòng tủy", "9861/3"),
        ("morphology", "bướu Wilms", "8960/3"),
        ("morphology", "hemangioma", "9120/0"),
        ("morphology", "lymphôm tế bào B lớn lan tỏa", "9680/3"),
        ("topography", "dạ dày", "C16.9"),
        ("topography", "bao tử", "C16.9"),
        ("topography", "breast upper outer", "C50.4"),
        ("topography", "vòm họng", "C11.9"),
        ("topography", "cơ tử cung", "C54.2"),
        ("topography", "cổ tử cung", "C53.9"),
        ("morphology", "u nguyên bào tụy", "8971/3"),
        ("morphology", "u nguyên bào tủy", "9470/3"),
        ("icd10", "ung thư vú", "C50"),
    ],
)
def test_find_codes_puts_what_was_meant_first(kind, wanted, first):
    assert find_codes(kind, wanted)[0].code == first


@pytest.mark.parametrize("wanted", ["", "  ", "?!", "xyzzy"])
def test_find_codes_finds_nothing_for_nothing(wanted):
    assert find_codes("morphology", wanted) == []


def test_find_codes_keeps_to_its_limit():
    assert len(find_codes("morphology", "ung thư biểu mô", limit=7)) == 7


@pytest.mark.parametrize("kind", ["topography", "morphology"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_code_is_first_when_its_whole_name_is_typed(kind, language):
    missed = {
        name.code
        for name in name_table(kind)[::6]
        if find_codes(kind, name.in_language(language), limit=1)[0].code != name.code
    }

    assert missed == set()


def test_other_names_name_codes_that_are_there_and_say_something_new():
    own = {
        name.code: {name.en, name.vi} for kind in ("topography", "morphology") for name in name_table(kind)
    }
    rows = read_rows("other_names")

    assert [row for row in rows if row["name"] in own[row["code"]]] == []
    assert [row for row, count in Counter(tuple(row.values()) for row in rows).items() if count > 1] == []
    assert [row for row in rows if not unicodedata.is_normalized("NFC", row["name"])] == []


def read_glossary() -> dict[str, list[list[str]]]:
    """Return the lines of the glossary by group, cells without blanks."""
    groups: dict[str, list[list[str]]] = {}
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            rows = groups.setdefault(line.removeprefix("## "), [])
        elif line.startswith("| ") and not line.startswith("| English"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return groups


def test_glossary_has_about_120_terms_in_groups():
    assert 100 <= sum(len(rows) for rows in read_glossary().values()) <= 160


def test_glossary_lines_are_complete_and_once():
    lines = [row for rows in read_glossary().values() for row in rows]

    assert [row for row in lines if len(row) != 4 or not all(row)] == []
    assert [term for term, count in Counter(row[0].casefold() for row in lines).items() if count > 1] == []


@pytest.mark.parametrize("group", read_glossary())
def test_glossary_is_sorted_within_its_groups(group):
    terms = [row[0].casefold() for row in read_glossary()[group]]

    assert [pair for pair in pairwise(terms) if pair[0] > pair[1]] == []


def test_glossary_names_places_that_exist():
    places = {
        place.strip() for rows in read_glossary().values() for row in rows for place in row[3].split(",")
    }

    assert [place for place in sorted(places) if not (ROOT / "src/banyan" / place).is_dir()] == []


def test_glossary_is_spelled_in_one_way():
    lines = [" ".join(row[:3]) for rows in read_glossary().values() for row in rows]

    assert [line for line in lines if NEWER_TONE_PLACE.search(line) or OTHER_SPELLINGS.search(line)] == []
