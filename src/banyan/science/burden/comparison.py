"""Two standardised rates beside each other: their ratio, their difference, and a test."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from scipy.special import fdtri, ndtr

from banyan.science.burden.cells import CELLS
from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import take_columns
from banyan.science.burden.intervals import (
    RATIO_INTERVAL,
    Floats,
    Limits,
    log_interval,
    normal_interval,
    normal_quantile,
)
from banyan.science.burden.rates import PER, UnknownAge, weigh_rates
from banyan.science.burden.standards import Standard
from banyan.science.burden.sums import Sum

RatioInterval = Literal["f", "log", "test-based"]


def compare_rates(
    cells: IntoFrame,
    between: str,
    *,
    reference: Any,
    by: Sequence[str] = (),
    standard: str | Standard | Mapping[int, float] | Sequence[float] = "segi",
    interval: RatioInterval = "f",
    level: float = 0.95,
    ages: tuple[int, int | None] = (0, None),
    unknown_age: UnknownAge = "report",
) -> pl.DataFrame:
    """Compare directly standardised rates with that of one group: ratio, difference and test.

    Parameters
    ----------
    cells : data frame
        As in :func:`standardise_rates`, with the column ``between``.
    between : str
        The column whose groups are compared: an area, a period, a sex.
    reference : value of that column
        The group that the others are held against. The groups are taken as independent: an area is not compared
        with a whole that contains it.
    by : names of columns
        One comparison in each combination.
    standard, ages, unknown_age, level : as in :func:`standardise_rates`
    interval : {"f", "log", "test-based"}
        Of the ratio. "f" comes from the gamma approximation of both rates [1]_ and is right with few cases; "log" is
        log-normal; "test-based" is that of older reports [2]_: ratio ** (1 ± z / x), where x is the difference in
        units of its standard error.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``between``, the group compared; ``cases``, ``asr``; ``reference_cases``,
        ``reference_asr``; ``ratio``, ``ratio_lower``, ``ratio_upper``; ``difference`` with ``_lower`` and ``_upper``,
        per 100 000; ``z``, the difference in units of its standard error, and its two-sided ``p_value``; ``interval``.
        What is not defined (no case in either) is null.

    Raises
    ------
    BurdenError
        A reference that is not there, and whatever :func:`standardise_rates` refuses.

    References
    ----------
    .. [1] Fay MP. Approximate confidence intervals for rate ratios from directly standardized rates with sparse data.
       Communications in Statistics: Theory and Methods 1999;28:2141-2160.
    .. [2] Boyle P, Parkin DM. Statistical methods for registries. IARC Scientific Publications 95, 1991, p. 154.

    Examples
    --------
    >>> import polars as pl
    >>> cells = pl.DataFrame(
    ...     {
    ...         "area": ["a", "a", "b", "b"],
    ...         "age_group": [0, 65, 0, 65],
    ...         "cases": [4, 30, 8, 45],
    ...         "person_years": [9e4, 1e4, 9e4, 1e4],
    ...     }
    ... )
    >>> found = compare_rates(cells, "area", reference="a", standard={0: 93, 65: 7})
    >>> found.select("area", pl.col("ratio", "ratio_lower", "ratio_upper", "p_value").round(3)).row(0)
    ('b', 1.582, 0.993, 2.541, 0.038)
    """
    check_option(interval, RATIOS, *RATIO_INTERVAL)
    frame = take_columns(cells, [between, *by, "age_group", "cases", "person_years"], table=CELLS)
    strata, sums, cases = weigh_rates(
        frame, by=[*by, between], standard=standard, ages=ages, unknown_age=unknown_age
    )
    numbered = strata.with_row_index("other")
    held = numbered.filter(pl.col(between) == reference).rename({"other": "base"}).drop(between)
    if held.is_empty():
        raise BurdenError(
            f"no row has {between} ‘{reference}’, the group to compare with.",
            f"không có dòng nào có {between} ‘{reference}’ để so sánh.",
            column=between,
        )
    groups = numbered.filter(pl.col(between) != reference)
    paired = (
        groups.join(held, on=list(by), nulls_equal=True, maintain_order="left")
        if by
        else groups.join(held, how="cross")
    )
    one, two = (paired[name].cast(pl.Int64).to_numpy() for name in ("other", "base"))
    columns = _compare(sums.take(one), sums.take(two), interval, level)
    counts = {"cases": cases[one], "reference_cases": cases[two]}
    numbers = {name: pl.Series(values).fill_nan(None) for name, values in (counts | columns).items()}
    order = ("cases", "asr", "reference_cases", "reference_asr")
    ordered = {name: numbers[name] for name in order} | numbers
    return paired.select(*by, between).with_columns(**ordered, interval=pl.lit(interval))


def _compare(one: Sum, two: Sum, interval: str, level: float) -> dict[str, Floats]:
    known = (one.value > 0) & (two.value > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(two.value > 0, one.value / two.value, np.nan)
        error = np.sqrt(one.variance + two.variance)
        z = np.where(error > 0, (one.value - two.value) / error, np.nan)
        limits = RATIOS[interval](one, two, z, level)
    difference = one.value - two.value
    spread = normal_interval(difference, error, level)
    bounded = [np.where(known | (interval == "f"), limit, np.nan) for limit in limits]
    return {
        "asr": PER * one.value,
        "reference_asr": PER * two.value,
        "ratio": ratio,
        "ratio_lower": bounded[0],
        "ratio_upper": bounded[1],
        "difference": PER * difference,
        "difference_lower": PER * spread[0],
        "difference_upper": PER * spread[1],
        "z": z,
        "p_value": 2 * ndtr(-np.abs(z)),
    }


def _f_limits(one: Sum, two: Sum, z: Floats, level: float) -> Limits:  # noqa: ARG001 -- one shape for all intervals
    tail = (1 - level) / 2
    lower = _f_quantile(one.shape(), two.shape(more=True), tail)
    upper = _f_quantile(one.shape(more=True), two.shape(), 1 - tail)
    return np.where(one.value > 0, lower, 0.0), upper


def _f_quantile(above: Limits, below: Limits, probability: float) -> Floats:
    """Quantile of the ratio of two gamma variables, each given by mean and shape."""
    (mean, shape), (divisor, other) = above, below
    known = (shape > 0) & (other > 0)
    quantile = fdtri(np.where(known, 2 * shape, 1.0), np.where(known, 2 * other, 1.0), probability)
    return np.where(known, mean / divisor * quantile, np.nan)


def _log_limits(one: Sum, two: Sum, z: Floats, level: float) -> Limits:  # noqa: ARG001 -- one shape for all intervals
    error = np.sqrt(one.variance / one.value**2 + two.variance / two.value**2)
    return log_interval(one.value / two.value, error, level)


def _test_limits(one: Sum, two: Sum, z: Floats, level: float) -> Limits:
    ratio, step = one.value / two.value, normal_quantile(level) / np.abs(z)
    ends = ratio ** (1 - step), ratio ** (1 + step)
    return np.minimum(*ends), np.maximum(*ends)


RATIOS: dict[str, Callable[[Sum, Sum, Floats, float], Limits]] = {
    "f": _f_limits,
    "log": _log_limits,
    "test-based": _test_limits,
}
