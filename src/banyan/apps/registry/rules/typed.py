"""A date as somebody types it: whole, in part, or unknown."""

from datetime import date
from typing import NamedTuple

import polars as pl

from banyan.apps.registry.rules.dates import explain_date
from banyan.science.coding import CodeError
from banyan.science.files import parse_dates


class PartialDate(NamedTuple):
    """A date as far as it is known."""

    date: date | None
    precision: str


NO_DATE = PartialDate(None, "")
UNKNOWN_DATES = {"", "9", "99", "?"}


def read_partial_date(text: str) -> PartialDate:
    """Read 24112026, 24/11/2026, 11/2026, 2026; 99 for a part that is not known, 9 for none of it.

    The month never comes first. Raises CodeError.
    """
    if text in UNKNOWN_DATES:
        return NO_DATE
    parsed = parse_dates(pl.Series([text]))
    if fault := parsed.first_fault():
        raise CodeError(*explain_date(text, fault[1]))
    found = parsed.values[0]
    return PartialDate(found, parsed.precision[0]) if found else NO_DATE
