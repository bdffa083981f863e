"""One rate of change over calendar years."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, stdtr

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import Floats, normal_quantile, t_quantile
from banyan.science.burden.poisson import fit_poisson

TrendConvention = Literal["exact", "rcan"]
Dispersion = Literal["poisson", "estimated"]


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
    p_value : float
        Of no change, by the distribution that gave the limits.
    method : {"least squares", "poisson"}
    dispersion : float
        Variance of the counts over that of a Poisson count, where it was estimated; 1 otherwise.
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
    p_value: float
    method: Literal["least squares", "poisson"] = "least squares"
    dispersion: float = 1.0

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
    check_option(convention, get_args(TrendConvention), "convention ‘{}’", "quy ước ‘{}’")
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
    kept, zeros = (tuple(year[which].astype(int).tolist()) for which in (used, ~used))
    return Eapc(
        **_bound(slope, std_err, level, None if rcan else len(kept) - 2),
        years=kept,
        zero_years=zeros,
        weighted=not rcan and (cases is not None or variance is not None),
    )


def poisson_eapc(
    years: Sequence[int] | NDArray[np.int64],
    cases: ArrayLike,
    person_years: ArrayLike,
    *,
    level: float = 0.95,
    dispersion: Dispersion = "poisson",
) -> Eapc:
    """Estimate the annual percentage change of a crude rate by Poisson regression; a year without a case counts.

    Parameters
    ----------
    years, cases, person_years : sequences of the same length
    level : float
    dispersion : {"poisson", "estimated"}
        Take the variance of a count as its mean, and a normal interval; or as a multiple of it estimated by Pearson's
        statistic, and a t interval on (years - 2) degrees of freedom.

    Returns
    -------
    Eapc
        No year is left out; ``weighted`` is true, since the likelihood weighs years by their cases.

    Raises
    ------
    BurdenError
        Fewer than three years, fewer than two with a case, a count that is negative, person-years that are not above
        0.

    References
    ----------
    .. [1] Breslow NE, Day NE. Statistical Methods in Cancer Research, vol. II: The Design and Analysis of Cohort
       Studies. IARC Scientific Publications 82, Lyon 1987.

    Examples
    --------
    >>> change = poisson_eapc([2010, 2011, 2012, 2013], [100, 105, 110, 116], [1e5] * 4)
    >>> f"{change.percent:.2f} ({change.lower:.2f} to {change.upper:.2f})"
    '5.05 (-3.47 to 14.31)'
    """
    check_option(dispersion, get_args(Dispersion), "dispersion ‘{}’", "độ phân tán ‘{}’")
    year, count, exposure = (np.asarray(values, dtype=float) for values in (years, cases, person_years))
    _check_series(year, count, "cases", "case number", "số ca")
    _check_counts(year, count, exposure)
    fit = fit_poisson(np.column_stack([np.ones(len(year)), year - year.mean()]), count, exposure)
    estimated = dispersion == "estimated"
    scale = fit.find_dispersion(count) if estimated else 1.0
    (slope,), (std_err,) = fit.combine(np.array([[0.0, 1.0]]))
    bounds = _bound(float(slope), float(np.sqrt(scale) * std_err), level, fit.freedom if estimated else None)
    kept = tuple(year.astype(int).tolist())
    return Eapc(**bounds, years=kept, zero_years=(), weighted=True, method="poisson", dispersion=scale)


def _bound(slope: float, std_err: float, level: float, freedom: int | None) -> dict[str, Any]:
    """Return the change with its limits and its p-value: by a t distribution, or by the normal one."""
    ratio = -abs(slope) / std_err if std_err > 0 else -np.inf
    quantile = normal_quantile(level) if freedom is None else t_quantile(level, freedom)
    tail = float(ndtr(ratio) if freedom is None else stdtr(freedom, ratio))
    half = quantile * std_err
    bounds = {"percent": slope, "lower": slope - half, "upper": slope + half}
    changes = {name: float(100 * np.expm1(bound)) for name, bound in bounds.items()}
    return {**changes, "slope": slope, "std_err": std_err, "level": level, "p_value": 2 * tail}


def _check_counts(year: Floats, count: Floats, exposure: Floats) -> None:
    if exposure.shape != count.shape:
        raise BurdenError("each year needs its person-years.", "mỗi năm cần có số người-năm.")
    bad = np.flatnonzero(~(np.isfinite(exposure) & (exposure > 0)))
    if len(bad):
        raise BurdenError(
            f"{exposure[bad[0]]:g} person-years give no rate.",
            f"{exposure[bad[0]]:g} người-năm không cho tỷ suất.",
            column="person_years",
            row=int(bad[0]),
        )
    if len(year) < 3 or (count > 0).sum() < 2:
        raise BurdenError(
            f"a trend of counts needs three years, two of them with cases; there are {len(year)} and "
            f"{(count > 0).sum()}.",
            f"xu hướng của số ca cần ba năm, trong đó hai năm có ca; ở đây có {len(year)} và {(count > 0).sum()}.",
        )


def _check_series(
    year: Floats, rate: Floats, column: str = "rate", name: str = "rate", name_vi: str = "tỷ suất"
) -> None:
    if year.shape != rate.shape or year.ndim != 1:
        raise BurdenError(f"each year needs one {name}.", f"mỗi năm cần đúng một {name_vi}.")
    if len(np.unique(year)) < len(year):
        raise BurdenError("a year is there twice.", "có một năm xuất hiện hai lần.", column="year")
    bad = np.flatnonzero(~(np.isfinite(rate) & (rate >= 0) & np.isfinite(year)))
    if len(bad):
        raise BurdenError(
            f"{rate[bad[0]]:g} is no {name}.",
            f"{rate[bad[0]]:g} không phải là {name_vi}.",
            column=column,
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
