from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.coding import MORPHOLOGY_CODES, TOPOGRAPHY_CODES, check_case, check_cases

TODAY = date(2026, 1, 1)
GOOD = {
    "sex": "2",
    "age": "59",
    "topography": "C50.4",
    "morphology": "8500/3",
    "basis": "7.1",
    "basis_scheme": "encr2022",
    "grade": "2",
    "laterality": "1",
    "birth_date": "1960-05-07",
    "incidence_date": "2019-08-14",
    "last_contact_date": "2024-03-01",
    "stage": "IIA",
    "t": "T2",
    "n": "N0",
    "m": "M0",
}


def find(**changes):
    """Return the names and results of what is found in a good case with some changes."""
    return [(found.rule, found.result) for found in check_case(GOOD | changes, today=TODAY)]


def test_good_case_has_no_finding():
    assert find() == []


@pytest.mark.asvs("2.2.3")
@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"sex": "X"}, ("code-sex", "invalid")),
        ({"age": "sixty"}, ("code-age", "invalid")),
        ({"age": "121", "birth_date": None}, ("code-age", "invalid")),
        ({"topography": "C50.7"}, ("code-topography", "invalid")),
        ({"topography": "C50"}, ("code-topography", "invalid")),
        ({"morphology": "7999/3"}, ("code-morphology", "invalid")),
        ({"morphology": "8500/5"}, ("code-behaviour", "invalid")),
        ({"morphology": "8500", "behaviour": "5"}, ("code-behaviour", "invalid")),
        ({"behaviour": "2", "stage": None, "t": None, "grade": None}, ("code-behaviour", "invalid")),
        ({"basis": "6"}, ("code-basis", "invalid")),
        ({"grade": "0"}, ("code-grade", "invalid")),
        ({"laterality": "7"}, ("code-laterality", "invalid")),
        ({"edition": "5"}, ("code-edition", "invalid")),
        ({"last_contact_date": "31/02/2024"}, ("code-date", "invalid")),
        ({"sex": ""}, ("missing", "query")),
        ({"topography": " "}, ("missing", "query")),
        ({"morphology": "8500"}, ("missing", "query")),
        ({"birth_date": "2020-01-01", "age": None}, ("date-birth-incidence", "invalid")),
        ({"incidence_date": "2026-02-01", "age": None, "last_contact_date": None}, ("date-incidence-future", "invalid")),
        ({"last_contact_date": "2019-08-13"}, ("date-contact-incidence", "invalid")),
        ({"last_contact_date": "2026-02-01"}, ("date-contact-future", "invalid")),
        ({"death_date": "2024-02-01"}, ("date-contact-death", "query")),
        ({"death_date": "2019-07-31", "last_contact_date": None}, ("date-death-incidence", "invalid")),
        ({"death_date": "2026-02-01"}, ("date-death-future", "invalid")),
        ({"age": "60"}, ("age-dates", "invalid")),
        ({"age": "999"}, ("age-dates", "query")),
        ({"sex": "1"}, ("male-breast", "rare")),
        ({"topography": "C53.9", "morphology": "8070/3", "sex": "1", "laterality": None}, ("sex-site", "invalid")),
        ({"topography": "C53.9", "morphology": "8070/3", "sex": "9", "laterality": None}, ("sex-site", "query")),
        ({"topography": "C61.9", "morphology": "8140/3", "laterality": None}, ("sex-site", "invalid")),
        ({"topography": "C80.9", "morphology": "8080/2", "stage": None, "t": None, "grade": None, "laterality": None},
         ("sex-histology", "rare")),
        ({"topography": "C34.1", "morphology": "9440/3", "grade": "9", "laterality": None}, ("site-histology", "rare")),
        ({"topography": "C80.9", "morphology": "8520/3", "laterality": None}, ("unknown-primary", "query")),
        ({"age": "19", "birth_date": None}, ("age-site", "rare")),
        ({"topography": "C70.0", "morphology": "9530/2", "grade": None, "stage": None, "t": None, "laterality": None,
          "n": None, "m": None}, ("behaviour-site", "rare")),
        ({"morphology": "8500/1", "grade": None}, ("behaviour-histology", "rare")),
        ({"morphology": "8010/6", "grade": None}, ("behaviour-registry", "query")),
        ({"morphology": "8500/2", "stage": "0", "t": "Tis"}, ("grade-behaviour", "invalid")),
        ({"grade": "6"}, ("grade-histology", "invalid")),
        ({"basis": "1"}, ("basis-histology", "query")),
        ({"stage": "0"}, ("stage-behaviour", "query")),
        ({"t": "pTis"}, ("stage-behaviour", "query")),
        ({"morphology": "8500/2", "grade": None, "t": None}, ("stage-behaviour", "query")),
        ({"m": "1"}, ("stage-metastasis", "query")),
        ({"dco": "1"}, ("dco-basis", "query")),
        ({"topography": "C77.0", "morphology": "9680/3", "grade": "6", "laterality": None}, ("stage-tnm", "query")),
        ({"topography": "C53.9", "morphology": "8070/3"}, ("laterality-site", "query")),
    ],
)  # fmt: skip
def test_each_slip_is_found(changes, finding):
    assert finding in find(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"sex": "9"},  # an unknown sex is no clash at a site of both
        {"sex": "F", "topography": "504", "morphology": "85003"},
        {"grade": "9"},
        {"grade": ""},
        {"age": "58", "birth_date": "1960"},  # one year either way where a month is unknown
        {"age": "60", "birth_date": "1960"},
        {"incidence_date": "2019", "last_contact_date": "2019-03-01"},  # may be later in the year
        {"last_contact_date": "99999999"},
        {"morphology": "8500/2", "stage": "0", "t": "Tis", "grade": None},
        {"topography": "C73.9", "morphology": "8260/3", "m": "1", "stage": "II", "laterality": None},
        {"basis": "8", "basis_scheme": "iarc"},
        {"basis": "6", "basis_scheme": "iarc"},
        {"basis": "7", "basis_scheme": None},
        {"edition": "4", "morphology": "8500A/3"},
    ],
)
def test_what_may_be_is_let_pass(changes):
    assert find(**changes) == []


