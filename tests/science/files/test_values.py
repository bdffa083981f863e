"""Parsers of single columns."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.files import (
    Table,
    parse_age,
    parse_age_group,
    parse_decimal,
    parse_flag,
    parse_sex,
    parse_whole,
    parse_year,
)


def column(*cells: object) -> pl.Series:
    return pl.Series(cells, dtype=pl.String)


def test_sex_in_every_spelling():
    parsed = parse_sex(column("1", "M", "male", "Nam", "1.0", "2", "f", "FEMALE", "nữ", "Nu", "9", "", None))

    assert parsed.values.to_list() == ["1"] * 5 + ["2"] * 5 + ["9"] * 3
    assert parsed.first_fault() is None


def test_sex_typed_in_parquet():
    assert parse_sex(pl.Series([1, 2, None])).values.to_list() == ["1", "2", "9"]
    assert parse_sex(pl.Series([1.0, 2.0])).values.to_list() == ["1", "2"]


def test_sex_refused_says_which_rows():
    parsed = parse_sex(column("1", "3", "x"))

    assert [row for row, _ in parsed.faults()] == [1, 2]
    assert parsed.first_fault()[1].en == "‘3’ is not a sex (1 or M male, 2 or F female, 9 unknown)"


@pytest.mark.parametrize(
    ("cell", "lower"),
    [
        ("0", 0),
        ("1", 0),
        ("1-4", 0),
        ("0–4", 0),
        ("05-09", 5),
        ("85+", 85),
        ("85-99", 85),
        ("90", 90),
        ("20.0", 20),
    ],
)
def test_age_group_gives_its_lower_bound(cell, lower):
    assert parse_age_group(column(cell)).values.to_list() == [lower]


@pytest.mark.parametrize("cell", ["7", "99", "15-24", "1-9", "abc", "200", "-5"])
def test_age_group_that_is_none_is_refused(cell):
    assert parse_age_group(column(cell)).wrong.to_list() == [True]


def test_age_group_unknown_needs_its_code():
    assert parse_age_group(column("99", "", "unknown"), unknown=("99",)).values.to_list() == [None] * 3
    assert (
        parse_age_group(column("99"))
        .first_fault()[1]
        .en.endswith("(if it means unknown, say --unknown-code 99)")
    )


def test_age_accepts_parts_of_years_and_nothing_impossible():
    parsed = parse_age(column("45", "45.5", "0", "", "999", "-1", "131", "x"))

    assert parsed.values.to_list() == [45, 45.5, 0, None, None, None, None, None]
    assert parsed.wrong.to_list() == [False] * 4 + [True] * 4


def test_age_unknown_code():
    assert parse_age(pl.Series([999, 45]), unknown=("999",)).values.to_list() == [None, 45]
    assert parse_age(pl.Series([999.0, 45.0]), unknown=("999",)).wrong.to_list() == [False, False]


def test_decimal_comma_is_read_unless_it_may_mark_thousands():
    parsed = parse_decimal(column("1.5", "1,5", "0,123", "1,234", "1e-5", "inf", "nan"))

    assert parsed.values.to_list() == [1.5, 1.5, 0.123, None, 1e-5, None, None]
    assert parsed.wrong.to_list() == [False, False, False, True, False, True, False]


def test_whole_number_within_bounds():
    parsed = parse_whole(column("7", " 7 ", "7.0", "7.5", "12"), least=0, most=10)

    assert parsed.values.to_list() == [7, 7, 7, None, None]
    assert parsed.first_fault()[1].en == "‘7.5’ is not a whole number from 0 to 10"


def test_year_is_a_calendar_year():
    assert parse_year(column("2024", "2024.0", "24", "99999")).values.to_list() == [2024, 2024, None, None]


def test_flag_in_every_spelling():
    parsed = parse_flag(column("1", "0", "dead", "Alive", "yes", "chết", "2", None))

    assert parsed.values.to_list() == [True, False, True, False, True, True, None, None]
    assert parsed.wrong.to_list() == [False] * 6 + [True, False]
    assert parse_flag(pl.Series([True, False])).values.to_list() == [True, False]


def test_fault_names_file_line_and_column():
    table = Table(frame=pl.DataFrame({"age": column("5", "abc")}), path="cases.csv", first_line=2)
    parsed = parse_whole(table.frame["age"])

    faults = parsed.list_faults(table, "age")

    assert [str(fault) for fault in faults] == ["cases.csv, line 3, column age: ‘abc’ is not a whole number."]
    assert faults[0].say("vi") == "cases.csv, dòng 3, cột age: ‘abc’ không phải số nguyên."


@given(st.lists(st.integers(-(10**12), 10**12)))
def test_whole_numbers_survive(numbers):
    parsed = parse_whole(pl.Series([str(number) for number in numbers], dtype=pl.String))

    assert parsed.values.to_list() == numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_decimals_survive(numbers):
    parsed = parse_decimal(pl.Series([repr(number) for number in numbers], dtype=pl.String))

    assert parsed.values.to_list() == numbers
