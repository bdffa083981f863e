"""The probability of dying from the cancer, and from anything else, in a world where both can happen."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.curve import choose_times, count_at_risk, limit
from banyan.science.burden.survival.patients import Patients, read_patients, tabulate_strata, to_patients
from banyan.science.burden.survival.walking import lay_grid

CAUSES = ("cancer", "other")


def crude_probability(
    patients: IntoFrame,
    life_table: LifeTable,
    *,
    at: Sequence[float] = (1, 3, 5, 10),
    by: Sequence[str] = (),
    interval: Literal["plain", "log"] = "plain",
    level: float = 0.95,
    days_per_year: float | None = None,
) -> pl.DataFrame:
    """Estimate the crude probabilities of death without knowing any cause of death.

    Parameters
    ----------
    patients, life_table, at, by, level, days_per_year : as in :func:`net_survival`; late entry is allowed
    interval : {"plain", "log"}

    Returns
    -------
    polars.DataFrame
        One row a stratum, ``cause`` ("cancer": the excess over the population; "other": the population's mortality) and time:
        the columns of ``by``; ``cause``; ``years``; ``probability``, ``std_err``, ``lower``, ``upper``; ``lost_years``, the mean
        years of life lost to the cause from diagnosis up to that time; ``at_risk``. The two causes and the observed survival
        sum to 1. Null after the last patient has left, unless all have died.

    Raises
    ------
    BurdenError
        As :func:`net_survival`.

    Notes
    -----
    With S the product-limit survival and h the mean population hazard of those at risk, "other" is the integral of S(t-) h,
    "cancer" that of S(t-) (dN / Y - h). The variance is the sum over deaths of (S(u) + F(u) - F(t))² / Y² for the cancer, and of
    (F(u) - F(t))² / Y² for the other causes.

    References
    ----------
    .. [1] Cronin KA, Feuer EJ. Cumulative cause-specific mortality for cancer patients in the presence of other causes.
       Stat Med 2000;19:1729-1740.
    .. [2] Pohar Perme M, Pavlic K. Nonparametric relative survival analysis with the R package relsurv. J Stat Softw
       2018;87(8).

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> table = LifeTable.from_frame(
    ...     pl.DataFrame({"sex": [1], "year": [2000], "age": [0], "hazard": [0.1]}), days_per_year=365
    ... )
    >>> patients = pl.DataFrame(
    ...     {
    ...         "sex": 1,
    ...         "age_days": 20_000,
    ...         "diagnosis_date": date(2001, 5, 1),
    ...         "time_days": [365, 730],
    ...         "dead": [1, 0],
    ...     }
    ... )
    >>> crude_probability(patients, table, at=[1]).select("cause", pl.col("probability").round(6)).rows()
    [('cancer', 0.4), ('other', 0.1)]
    """
    per_year = days_per_year or life_table.days_per_year
    rows = read_patients(patients, by, life_table)
    everybody = to_patients(rows, life_table)

    def make(positions: NDArray[np.int64]) -> pl.DataFrame:
        people = everybody.take(positions)
        days, years = choose_times(at, np.unique(people.exit), per_year)
        curves = _integrate(people, life_table, days)
        tables = [_report(curves, cause, people, days, per_year, interval, level) for cause in CAUSES]
        return pl.concat(
            table.select(pl.lit(cause).alias("cause"), pl.Series("years", years), pl.all())
            for cause, table in zip(CAUSES, tables, strict=True)
        )

    return tabulate_strata(rows, by, make).with_columns(interval=pl.lit(interval))


Curves = dict[str, Floats]


def _integrate(people: Patients, table: LifeTable, days: Floats) -> Curves:
    """The grid, both probabilities just after each of its times, their variances, and the areas under them."""
    walk = lay_grid(people, table, people.exit, days)
    at_risk = walk.count_at_risk()
    n = np.where(at_risk > 0, at_risk, 1.0)
    deaths = np.bincount(walk.last[people.dead], minlength=len(walk.grid))
    hazard = walk.sum_interval_hazards() / n
    before = np.concatenate([[1.0], np.cumprod(1 - deaths / n)[:-1]])
    other = np.cumsum(before * hazard)
    cancer = np.cumsum(before * (deaths / n - hazard))
    pieces = np.diff(walk.grid, prepend=0.0)
    # Between two times the one rises and the other falls by the same; the deaths come at the end.
    rise = before * hazard
    areas = {
        "other": np.cumsum(pieces * (other - rise / 2)),
        "cancer": np.cumsum(pieces * (np.concatenate([[0.0], cancer[:-1]]) - rise / 2)),
    }
    spread = deaths / n**2
    after = before * (1 - deaths / n)
    return {
        "time": walk.grid,
        "cancer": cancer,
        "other": other,
        "variance of cancer": _vary(after, cancer, spread),
        "variance of other": _vary(np.zeros(len(other)), other, spread),
        "area of cancer": areas["cancer"],
        "area of other": areas["other"],
    }


def _vary(start: Floats, probability: Floats, spread: Floats) -> Floats:
    """Sum (start + probability - its value at the end)² × spread up to each time."""
    value = start + probability
    sums = [np.cumsum(value**power * spread) for power in (0, 1, 2)]
    return np.asarray(sums[2] - 2 * probability * sums[1] + probability**2 * sums[0], dtype=float)


def _report(  # noqa: PLR0917 -- private, called once
    curves: Curves, cause: str, people: Patients, days: Floats, per_year: float, interval: str, level: float
) -> pl.DataFrame:
    place = np.searchsorted(curves["time"], days, side="right")
    known = {name: np.concatenate([[0.0], curves[name]])[place] for name in curves}
    last = people.exit.max(initial=-1.0)
    all_dead = len(people.exit) > 0 and people.dead[people.exit == last].all()
    over = (days > last) & (not all_dead)
    probability = np.where(over, np.nan, known[cause])
    error = np.where(over, np.nan, np.sqrt(np.maximum(known[f"variance of {cause}"], 0.0)))
    since = np.maximum(days - known["time"], 0.0)
    area = np.where(over, np.nan, known[f"area of {cause}"] + since * known[cause])
    lower, upper = limit(probability, error, level, interval, known=("plain", "log"))
    columns = {
        "probability": probability,
        "std_err": error,
        "lower": lower,
        "upper": upper,
        "lost_years": area / per_year,
        "at_risk": count_at_risk(people, days),
    }
    return pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))
