"""A date as somebody types it: whole, in part, or unknown."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from banyan.science.coding import CodeError
from banyan.science.files import Reason, parse_dates
from banyan.science.files.dates import FIRST_YEAR, LAST_YEAR


class PartialDate(NamedTuple):
    """A date as far as it is known."""

    date: date | None
    precision: str


NO_DATE = PartialDate(None, "")
UNKNOWN_DATES = {"", "9", "99", "?"}


@lru_cache(maxsize=8_192)  # the dates of a page are read over and over; the reading is made for columns
def read_partial_date(text: str) -> PartialDate:
    """Read 24112026, 24/11/2026, 11/2026, 2026; 99 for a part that is not known, 9 for none of it.

    The month never comes first. Raises CodeError.
    """
    if text in UNKNOWN_DATES:
        return NO_DATE
    if whole := read_whole_date(text):
        return PartialDate(whole, "day")
    parsed = parse_dates(pl.Series([text]))
    if fault := parsed.first_fault():
        raise CodeError(*explain_date(text, fault[1]))
    found = parsed.values[0]
    return PartialDate(found, parsed.precision[0]) if found else NO_DATE


def read_whole_date(text: str) -> date | None:
    """Read a date as this program itself writes it, dd/mm/yyyy; anything else is left to the reader of columns."""
    parts = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text, re.ASCII)
    if not parts or not FIRST_YEAR <= int(parts[3]) <= LAST_YEAR:
        return None
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        return None


def explain_date(text: str, reason: Reason) -> tuple[str, str]:
    """Say in both languages why a text is no date; of a date written whole, which part of it cannot be."""
    parts = re.fullmatch(r"(\d{1,2})[-/. ]?(\d{1,2})[-/. ]?(\d{4})", text)
    if parts and FIRST_YEAR <= int(parts[3]) <= LAST_YEAR:
        day, month = int(parts[1]), int(parts[2])
        if month > 12:
            return (
                f"Không có tháng {month}; ngày viết trước tháng.",
                f"There is no month {month}; the day comes first.",
            )
        return f"Tháng {month} không có ngày {day}.", f"Month {month} has no day {day}."
    return tuple(clause[:1].upper() + clause[1:] + "." for clause in (reason.vi, reason.en))  # type: ignore[return-value]
