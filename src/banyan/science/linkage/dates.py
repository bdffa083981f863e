"""Two dates of birth, each known to the day, the month or the year."""

from datetime import date
from typing import NamedTuple

from banyan.science.linkage.levels import Level


class Birth(NamedTuple):
    """A date as far as it is known; `precision` is "day", "month" or "year"."""

    date: date
    precision: str


def compare_births(one: Birth | None, other: Birth | None) -> Level | None:
    """Compare as far as the less exact of the two goes; a day and a month that changed places are a slip."""
    if one is None or other is None:
        return None
    known = {one.precision, other.precision}
    if "year" in known:
        return compare_years(one.date, other.date)
    if "month" in known:
        return compare_months(one.date, other.date)
    return compare_days(one.date, other.date)


def compare_years(one: date, other: date) -> Level:
    if one.year == other.year:
        return Level.YEAR
    return Level.PARTLY if abs(one.year - other.year) == 1 else Level.OTHER


def compare_months(one: date, other: date) -> Level:
    return Level.MONTH if (one.year, one.month) == (other.year, other.month) else compare_years(one, other)


def compare_days(one: date, other: date) -> Level:
    if one == other:
        return Level.SAME
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return Level.SWAPPED
    if count_slips(one, other) == 1:
        return Level.CLOSE
    return compare_years(one, other)


def count_slips(one: date, other: date) -> int:
    """Return how many digits differ when both are written 24112026."""
    return sum(first != second for first, second in zip(f"{one:%d%m%Y}", f"{other:%d%m%Y}", strict=True))


def swap_day(day: date) -> date | None:
    """Return the date with day and month in each other's place, where there is one."""
    return None if day.day > 12 or day.day == day.month else day.replace(month=day.day, day=day.month)
