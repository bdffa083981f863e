"""Readers of codes and numbers: a value, or the one refusal that they name; reading again changes nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from banyan.apps.people.rules import read_citizen_id, read_insurance_number
from banyan.apps.registry.rules import values
from banyan.apps.registry.rules.columns import fold_column, guess_date_style, guess_mapping, looks_like_data
from banyan.science.coding import Basis, BasisScheme, CodeError, Edition, Morphology, Topography

TEXT = st.one_of(st.text(max_size=14), st.from_regex(r"[CcIVX0-9¹٣./ ,+-]{0,14}", fullmatch=True))
READERS = {
    "topography": lambda text: Topography.parse(text, Edition.ICDO32).code,
    "morphology": lambda text: str(Morphology.parse(text, None, Edition.ICDO32)),
    "basis": lambda text: Basis.parse(text, BasisScheme.ENCR2022).code,
    "basis of IARC": lambda text: values.read_basis(text, "iarc"),
    "citizen number": read_citizen_id,
    "insurance number": read_insurance_number,
    "name": values.read_name,
    "stage": values.read_stage,
    "category": values.read_category,
    "vital status": values.read_vital_status,
    "age": values.read_age,
    "ward": values.read_ward,
    "grade": lambda text: values.read_choice(text, "123456789", "độ mô học", "grade"),
}
# these give a code of another scheme, or words for a code, which are not read again by the same reader
ONE_WAY = {"basis of IARC", "vital status"}


@pytest.mark.asvs("2.2.1", "2.2.2", "15.3.5")
@pytest.mark.parametrize("kind", READERS)
@example("9¹")  # found by bench/fuzz_parsers.py: a superscript counts as a digit and is no number
@example("")
@given(TEXT)
def test_a_reader_gives_text_or_its_own_refusal_in_both_languages(kind, text):
    try:
        value = READERS[kind](text)
    except CodeError as error:
        assert (bool(error.vi), bool(error.en)) == (True, True)  # noqa: PT017 -- both are right, and both are looked at
        return

    assert isinstance(value, str)
    assert kind in ONE_WAY or not value or READERS[kind](value) == value


@given(st.lists(st.text(max_size=12), max_size=8))
def test_columns_are_guessed_from_any_names(names):
    mapping = guess_mapping(names)

    assert set(mapping.values()) <= set(names)
    assert [fold_column(fold_column(name)) for name in names] == [fold_column(name) for name in names]
    assert looks_like_data([*names, "C50.4"])


@given(st.lists(TEXT, max_size=8))
def test_a_style_of_dates_is_guessed_from_any_cells(cells):
    assert guess_date_style(cells) in {"written", "month", "days", "excel"}
