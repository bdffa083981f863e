"""Trends of rates over calendar years."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats, normal_quantile

TrendConvention = Literal["exact", "rcan"]


@dataclass(frozen=True)
class Eapc:
    """Estimated annual percentage change.

    Attributes
    ----------
    percent, lower, upper : float
        100 × (exp(slope) - 1), per cent a year, and its limits.
    slope, std_err : float
        Of the regression of the logarithm of the rate on the year.
    years : tuple of int
        The years that the estimate stands on.
    zero_years : tuple of int
        Years left out because their rate is 0, which has no logarithm.
    level : float
    weighted : bool
    """

    percent: float
    lower: float
    upper: float
    slope: float
    std_err: float
    years: tuple[int, ...]
    zero_years: tuple[int, ...]
    level: float
    weighted: bool

    @property
    def direction(self) -> Literal["rising", "falling", "unclear"]:
        """Which way the rate goes; unclear where the interval holds 0."""
        if self.lower > 0:
            return "rising"
        return "falling" if self.upper < 0 else "unclear"


def eapc(
    years: Sequence[int] | NDArray[np.int64],
    rates: ArrayLike,
    *,
    cases: ArrayLike | None = None,
    variance: ArrayLike | None = None,
    level: float = 0.95,
    convention: TrendConvention = "exact",
) -> Eapc:
    """Estimate the annual percentage change of a rate by log-linear least squares.

    Parameters
    ----------
    years, rates : sequences of the same length
        Rates in any unit, not rounded.
    cases : sequence, optional
        Weigh each year by its number of cases, the inverse of the variance of the logarithm of a crude rate.
    variance : sequence, optional
        Variances of the rates, such as the square of ``asr_se``: weights rate² / variance. Not with ``cases``.
    level : float
    convention : {"exact", "rcan"}
        "rcan" rounds the rates to two places, weighs all years alike and takes a normal interval, as ``csu_eapc`` of
        that R package does.

    Returns
    -------
    Eapc
        With a t interval on (years used - 2) degrees of freedom; the scale of the errors is estimated, so weights
        need only be proportional. Years with a rate of 0 are left out and listed.

    Raises
    ------
    BurdenError
        Fewer than three years with a rate above 0, a year given twice, a rate that is negative or empty.

    References
    ----------
    .. [1] Esteve J, Benhamou E, Raymond L. Statistical Methods in Cancer Research, vol. IV: Descriptive Epidemiology.
       IARC Scientific Publications 128, Lyon 1994.

    Examples
    --------
    >>> change = eapc([2010, 2011, 2012, 2013], [20.0, 21.0, 22.05, 23.1525])
    >>> round(change.percent, 6), change.direction
    (5.0, 'rising')
    """
    year, rate = np.asarray(years, dtype=float), np.asarray(rates, dtype=float)
    _check_series(year, rate)
    if cases is not None and variance is not None:
        raise BurdenError(
            "a trend is weighted by cases or by variances, not by both.",
            "xu hướng được gán trọng số theo số ca hoặc theo phương sai, không theo cả hai.",
        )
    rcan = convention == "rcan"
    rate = np.round(rate, 2) if rcan else rate
    used = rate > 0
    weights = np.ones(len(rate)) if rcan else _weigh_years(rate, cases, variance)
    _check_weights(year[used], weights[used])
    slope, std_err = _fit_line(year[used], np.log(rate[used]), weights[used])
    freedom = int(used.sum()) - 2
    quantile = normal_quantile(level) if rcan else float(stdtrit(freedom, 0.5 + level / 2))
    bounds = (slope, slope - quantile * std_err, slope + quantile * std_err)
    kept, zeros = (tuple(year[which].astype(int).tolist()) for which in (used, ~used))
    weighted = not rcan and (cases is not None or variance is not None)
    percent, lower, upper = (float(100 * np.expm1(bound)) for bound in bounds)
    return Eapc(percent, lower, upper, slope, std_err, kept, zeros, level, weighted)


def _check_series(year: Floats, rate: Floats) -> None:
    if year.shape != rate.shape or year.ndim != 1:
        raise BurdenError("each year needs one rate.", "mỗi năm cần đúng một tỷ suất.")
    if len(np.unique(year)) < len(year):
        raise BurdenError("a year is there twice.", "có một năm xuất hiện hai lần.", column="year")
    bad = np.flatnonzero(~(np.isfinite(rate) & (rate >= 0) & np.isfinite(year)))
    if len(bad):
        raise BurdenError(
            f"{rate[bad[0]]:g} is no rate.",
            f"{rate[bad[0]]:g} không phải là tỷ suất.",
            column="rate",
            row=int(bad[0]),
        )


def _weigh_years(rate: Floats, cases: ArrayLike | None, variance: ArrayLike | None) -> Floats:
    if cases is not None:
        return np.broadcast_to(np.asarray(cases, dtype=float), rate.shape)
    if variance is not None:
        spread = np.broadcast_to(np.asarray(variance, dtype=float), rate.shape)
        return np.where(rate > 0, rate**2 / np.where(spread > 0, spread, np.nan), 0.0)
    return np.ones(len(rate))


def _check_weights(year: Floats, weights: Floats) -> None:
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if len(bad):
        raise BurdenError(
            f"the rate of {year[bad[0]]:g} is above 0 and has no cases or no variance.",
            f"tỷ suất năm {year[bad[0]]:g} lớn hơn 0 nhưng không có ca bệnh hay phương sai.",
        )
    if len(year) < 3:
        raise BurdenError(
            f"a trend needs three years with a rate above 0, and there are {len(year)}.",
            f"xu hướng cần ít nhất ba năm có tỷ suất lớn hơn 0, ở đây có {len(year)}.",
        )


def _fit_line(x: Floats, y: Floats, weights: Floats) -> tuple[float, float]:
    """Slope of the weighted least-squares line and its standard error."""
    share = weights / weights.sum()
    across, up = x - (share * x).sum(), y - (share * y).sum()
    spread = (weights * across**2).sum()
    slope = (weights * across * up).sum() / spread
    residual = (weights * (up - slope * across) ** 2).sum() / (len(x) - 2)
    return float(slope), float(np.sqrt(residual / spread))
