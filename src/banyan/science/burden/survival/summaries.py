"""What is read off a survival curve: cumulative hazard, median, mean within a horizon."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats, normal_interval, survival_interval
from banyan.science.burden.survival.curve import Curve, choose_times, count_at_risk, count_risk, limit
from banyan.science.burden.survival.observed import SurvivalInterval, estimate_observed
from banyan.science.burden.survival.patients import FollowUp, read_follow_up, tabulate_strata, to_follow_up

FLAT = 1e-9


def cumulative_hazard(
    patients: IntoFrame,
    *,
    at: Sequence[float] | None = (1, 3, 5, 10),
    by: Sequence[str] = (),
    interval: Literal["log", "plain"] = "log",
    level: float = 0.95,
    days_per_year: float = 365.25,
) -> pl.DataFrame:
    """Estimate the cumulative hazard after Nelson and Aalen.

    Parameters
    ----------
    patients, at, by, level, days_per_year : as in :func:`observed_survival`
    interval : {"log", "plain"}

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``years``; ``cumulative_hazard``, ``std_err`` (root of the sum of d / n²), ``lower``, ``upper``;
        ``at_risk``, ``events``. Null after the last patient has left.

    References
    ----------
    .. [1] Aalen O. Nonparametric inference for a family of counting processes. Ann Stat 1978;6:701-726.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame({"time_days": [100, 200, 300, 400], "dead": [1, 0, 1, 0]})
    >>> cumulative_hazard(patients, at=[1])["cumulative_hazard"].to_list()
    [0.75]
    """
    rows = read_follow_up(patients, by)
    everybody = to_follow_up(rows)

    def make(positions: NDArray[np.int64]) -> pl.DataFrame:
        people = everybody.take(positions)
        grid = np.unique(people.exit)
        counts = count_risk(people, grid)
        days, years = choose_times(at, grid, days_per_year)
        place = np.searchsorted(grid, days, side="right")
        over = days > people.exit.max(initial=-1.0)
        steps = counts.deaths / counts.at_risk, counts.deaths / counts.at_risk**2
        hazard, variance = (
            np.where(over, np.nan, np.concatenate([[0.0], np.cumsum(step)])[place]) for step in steps
        )
        error = np.sqrt(variance)
        lower, upper = limit(hazard, error, level, interval, known=("log", "plain"))
        columns = {
            "years": years,
            "cumulative_hazard": hazard,
            "std_err": error,
            "lower": lower,
            "upper": upper,
            "at_risk": count_at_risk(people, days),
            "events": np.searchsorted(np.sort(people.exit[people.dead]), days, side="right"),
        }
        return pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))

    return tabulate_strata(rows, by, make)


def survival_quantile(
    patients: IntoFrame,
    *,
    quantile: float = 0.5,
    by: Sequence[str] = (),
    interval: SurvivalInterval = "log",
    level: float = 0.95,
    days_per_year: float = 365.25,
) -> pl.DataFrame:
    """Read off when a share of the patients has died: the median, for a ``quantile`` of 0.5.

    Parameters
    ----------
    patients, by, interval, level, days_per_year : as in :func:`observed_survival`
    quantile : float
        Share that has died, between 0 and 1.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``years``, ``lower``, ``upper`` (where the limits of the curve pass the same level; null where
        they, or the curve, do not); ``patients``, ``events``.

    Notes
    -----
    Where the curve is flat at the very level, the middle of that step is taken, as R's survfit does.

    References
    ----------
    .. [1] Brookmeyer R, Crowley J. A confidence interval for the median survival time. Biometrics 1982;38:29-41.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame({"time_days": [100, 200, 300, 400], "dead": 1})
    >>> survival_quantile(patients, days_per_year=1)["years"].to_list()
    [250.0]
    """
    if not 0 < quantile < 1:
        raise BurdenError("a quantile lies between 0 and 1.", "phân vị nằm giữa 0 và 1.")
    rows = read_follow_up(patients, by)
    everybody = to_follow_up(rows)

    def make(positions: NDArray[np.int64]) -> pl.DataFrame:
        people = everybody.take(positions)
        curve = estimate_observed(people)
        alive = curve.survival > 0
        error = np.where(alive, np.sqrt(np.where(alive, curve.variance, 0.0)), np.nan)
        lower, upper = survival_interval(np.where(alive, curve.survival, np.nan), error, level, interval)
        found = [_cross(curve, values, 1 - quantile) for values in (curve.survival, lower, upper)]
        columns = {
            name: [value / days_per_year]
            for name, value in zip(("years", "lower", "upper"), found, strict=True)
        }
        counts = {"patients": [len(positions)], "events": [int(people.dead.sum())]}
        return pl.DataFrame(columns | counts).with_columns(pl.col(pl.Float64).fill_nan(None))

    return tabulate_strata(rows, by, make)


def _cross(curve: Curve, values: Floats, level: float) -> float:
    """Time at which values first fall to the level; the middle of the step where they stay at it."""
    below = np.flatnonzero(values <= level + FLAT)
    if not len(below):
        return float("nan")
    first = below[0]
    if abs(values[first] - level) > FLAT:
        return float(curve.time[first])
    lower = np.flatnonzero(values < level - FLAT)
    return float(curve.time[first] + curve.time[lower[0] if len(lower) else -1]) / 2


def restricted_mean(
    patients: IntoFrame,
    *,
    horizon_years: float,
    by: Sequence[str] = (),
    level: float = 0.95,
    days_per_year: float = 365.25,
) -> pl.DataFrame:
    """Estimate the mean time lived within a horizon: the area under the survival curve.

    Parameters
    ----------
    patients, by, level, days_per_year : as in :func:`observed_survival`
    horizon_years : float
        Not beyond the last time at which anybody of a stratum was followed, unless all had died by then.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``mean_years``, ``std_err``, ``lower``, ``upper`` (plain), ``lost_years`` (the horizon less the
        mean), ``patients``, ``events`` (within the horizon).

    Raises
    ------
    BurdenError
        A horizon that the follow-up does not reach.

    References
    ----------
    .. [1] Royston P, Parmar MKB. Restricted mean survival time. BMC Med Res Methodol 2013;13:152.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame({"time_days": [1, 2, 3, 4], "dead": [1, 1, 0, 0]})
    >>> restricted_mean(patients, horizon_years=3, days_per_year=1)["mean_years"].to_list()
    [2.25]
    """
    rows = read_follow_up(patients, by)
    everybody = to_follow_up(rows)

    def make(positions: NDArray[np.int64]) -> pl.DataFrame:
        people = everybody.take(positions)
        mean, error = _integrate(people, horizon_years * days_per_year)
        lower, upper = normal_interval(mean / days_per_year, error / days_per_year, level)
        columns = {
            "mean_years": [mean / days_per_year],
            "std_err": [error / days_per_year],
            "lower": [float(lower)],
            "upper": [float(upper)],
            "lost_years": [horizon_years - mean / days_per_year],
            "patients": [len(positions)],
            "events": [int((people.dead & (people.exit <= horizon_years * days_per_year)).sum())],
        }
        return pl.DataFrame(columns)

    return tabulate_strata(rows, by, make)


def _integrate(people: FollowUp, horizon: float) -> tuple[float, float]:
    """Area under the curve to the horizon, and its standard error, in days."""
    curve = estimate_observed(people)
    if horizon > people.exit.max(initial=0.0) * (1 + 1e-9) and not (
        len(curve.survival) and curve.survival[-1] == 0
    ):
        raise BurdenError(
            f"the follow-up ends after {people.exit.max(initial=0.0):g} days, before the horizon of {horizon:g}.",
            f"theo dõi kết thúc sau {people.exit.max(initial=0.0):g} ngày, trước mốc {horizon:g}.",
            column="time_days",
        )
    inside = curve.time <= horizon
    edges = np.concatenate([[0.0], curve.time[inside], [horizon]])
    pieces = np.diff(edges) * np.concatenate([[1.0], curve.survival[inside]])
    after = np.cumsum(pieces[::-1])[::-1][1:]
    steps = np.diff(curve.variance[inside], prepend=0.0)
    # Of the last death of all there is no area left, and its step of the variance is infinite.
    squares = np.where(after > 0, after, 0.0) ** 2 * np.where(np.isfinite(steps), steps, 0.0)
    return float(pieces.sum()), float(np.sqrt(squares.sum()))
