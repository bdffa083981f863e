"""What a save will ask for is worked out before the register is locked."""

from datetime import date

import polars as pl
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.people.rules import keep_checked_digits
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.rules.checking import IDENTITY, check_identity
from banyan.apps.registry.services.entry import add_case, save_case
from banyan.apps.registry.services.judging import check_facts, derive_facts, read_facts, rehearse

PERSON = {"full_name": "Trần Thị Lụa", "sex": "2", "birth_date": date(1960, 1, 1), "birth_precision": "day"}
TUMOUR = {
    "topography": "C50.4",
    "morphology": "8500",
    "behaviour": "3",
    "basis": "7.1",
    "grade": "2",
    "incidence_date": date(2024, 5, 6),
    "incidence_precision": "day",
    "ward_code": "",
}


def add(registrar) -> Tumour:
    return add_case(person_facts=PERSON, tumour_facts=TUMOUR, kind="discharge", by=registrar)


def test_a_new_case_is_judged_once_and_before_the_lock(registrar) -> None:
    derive_facts.cache_clear()
    check_facts.cache_clear()

    tumour = add(registrar)

    assert (derive_facts.cache_info().misses, check_facts.cache_info().misses) == (1, 1)
    assert (tumour.icd10, tumour.site, tumour.age) == ("C50.4", "breast", 64)


def test_a_changed_case_is_judged_once_and_before_the_lock(registrar) -> None:
    tumour = add(registrar)
    derive_facts.cache_clear()
    check_facts.cache_clear()

    saved = save_case(
        tumour=tumour,
        person_facts={"birth_date": date(1950, 1, 1), "birth_precision": "day"},
        tumour_facts={"topography": "C50.2"},
        versions=(1, 1),
        reason="theo giấy",
        by=registrar,
    )

    # the person's own cases are judged again when her birth changes: once more, of the old codes
    assert (saved.icd10, saved.age) == ("C50.2", 74)
    assert check_facts.cache_info().misses == 2


def test_a_rehearsal_asks_the_database_nothing_and_changes_nothing(registrar) -> None:
    tumour = add(registrar)
    facts = read_facts(tumour)

    with CaptureQueriesContext(connection) as asked:
        rehearse(tumour, {"topography": "C50.9", "sex": "1"}, date(2026, 1, 1))

    assert (len(asked), read_facts(tumour)) == (0, facts)


def test_what_a_process_remembers_of_a_case_has_neither_name_nor_number(registrar) -> None:
    tumour = add(registrar)
    tumour.person.citizen_id = "001060123456"

    facts = dict(read_facts(tumour))

    assert facts["citizen_id"] == "000060000000"
    assert facts.keys() & {"number", "full_name", "folded_name", "insurance_number"} == set()
    assert dict(read_facts(tumour, {"citizen_id": "001160123456"}))["citizen_id"] == "000160000000"
    assert dict(read_facts(tumour, {"citizen_id": "012345678"}))["citizen_id"] is None


@given(
    number=st.one_of(
        st.from_regex(r"[0-9]{12}", fullmatch=True), st.from_regex(r"([0-9]{9})?", fullmatch=True)
    ),
    sex=st.sampled_from(["0", "1", "2", "9"]),
    born=st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2026, 1, 1))),
)
def test_the_digits_that_are_kept_say_all_that_is_checked(number, sex, born) -> None:
    def judge(text: str) -> list[list[int]]:
        types = {"citizen_id": pl.String, "sex": pl.String, "birth_date": pl.Date}
        case = pl.DataFrame([{"citizen_id": text or None, "sex": sex, "birth_date": born}], schema=types)
        return [check_identity(case, rule)["row"].to_list() for rule in IDENTITY]

    assert judge(keep_checked_digits(number)) == judge(number)
