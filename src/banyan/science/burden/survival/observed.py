"""Observed survival after Kaplan and Meier."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats
from banyan.science.burden.survival.curve import Curve, choose_times, count_risk, report_curve
from banyan.science.burden.survival.patients import FollowUp, read_follow_up, tabulate_strata, to_follow_up

SurvivalInterval = Literal["log", "log-log", "plain", "logit", "arcsin"]


def observed_survival(
    patients: IntoFrame,
    *,
    at: Sequence[float] | None = (1, 3, 5, 10),
    by: Sequence[str] = (),
    interval: SurvivalInterval = "log",
    level: float = 0.95,
    days_per_year: float = 365.25,
) -> pl.DataFrame:
    """Estimate survival from all causes by the product limit.

    Parameters
    ----------
    patients : data frame
        ``time_days`` from diagnosis to death or to the end of follow-up, ``dead`` (0 or 1), the columns of ``by``
        and, for patients who come under observation later than at diagnosis, ``entry_days``.
    at : numbers of years, or None for the whole curve: every time at which somebody died or left
    by : names of columns
        One curve for each combination.
    interval : {"log", "log-log", "plain", "logit", "arcsin"}
        Cut at 0 and 1.
    level : float
    days_per_year : float

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``years``; ``survival`` just after that time; ``std_err`` (Greenwood, of the survival);
        ``lower``, ``upper``; ``at_risk`` just before it; ``events``, the deaths up to and including it; and
        ``std_err_cumhaz``, the standard error of -log(survival). After the last patient has left the survival is
        null unless it is 0. Every row of the input is used: one that cannot be is an error.

    Raises
    ------
    BurdenError
        A time that is negative, empty or longer than a life, a ``dead`` that is not 0 or 1.

    References
    ----------
    .. [1] Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. JASA 1958;53:457-481.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame({"time_days": [100, 200, 300, 400], "dead": [1, 0, 1, 0]})
    >>> observed_survival(patients, at=[1]).select("survival", "at_risk", "events").row(0)
    (0.375, 1, 2)
    """
    rows = read_follow_up(patients, by)
    everybody = to_follow_up(rows)

    def make(positions: NDArray[np.int64]) -> pl.DataFrame:
        people = everybody.take(positions)
        curve = estimate_observed(people)
        days, years = choose_times(at, curve.time, days_per_year)
        table = report_curve(curve, people, days, years, interval=interval, level=level)
        return table.with_columns(pl.col("lower", "upper").clip(0.0, 1.0))

    return tabulate_strata(rows, by, make)


def estimate_observed(people: FollowUp, *, aalen: bool = False) -> Curve:
    """Estimate the product-limit curve, its variance after Greenwood or, with ``aalen``, sum of d / n²."""
    grid = np.unique(people.exit)
    at_risk, deaths, squared = _sum_shares(people, grid)
    divisor = at_risk**2 if aalen else at_risk * (at_risk - deaths)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(deaths > 0, squared / divisor, 0.0)
    return Curve(grid, np.cumprod(1 - deaths / at_risk).astype(float), np.cumsum(variance).astype(float))


def _sum_shares(people: FollowUp, grid: Floats) -> tuple[Floats, Floats, Floats]:
    """Those at risk and those who die at each time, and the squares of the latter: counts, if nobody is weighted."""
    places = np.searchsorted(grid, people.exit)
    some = people.share[people.dead]
    deaths = np.bincount(places[people.dead], some, len(grid)).astype(float)
    squared = np.bincount(places[people.dead], some**2, len(grid)).astype(float)
    if (people.share == 1).all():
        return count_risk(people, grid).at_risk.astype(float), deaths, squared
    leaving = np.cumsum(np.bincount(places, people.share, len(grid))[::-1])[::-1]
    late = people.entry > 0
    coming = np.bincount(np.searchsorted(grid, people.entry[late]), people.share[late], len(grid) + 1)
    at_risk = leaving - np.cumsum(coming[::-1])[::-1][:-1]
    return at_risk.astype(float), deaths, squared
