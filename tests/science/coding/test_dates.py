from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.coding import CodeError, PartialDate
from banyan.science.coding.dates import read_dates

DAY = PartialDate(date(2019, 5, 7), date(2019, 5, 7), "day")
MONTH = PartialDate(date(2019, 5, 1), date(2019, 5, 31), "month")
YEAR = PartialDate(date(2019, 1, 1), date(2019, 12, 31), "year")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("2019-05-07", DAY),
        ("20190507", DAY),
        ("07/05/2019", DAY),
        ("7/5/2019", DAY),
        ("07-05-2019", DAY),
        ("2019-05-07 00:00:00", DAY),
        ("2019-05", MONTH),
        ("20190500", MONTH),
        ("20190599", MONTH),
        ("05/2019", MONTH),
        ("00/05/2019", MONTH),
        ("2019", YEAR),
        ("20190000", YEAR),
        ("20199999", YEAR),
        ("20199907", YEAR),
        ("99/99/2019", YEAR),
    ],
)
def test_dates_are_read_with_their_precision(text, meaning):
    assert PartialDate.parse(text) == meaning


@pytest.mark.parametrize("text", ["", "  ", "99999999", "00000000", "9999"])
def test_unknown_date_is_none(text):
    assert PartialDate.parse(text) is None


@pytest.mark.parametrize(
    "text", ["31/02/2019", "2019-02-29", "20191301", "13/13/2019", "1700", "abc", "05/07/19"]
)
def test_impossible_date_is_refused(text):
    with pytest.raises(CodeError):
        PartialDate.parse(text)


def test_nothing_is_read_as_a_us_date():
    assert PartialDate.parse("03/04/2019").first == date(2019, 4, 3)


def test_typed_columns_are_read_as_they_are():
    days = read_dates(pl.Series([date(2019, 5, 7), None]))
    times = read_dates(pl.Series([datetime(2019, 5, 7, 9, 30)]))  # noqa: DTZ001 -- a naive column is the case

    assert days.select("first", "bad").rows() == [(date(2019, 5, 7), False), (None, False)]
    assert times["first"].to_list() == [date(2019, 5, 7)]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_form_of_a_day_means_that_day(day):
    forms = [day.isoformat(), day.strftime("%Y%m%d"), day.strftime("%d/%m/%Y")]

    assert {PartialDate.parse(form) for form in forms} == {PartialDate(day, day, "day")}
