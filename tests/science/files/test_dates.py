"""Dates: day first or year first, whole or in part, never month first."""

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.files import find_doubtful, parse_dates


def column(*cells: object) -> pl.Series:
    return pl.Series(cells, dtype=pl.String)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-10-05",
        "2024/10/05",
        "05/10/2024",
        "5/10/2024",
        "5.10.2024",
        "05-10-2024",
        "20241005",
        "05102024",
        "2024-10-05T00:00:00",
        "2024-10-05 13:45:00.5",
    ],
)
def test_whole_date(cell):
    parsed = parse_dates(column(cell))

    assert (parsed.values.to_list(), parsed.precision.to_list()) == ([date(2024, 10, 5)], ["day"])


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2024-10", date(2024, 10, 1), "month"),
        ("10/2024", date(2024, 10, 1), "month"),
        ("202410", date(2024, 10, 1), "month"),
        ("102024", date(2024, 10, 1), "month"),
        ("99/10/2024", date(2024, 10, 1), "month"),
        ("2024-10-00", date(2024, 10, 1), "month"),
        ("2024", date(2024, 1, 1), "year"),
        ("99/99/2024", date(2024, 1, 1), "year"),
        ("20249999", date(2024, 1, 1), "year"),
        ("00002024", date(2024, 1, 1), "year"),
    ],
)
def test_date_in_part_keeps_its_precision(cell, day, precision):
    parsed = parse_dates(column(cell))

    assert (parsed.values.to_list(), parsed.precision.to_list()) == ([day], [precision])


@pytest.mark.parametrize("cell", ["", None, "99/99/9999", "99999999", "00000000", "NA"])
def test_unknown_date_is_null_and_not_refused(cell):
    parsed = parse_dates(column(cell))

    assert (parsed.values.to_list(), parsed.wrong.to_list()) == ([None], [False])


@pytest.mark.parametrize(
    "cell", ["12/31/2024", "2024-31-12", "30/02/2024", "31.4.2024", "18933", "5/10/24", "abc", "2300-01-01"]
)
def test_date_that_is_none_is_refused(cell):
    parsed = parse_dates(column(cell))

    assert (parsed.values.to_list(), parsed.wrong.to_list()) == ([None], [True])


def test_number_of_days_is_explained():
    assert parse_dates(column("18933")).first_fault()[1].en.startswith("‘18933’ is a number, not a date")


def test_typed_dates_pass():
    assert parse_dates(pl.Series([date(2024, 10, 5), None])).values.to_list() == [date(2024, 10, 5), None]
    assert parse_dates(pl.Series([datetime(2024, 10, 5)])).precision.to_list() == ["day"]  # noqa: DTZ001 -- a file knows no zone


@given(
    st.dates(date(1800, 1, 1), date(2199, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d%m%Y", "%d.%m.%Y"]),
)
def test_every_date_survives_every_form(day, form):
    assert parse_dates(column(day.strftime(form))).values.to_list() == [day]


def test_one_slip_among_many_dates_calls_no_other_in_question():
    column = pl.Series(["25/03/2025"] * 200 + ["03/25/2025", "03/04/2025"])
    mixed = pl.Series(["25/03/2025"] * 200 + ["03/25/2025"] * 2 + ["03/04/2025"])

    assert find_doubtful(column).to_list() == [False] * 202
    assert find_doubtful(mixed).to_list() == [False] * 202 + [True]
