"""Cumulative incidence of competing events after Aalen and Johansen."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.intervals import Floats
from banyan.science.burden.survival.curve import choose_times, count_at_risk, count_risk, limit
from banyan.science.burden.survival.patients import (
    TABLE,
    FollowUp,
    read_follow_up,
    tabulate_strata,
    to_follow_up,
)

IncidenceInterval = Literal["log", "log-log", "plain"]


def read_events(frame: IntoFrame, by: Sequence[str]) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """Check follow-up with an ``event`` column: 0 censored, 1, 2, … the first event."""
    names = list(dict.fromkeys(["time_days", "event", *by]))
    rows = as_numbers(take_columns(frame, names, ["entry_days"], table=TABLE), "event")
    odd = (pl.col("event") < 0) | (pl.col("event") != pl.col("event").floor())
    refuse(
        rows,
        "event",
        odd,
        "event is 0 (none), 1, 2, …, not {}.",
        "event là 0 (không), 1, 2, …, không phải {}.",
    )
    rows = rows.with_columns(dead=(pl.col("event") > 0).cast(pl.Float64))
    events = rows["event"].to_numpy().astype(np.int64)
    return read_follow_up(rows, by, ["event"] if "event" not in by else []), events


def cumulative_incidence(
    patients: IntoFrame,
    *,
    at: Sequence[float] | None = (1, 3, 5, 10),
    by: Sequence[str] = (),
    interval: IncidenceInterval = "log",
    level: float = 0.95,
    days_per_year: float = 365.25,
) -> pl.DataFrame:
    """Estimate the probability that an event has happened, where another one may come first.

    Parameters
    ----------
    patients : data frame
        ``time_days``; ``event``: 0 for none until then, 1, 2, … for the kind of the first one; the columns of ``by``; and,
        for patients who come late, ``entry_days``.
    at, by, level, days_per_year : as in :func:`observed_survival`
    interval : {"log", "log-log", "plain"}
        On the scale log p, log(-log p), or p itself.

    Returns
    -------
    polars.DataFrame
        One row a stratum, ``event`` and time: the columns of ``by``; ``event``; ``years``; ``incidence``, ``std_err``, ``lower``,
        ``upper``; ``at_risk`` just before it, ``events`` of that kind up to it. ``event`` 0 is the probability of none yet.
        Null after the last patient has left, unless all had an event.

    Notes
    -----
    The standard error is the infinitesimal jackknife: the root of the sum over patients of the squared derivative of the
    estimate by the patient's weight, as R's survfit has it for several states.

    References
    ----------
    .. [1] Aalen OO, Johansen S. An empirical transition matrix for nonhomogeneous Markov chains based on censored
       observations. Scand J Stat 1978;5:141-150.
    .. [2] Therneau TM, Crowson CS, Atkinson EJ. Multi-state models and competing risks. Vignette of the R package
       survival.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame({"time_days": [1, 2, 3, 4], "event": [1, 2, 0, 1]})
    >>> found = cumulative_incidence(patients, at=[2], days_per_year=1)
    >>> found.select("event", "incidence").rows()
    [(0, 0.5), (1, 0.25), (2, 0.25)]
    """
    rows, events = read_events(patients, by)
    kinds = [0, *(int(kind) for kind in np.unique(events) if kind > 0)]
    everybody = to_follow_up(rows)

    def make(positions: NDArray[np.int64]) -> pl.DataFrame:
        people, own = everybody.take(positions), events[positions]
        days, years = choose_times(at, np.unique(people.exit), days_per_year)
        tables = [_report_kind(people, own, kind, days, interval, level) for kind in kinds]
        return pl.concat(
            table.select(pl.lit(kind).alias("event"), pl.Series("years", years), pl.all())
            for kind, table in zip(kinds, tables, strict=True)
        )

    return tabulate_strata(rows, by, make)


def _report_kind(  # noqa: PLR0917 -- private, called once
    people: FollowUp, events: NDArray[np.int64], kind: int, days: Floats, interval: str, level: float
) -> pl.DataFrame:
    grid, value, error = estimate_incidence(people, events, kind)
    place = np.searchsorted(grid, days, side="right")
    start = 1.0 if kind == 0 else 0.0
    incidence = np.concatenate([[start], value])[place]
    spread = np.concatenate([[0.0], error])[place]
    nobody_left = not len(grid) or (events[people.exit == grid[-1]] > 0).all()
    over = days > people.exit.max(initial=-1.0)
    incidence = np.where(over & (not nobody_left), np.nan, incidence)
    spread = np.where(np.isnan(incidence), np.nan, spread)
    lower, upper = limit(incidence, spread, level, interval, known=("log", "log-log", "plain"))
    counted = np.sort(people.exit[events == kind]) if kind else np.zeros(0)
    columns = {
        "incidence": incidence,
        "std_err": spread,
        "lower": np.clip(lower, 0.0, 1.0),
        "upper": np.clip(upper, 0.0, 1.0),
        "at_risk": count_at_risk(people, days),
        "events": np.searchsorted(counted, days, side="right"),
    }
    return pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def estimate_incidence(
    people: FollowUp, events: NDArray[np.int64], kind: int
) -> tuple[Floats, Floats, Floats]:
    """Times (J,), the cumulative incidence of one kind of event (of none, for kind 0), and its standard error.

    With C the incidence, A the sum of d / (n (n - d)) before a time, Q the sum of dC / n and B that of A dC, a patient who
    came at e and left at x changes C(t) by F(t) - F(e) - A(e) (C(t) - C(e)) while at risk, F = B - Q, and later
    by what it was at x and, for each later step of C, by A(x) - A(e), less 1 / (n - d) if the patient had an event. So
    the sum of squares is a quadratic in C(t) and F(t), whose coefficients are running sums over patients.
    """
    grid = np.unique(people.exit)
    counts = count_risk(people, grid)
    n, d = counts.at_risk.astype(float), counts.deaths.astype(float)
    own = np.bincount(np.searchsorted(grid, people.exit[events == kind]), minlength=len(grid)) if kind else -d
    survival = np.cumprod(1 - d / n)
    before = np.concatenate([[1.0], survival[:-1]])
    step = before * own / n
    left = np.where(n > d, n - d, np.inf)
    leverage = np.concatenate([[0.0], np.cumsum(d / (n * left))])
    change, bend = np.cumsum(step), np.cumsum(leverage[:-1] * step) - np.cumsum(step / n)
    place, entered = np.searchsorted(grid, people.exit), np.searchsorted(grid, people.entry, side="right")
    entered = np.where(people.entry == 0, 0, entered)
    at_entry = [np.concatenate([[0.0], values])[entered] for values in (change, bend)]
    slope = leverage[entered]
    constant = slope * at_entry[0] - at_entry[1]
    had = events > 0
    mine = (events == kind) if kind else had
    gain = np.where(mine, before[place] / n[place], 0.0) * (1.0 if kind else -1.0)
    at_exit = bend[place] - slope * change[place] + constant + gain
    later = leverage[place + 1] - slope - np.where(had, 1 / left[place], 0.0)
    fixed = at_exit - later * change[place]
    squares = _add_present(slope, constant, entered, place, (change, bend))
    for power, values in enumerate((fixed**2, 2 * fixed * later, later**2)):
        squares += np.cumsum(np.bincount(place, values, len(grid))) * change**power
    error = np.sqrt(np.maximum(squares, 0.0))
    # Of a survival of 0, rounding must leave nothing.
    return (grid, change, error) if kind else (grid, survival, np.where(survival > 0, error, 0.0))


def _add_present(
    slope: Floats,
    constant: Floats,
    entered: NDArray[np.int64],
    place: NDArray[np.int64],
    shape: tuple[Floats, Floats],
) -> Floats:
    """Sum over those still at risk after each time of (bend - slope × change + constant)²."""
    change, bend = shape
    terms = {
        "one": np.ones(len(slope)),
        "slope": slope,
        "constant": constant,
        "slope²": slope**2,
        "constant²": constant**2,
        "both": slope * constant,
    }
    size = len(change) + 1
    there = {
        name: (np.cumsum(np.bincount(entered, values, size)) - np.cumsum(np.bincount(place, values, size)))[
            :-1
        ]
        for name, values in terms.items()
    }
    return (
        there["one"] * bend**2
        + there["slope²"] * change**2
        + there["constant²"]
        - 2 * there["slope"] * bend * change
        + 2 * there["constant"] * bend
        - 2 * there["both"] * change
    )
