"""Observed against expected cases: standardised ratios and funnel limits."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import ArrayLike
from scipy.special import lambertw, pdtr, pdtrc, pdtrik

from banyan.science.burden.cells import CELLS
from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.intervals import (
    RATIO_INTERVAL,
    Floats,
    Limits,
    log_interval,
    normal_quantile,
    poisson_interval,
)

REFERENCE = ("reference rates", "bảng tỷ suất tham chiếu")
RatioMethod = Literal["exact", "byar", "profile", "log"]


def standardised_ratio(
    cells: IntoFrame,
    reference: IntoFrame,
    *,
    on: Sequence[str] = ("age_group",),
    by: Sequence[str] = (),
    interval: RatioMethod = "exact",
    level: float = 0.95,
) -> pl.DataFrame:
    """Divide observed by expected cases: SIR, or SMR for deaths.

    Parameters
    ----------
    cells : data frame
        The columns of ``by`` and ``on``, ``cases`` and ``person_years``.
    reference : data frame
        ``rate`` per person-year, once for each combination of ``on`` that the cells have.
    on : names of columns
        What the expected number depends on: age group, sex, calendar year.
    by : names of columns
        One ratio for each combination.
    interval : {"exact", "byar", "profile", "log"}
        Exact Poisson limits; Byar's approximation; profile likelihood; log-normal.
    level : float

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``cases``, ``person_years``, ``expected``, ``ratio``, ``ratio_lower``, ``ratio_upper``,
        ``p_value`` (exact, two-sided: twice the smaller tail), ``interval``. Where nothing is expected the ratio is null.

    Raises
    ------
    BurdenError
        A cell that has no reference rate, a reference given twice, a number that is negative, empty or no number.

    References
    ----------
    .. [1] Breslow NE, Day NE. Statistical Methods in Cancer Research, vol. II. IARC, Lyon 1987, ch. 2.

    Examples
    --------
    >>> import polars as pl
    >>> cells = pl.DataFrame({"age_group": [60, 65], "cases": [10, 20], "person_years": [4e4, 3e4]})
    >>> reference = pl.DataFrame({"age_group": [60, 65], "rate": [2e-4, 4e-4]})
    >>> found = standardised_ratio(cells, reference)
    >>> found.select("cases", pl.col("expected", "ratio", "ratio_lower", "ratio_upper").round(3)).row(0)
    (30, 20.0, 1.5, 1.012, 2.141)
    """
    check_option(interval, INTERVALS, *RATIO_INTERVAL)
    rows = _expect(cells, reference, on, by)
    sums = [pl.col("cases", "person_years", "expected").sum()]
    table = rows.group_by(by).agg(sums).sort(by) if by else rows.select(sums)
    observed, expected = (table[name].to_numpy() for name in ("cases", "expected"))
    some = np.where(expected > 0, expected, np.nan)
    lower, upper = INTERVALS[interval](observed, level)
    columns = {
        "ratio": observed / some,
        "ratio_lower": lower / some,
        "ratio_upper": upper / some,
        "p_value": _test_ratio(observed, some),
    }
    whole = bool(np.equal(observed, np.floor(observed)).all())
    return table.with_columns(
        pl.col("cases").cast(pl.Int64) if whole else pl.col("cases"),
        *(pl.Series(name, values).fill_nan(None) for name, values in columns.items()),
        interval=pl.lit(interval),
    )


def _expect(cells: IntoFrame, reference: IntoFrame, on: Sequence[str], by: Sequence[str]) -> pl.DataFrame:
    rows = take_columns(cells, [*by, *on, "cases", "person_years"], table=CELLS).with_row_index("row")
    rates = take_columns(reference, [*on, "rate"], table=REFERENCE)
    for name in ("cases", "person_years"):
        rows = as_numbers(rows, name)
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    rates = as_numbers(rates, "rate")
    refuse(rates, "rate", pl.col("rate") < 0, "{} is negative.", "{} là số âm.")
    twice = pl.struct(on).is_duplicated()
    refuse(
        rates,
        on[0],
        twice,
        "the reference rate of {} is given twice.",
        "tỷ suất tham chiếu của {} có hai lần.",
    )
    joined = rows.join(rates, on=list(on), how="left", maintain_order="left", nulls_equal=True)
    refuse(
        joined,
        on[0],
        pl.col("rate").is_null(),
        "{} has no reference rate.",
        "{} không có tỷ suất tham chiếu.",
    )
    return joined.with_columns(expected=pl.col("rate") * pl.col("person_years"))


def _profile_limits(observed: Floats, level: float) -> Limits:
    """Means whose log-likelihood lies z² / 2 below the highest: log(u) - u + 1 = -z² / (2 observed), solved by Lambert."""
    drop = normal_quantile(level) ** 2 / 2
    some = np.where(observed > 0, observed, 1.0)
    argument = -np.exp(-1 - drop / some)
    lower, upper = (-some * lambertw(argument, branch).real for branch in (0, -1))
    return np.where(observed > 0, lower, 0.0), np.where(observed > 0, upper, drop)


def _log_limits(observed: Floats, level: float) -> Limits:
    some = np.where(observed > 0, observed, np.nan)
    return log_interval(observed, 1 / np.sqrt(some), level)


def _test_ratio(observed: Floats, expected: Floats) -> Floats:
    at_least = np.where(observed > 0, pdtrc(np.maximum(observed - 1, 0), expected), 1.0)
    return np.minimum(2 * np.minimum(pdtr(observed, expected), at_least), 1.0)


INTERVALS: dict[str, Callable[[Floats, float], Limits]] = {
    "exact": poisson_interval,
    "byar": lambda observed, level: poisson_interval(observed, level, "byar"),
    "profile": _profile_limits,
    "log": _log_limits,
}


def funnel_limits(expected: ArrayLike, target: float = 1.0, level: float = 0.95) -> Limits:
    """Limits within which a ratio of observed to expected cases falls by chance, by the number expected.

    Parameters
    ----------
    expected : number or array
        Expected cases, above 0.
    target : float
        The ratio that is true of everybody.
    level : float
        0.95 and 0.998 are the usual two.

    Returns
    -------
    lower, upper : arrays of the shape of ``expected``
        Quantiles of the Poisson distribution, interpolated between whole numbers of cases, divided by ``expected``.

    References
    ----------
    .. [1] Spiegelhalter DJ. Funnel plots for comparing institutional performance. Statistics in Medicine
       2005;24:1185-1202, appendix A.1.

    Examples
    --------
    >>> lower, upper = funnel_limits(20.0)
    >>> f"{lower:.3f} {upper:.3f}"
    '0.560 1.437'
    """
    normal_quantile(level)
    mean = np.asarray(expected, dtype=float) * target
    if not (mean > 0).all():
        raise BurdenError(
            "a funnel needs expected numbers above 0.", "biểu đồ phễu cần số ca kỳ vọng lớn hơn 0."
        )
    tail = (1 - level) / 2
    lower, upper = (_between_counts(mean, tail), _between_counts(mean, 1 - tail))
    return lower / mean * target, upper / mean * target


def _between_counts(mean: Floats, probability: float) -> Floats:
    """Spiegelhalter's r - α: r the first count with more than this probability up to it, α the part that is over."""
    count = np.ceil(np.round(pdtrik(probability, mean), 9))
    below = np.where(count > 0, pdtr(np.maximum(count - 1, 0), mean), 0.0)
    reached = pdtr(count, mean)
    return np.maximum(count - (reached - probability) / (reached - below), 0.0)
