"""Small areas: what a ward's few cases say once they are read beside those of all other wards."""

import numpy as np
import polars as pl
from scipy.special import gammaincinv


def smooth_ratios(areas: pl.DataFrame, *, level: float = 0.95) -> pl.DataFrame:
    """Smooth the ratio of observed to expected cases by empirical Bayes.

    The true ratios of the areas are taken to follow a gamma distribution, whose mean and variance come from all
    areas by moments; a ward's own ratio then has a gamma distribution too, of shape `observed + a` and rate
    `expected + b`. Where the wards differ no more than chance would make them, the variance is zero and every ward
    gets the common mean.

    Parameters
    ----------
    areas : polars.DataFrame
        ``observed`` and ``expected`` cases of each area, every ``expected`` above 0.
    level : float
        Probability inside the interval.

    Returns
    -------
    polars.DataFrame
        ``areas`` with ``ratio``, ``ratio_lower``, ``ratio_upper``.

    References
    ----------
    .. [1] Clayton D, Kaldor J. Empirical Bayes estimates of age-standardized relative risks for use in disease
       mapping. Biometrics 1987;43:671-681.
    .. [2] Marshall RJ. Mapping disease and mortality rates using empirical Bayes estimators. Applied Statistics
       1991;40:283-294.
    """
    observed = areas["observed"].to_numpy().astype(float)
    expected = areas["expected"].to_numpy().astype(float)
    mean, variance = _fit_prior(observed, expected)
    if mean <= 0 or variance <= 0:
        common = np.full(len(observed), mean)
        return _add_ratios(areas, common, common, common)
    shape, rate = observed + mean**2 / variance, expected + mean / variance
    tail = (1 - level) / 2
    lower, upper = gammaincinv(shape, tail) / rate, gammaincinv(shape, 1 - tail) / rate
    return _add_ratios(areas, shape / rate, lower, upper)


def _fit_prior(observed: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    """Return mean and variance of the true ratios by weighted moments; the variance is 0 where chance explains all."""
    total = expected.sum()
    if total <= 0:
        return 0.0, 0.0
    mean = observed.sum() / total
    spread = (expected * (observed / expected - mean) ** 2).sum() / total
    return float(mean), float(max(spread - mean * len(observed) / total, 0.0))


def _add_ratios(areas: pl.DataFrame, ratio: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> pl.DataFrame:
    return areas.with_columns(
        pl.Series("ratio", ratio), pl.Series("ratio_lower", lower), pl.Series("ratio_upper", upper)
    )
