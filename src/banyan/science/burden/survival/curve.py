"""A survival curve at its times, and the table of it at the times that are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import (
    Floats,
    Limits,
    log_interval,
    log_log_interval,
    normal_interval,
    survival_interval,
)
from banyan.science.burden.survival.patients import TIE, FollowUp


@dataclass(frozen=True)
class Curve:
    """Survival just after each of J times, and the variance of its cumulative hazard: float arrays (J,)."""

    time: Floats
    survival: Floats
    variance: Floats


@dataclass(frozen=True)
class Counts:
    """Who was at risk just before, and who died and who left at, each of J times."""

    at_risk: NDArray[np.int64]
    deaths: NDArray[np.int64]
    leaving: NDArray[np.int64]


def count_at_risk(people: FollowUp, times: Floats) -> NDArray[np.int64]:
    """Count those under observation just before each time; at time 0, all who enter then."""
    entered = np.searchsorted(np.sort(people.entry), times, side="left")
    entered = np.where(times == 0, np.count_nonzero(people.entry == 0), entered)
    return entered - np.searchsorted(np.sort(people.exit), times, side="left")


def count_risk(people: FollowUp, grid: Floats) -> Counts:
    """Count over a grid that holds every time of exit."""
    places = np.searchsorted(grid, people.exit)
    leaving = np.bincount(places, minlength=len(grid))
    deaths = np.bincount(places[people.dead], minlength=len(grid))
    return Counts(count_at_risk(people, grid), deaths, leaving)


def find_times(at: Sequence[float], days_per_year: float) -> Floats:
    """Turn the years asked for into days."""
    years = np.atleast_1d(np.asarray(at, dtype=float))
    if years.size == 0 or not np.isfinite(years).all() or (years < 0).any():
        raise BurdenError(
            "survival is asked for at one or more numbers of years, none negative.",
            "cần một hoặc nhiều số năm không âm để tính sống thêm.",
        )
    return years * days_per_year


def choose_times(at: Sequence[float] | None, grid: Floats, days_per_year: float) -> tuple[Floats, Floats]:
    """Days and years at which a curve is wanted: those asked for or, with None, every grid time."""
    if at is None:
        return grid, grid / days_per_year
    wanted = find_times(at, days_per_year)
    return snap(wanted, grid), np.atleast_1d(np.asarray(at, dtype=float))


def snap(times: Floats, grid: Floats) -> Floats:
    """Move each time that differs by rounding only from a grid time onto it."""
    if not len(grid):
        return times
    place = np.clip(np.searchsorted(grid, times), 1, max(len(grid) - 1, 1))
    before, after = grid[place - 1], grid[np.minimum(place, len(grid) - 1)]
    near = np.where(times - before < np.abs(after - times), before, after)
    return np.where(np.abs(times - near) <= TIE * np.maximum(times, 1.0), near, times)


def report_curve(
    curve: Curve, people: FollowUp, days: Floats, years: Floats, *, interval: str, level: float
) -> pl.DataFrame:
    """Read a curve off at the given days.

    After the last patient has left the survival is null, unless nobody was left alive: nothing is known then.
    """
    place = np.searchsorted(curve.time, days, side="right") - 1
    survival = np.concatenate([[1.0], curve.survival])[place + 1]
    variance = np.concatenate([[0.0], curve.variance])[place + 1]
    over = days > people.exit.max(initial=-1.0)
    survival = np.where(over & (survival > 0), np.nan, survival)
    # At a survival of 0 the error of its logarithm is not defined.
    error = np.where(survival > 0, np.sqrt(variance), np.nan)
    bounded = np.where(survival > 0, survival, np.nan)
    lower, upper = survival_interval(bounded, error, level, interval)
    events = np.searchsorted(np.sort(people.exit[people.dead]), days, side="right")
    columns = {
        "years": years,
        "survival": survival,
        "std_err": survival * error,
        "lower": lower,
        "upper": upper,
        "at_risk": count_at_risk(people, days),
        "events": events,
        "std_err_cumhaz": error,
    }
    return pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def limit(value: Floats, error: Floats, level: float, interval: str, *, known: Sequence[str]) -> Limits:
    """Limits of a hazard or a probability from its standard error; on the scale log, those of 0 are 0."""
    check_option(interval, known, "interval ‘{}’", "khoảng tin cậy ‘{}’")
    if interval == "plain":
        return normal_interval(value, error, level)
    some = np.where(value > 0, value, np.nan)
    if interval == "log-log":
        return log_log_interval(some, error / some, level)
    return log_interval(value, np.where(value == 0, 0.0, error / some), level)
