"""By how many days a person's dates are moved when her identity goes: the same for all, so that every span stays."""

from collections.abc import Iterable
from datetime import date, timedelta

# far enough that a day known to a neighbour says nothing, near enough that the year can stay
REACH = 60


def shifts_for(dates: Iterable[date], today: date) -> list[int]:
    """Return the numbers of days by which all `dates` may move and keep their year, none of them into the future.

    Empty when no move keeps every year: a date on each end of a year leaves no room.
    """
    kept = list(dates)
    return [
        days for days in range(-REACH, REACH + 1) if days and all(stays(day, days, today) for day in kept)
    ]


def stays(day: date, days: int, today: date) -> bool:
    moved = day + timedelta(days=days)
    return moved.year == day.year and (moved <= today or day > today)