def test_death_certificate_only_carries_no_detail():
    dco = {"basis": "0", "death_date": "2019-09-01", "last_contact_date": None, "morphology": "8000/3"}

    assert find(**dco) == [("dco-date", "query"), *[("dco-detail", "query")] * 3]


def test_sentence_names_the_two_facts():
    (found,) = check_case({"sex": "1", "topography": "C53.9"})

    assert found.sentence.vi == "Cổ tử cung (C53.9) ở nam giới"
    assert found.sentence.en == "Cervix uteri (C53.9) in a male"
    assert found.fields == ("sex", "topography")


def test_sentence_shows_what_is_known_of_a_date():
    (found,) = check_case({"incidence_date": "05/2019", "last_contact_date": "2018"}, today=TODAY)

    assert found.sentence.vi == "Ngày tin cuối 2018 trước ngày mắc 05/2019"
    assert found.sentence.en == "Last contact 2018 is before incidence 05/2019"


def test_frame_of_findings():
    frame = pl.DataFrame(
        {
            "sex": ["2", "1", None],
            "topography": ["C50.4", "C53.9", "C61.9"],
            "morphology": ["8500/3", "8070/3", "8140/3"],
        }
    )

    findings = check_cases(frame, today=TODAY)

    assert findings.drop("message_vi", "message_en").rows() == [
        (1, "sex-site", "invalid", ["sex", "topography"]),
        (2, "missing", "query", ["sex"]),
    ]


def test_one_thing_is_said_once():
    found = check_case({"age": 3, "topography": "C34.1", "morphology": "8140/3"}, today=TODAY)

    assert [finding.rule for finding in found] == ["age-site-histology"]


def test_no_columns_no_findings():
    assert check_case({}) == []
    assert check_cases(pl.DataFrame()).columns == [
        "row",
        "rule",
        "result",
        "message_vi",
        "message_en",
        "fields",
    ]


cells = st.one_of(
    st.none(), st.text(max_size=6), st.sampled_from(["1", "9", "C50.4", "8500/3", "2019", "99999999"])
)


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(st.sampled_from([*GOOD, "edition", "death_date", "dco"]), cells))
def test_any_text_is_a_finding_not_an_exception(case):
    results = {found.result for found in check_case(case, today=TODAY)}

    assert results <= {"invalid", "query", "rare"}


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "9"]),
            st.integers(0, 99),
            st.sampled_from(TOPOGRAPHY_CODES),
            st.sampled_from(MORPHOLOGY_CODES),
            st.sampled_from("012345679"),
            st.sampled_from("12345678"),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_case_is_checked_alike_alone_and_among_others(cases):
    columns = ["sex", "age", "topography", "morphology", "basis", "grade"]
    findings = check_cases(pl.DataFrame(cases, columns, orient="row"), today=TODAY)

    together = [list(findings.filter(row=number)["message_vi"]) for number in range(len(cases))]
    alone = [
        [found.sentence.vi for found in check_case(dict(zip(columns, case, strict=True)), today=TODAY)]
        for case in cases
    ]

    assert together == alone
