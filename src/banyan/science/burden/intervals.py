"""Confidence limits for counts, for weighted sums of counts, and for survival.

Every function takes numbers or arrays, works element by element, and returns a pair of float arrays (lower,
upper). A chi-square quantile with 2a degrees of freedom is twice a gamma quantile of shape a, so the quantiles
come from the inverse incomplete gamma functions.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, gammainccinv, gammaincinv, ndtri, stdtrit

from banyan.science.burden.faults import BurdenError, check_option

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]
INTERVAL = ("interval ‘{}’", "khoảng tin cậy ‘{}’")
RATIO_INTERVAL = ("interval ‘{}’ of a ratio", "khoảng tin cậy ‘{}’ cho tỷ số")


def normal_quantile(level: float) -> float:
    """Two-sided standard normal quantile: 1.959964 for a level of 0.95."""
    if not 0 < level < 1:
        raise BurdenError(
            f"a confidence level lies between 0 and 1, and {level} does not.",
            f"độ tin cậy nằm giữa 0 và 1, {level} thì không.",
        )
    return float(ndtri(0.5 + level / 2))


def t_quantile(level: float, freedom: float) -> float:
    """Two-sided quantile of Student's t distribution: 2.228139 for a level of 0.95 and 10 degrees of freedom."""
    normal_quantile(level)
    return float(stdtrit(freedom, 0.5 + level / 2))


def poisson_interval(count: ArrayLike, level: float = 0.95, method: str = "exact") -> Limits:
    """Confidence limits for a Poisson count.

    Parameters
    ----------
    count : number or array
        Observed events; not necessarily whole (expected numbers, redistributed cases).
    level : float
    method : {"exact", "byar"}
        Exact limits by the chi-square distribution [1]_, or Byar's approximation with ``count`` in the lower and
        ``count + 1`` in the upper limit [2]_. Both give 0 as the lower limit of a count of 0.

    Returns
    -------
    lower, upper : arrays of the shape of ``count``

    References
    ----------
    .. [1] Garwood F. Fiducial limits for the Poisson distribution. Biometrika 1936;28:437-442.
    .. [2] Breslow NE, Day NE. Statistical Methods in Cancer Research, vol. II. IARC, Lyon 1987, p. 69.

    Examples
    --------
    >>> lower, upper = poisson_interval(10)
    >>> f"{lower:.3f} {upper:.3f}"
    '4.795 18.390'
    """
    normal_quantile(level)
    check_option(method, ("exact", "byar"), *INTERVAL)
    x = np.asarray(count, dtype=float)
    return _exact_poisson(x, level) if method == "exact" else _byar(x, level)


def _exact_poisson(x: Floats, level: float) -> Limits:
    tail = (1 - level) / 2
    lower = np.where(x > 0, gammaincinv(np.where(x > 0, x, 1.0), tail), 0.0)
    return lower, np.asarray(gammainccinv(x + 1, tail))


def _byar(x: Floats, level: float) -> Limits:
    z = normal_quantile(level)
    some, more = np.where(x > 0, x, 1.0), x + 1
    # For very small counts the bracket is negative; a rate is not.
    lower = np.maximum(some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3, 0.0)
    return np.where(x > 0, lower, 0.0), more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def fay_feuer(rate: ArrayLike, variance: ArrayLike, largest_weight: ArrayLike, level: float = 0.95) -> Limits:
    """Gamma confidence limits for a weighted sum of Poisson counts, such as a directly standardised rate.

    Parameters
    ----------
    rate : number or array
        The weighted sum, for instance of weight × cases / person-years.
    variance : number or array
        Its Poisson variance, the sum of weight² × cases / person-years².
    largest_weight : number or array
        The largest of weight / person-years. The upper limit needs it even with many cases.
    level : float

    Returns
    -------
    lower, upper : arrays, in the unit of ``rate``
        With no cases the lower limit is 0 and the upper one ``largest_weight`` times the exact limit of a count
        of 0. Where the rate is not a number, so are the limits.

    References
    ----------
    .. [1] Fay MP, Feuer EJ. Confidence intervals for directly standardized rates: a method based on the gamma
       distribution. Statistics in Medicine 1997;16:791-801.

    Examples
    --------
    >>> lower, upper = fay_feuer(10.0, 10.0, 1.0)
    >>> f"{lower:.3f} {upper:.3f}"
    '4.795 18.390'
    """
    normal_quantile(level)
    y, v, m = (np.asarray(values, dtype=float) for values in (rate, variance, largest_weight))
    tail = (1 - level) / 2
    some, spread = np.where(y > 0, y, 1.0), np.where(y > 0, v, 1.0)
    lower = np.where(y > 0, spread / some * gammaincinv(some**2 / spread, tail), 0.0 * y)
    return lower, gamma_upper(y + m, v + m**2, tail)


def tiwari(
    rate: ArrayLike, variance: ArrayLike, mean_weight: ArrayLike, mean_square: ArrayLike, level: float = 0.95
) -> Limits:
    """Gamma limits with a shorter upper one: as if one case were shared among all the cells.

    Parameters
    ----------
    rate, variance : as in :func:`fay_feuer`
    mean_weight, mean_square : number or array
        Mean over the cells of weight / person-years, and of its square.
    level : float

    Returns
    -------
    lower, upper : arrays, in the unit of ``rate``
        The lower limit is that of Fay and Feuer. Never above theirs, and equal to it where all weights are the same
        and there is one cell.

    References
    ----------
    .. [1] Tiwari RC, Clegg LX, Zou Z. Efficient interval estimation for age-adjusted cancer rates. Statistical Methods
       in Medical Research 2006;15:547-569.

    Examples
    --------
    >>> lower, upper = tiwari(10.0, 10.0, 1.0, 1.0)
    >>> f"{lower:.3f} {upper:.3f}"
    '4.795 18.390'
    """
    normal_quantile(level)
    y, v = np.asarray(rate, dtype=float), np.asarray(variance, dtype=float)
    lower, _ = fay_feuer(y, v, 1.0, level)
    return lower, gamma_upper(y + mean_weight, v + mean_square, (1 - level) / 2)


def gamma_upper(mean: ArrayLike, variance: ArrayLike, tail: float) -> Floats:
    """Upper quantile of a gamma distribution with this mean and variance; nan where they are not positive."""
    top, wide = np.asarray(mean, dtype=float), np.asarray(variance, dtype=float)
    known = (top > 0) & (wide > 0)
    top, wide = np.where(known, top, np.nan), np.where(known, wide, np.nan)
    return np.asarray(wide / top * gammainccinv(top**2 / wide, tail))


def dobson(rate: ArrayLike, variance: ArrayLike, count: ArrayLike, level: float = 0.95) -> Limits:
    """Confidence limits for a weighted sum of Poisson counts from the exact limits of their plain sum.

    Parameters
    ----------
    rate, variance : as in :func:`fay_feuer`
    count : number or array
        The plain sum of the counts. With a count of 0 the limits are not defined (nan).
    level : float

    References
    ----------
    .. [1] Dobson AJ, Kuulasmaa K, Eberle E, Scherer J. Confidence intervals for weighted sums of Poisson
       parameters. Statistics in Medicine 1991;10:457-462.

    Examples
    --------
    >>> lower, upper = dobson(20.0, 40.0, 10)
    >>> f"{lower:.3f} {upper:.3f}"
    '9.591 36.781'
    """
    y, v, x = (np.asarray(values, dtype=float) for values in (rate, variance, count))
    lower, upper = poisson_interval(x, level)
    scale = np.sqrt(v / np.where(x > 0, x, np.nan))
    return y + scale * (lower - x), y + scale * (upper - x)


def normal_interval(estimate: ArrayLike, std_err: ArrayLike, level: float = 0.95) -> Limits:
    """Limits estimate ± z × standard error, not cut at 0.

    Examples
    --------
    >>> lower, upper = normal_interval(10.0, 1.0)
    >>> f"{lower:.2f} {upper:.2f}"
    '8.04 11.96'
    """
    value = np.asarray(estimate, dtype=float)
    half = normal_quantile(level) * np.asarray(std_err, dtype=float)
    return value - half, value + half


def log_interval(estimate: ArrayLike, std_err_log: ArrayLike, level: float = 0.95) -> Limits:
    """Limits estimate × exp(± z × standard error of the logarithm); 0 for an estimate of 0, not cut at 1.

    For a rate the standard error of its logarithm is (standard error) / rate; for net survival it is the
    standard error of the cumulative net hazard.

    Examples
    --------
    >>> lower, upper = log_interval(0.5, 0.1)
    >>> f"{lower:.4f} {upper:.4f}"
    '0.4110 0.6083'
    """
    value = np.asarray(estimate, dtype=float)
    spread = np.exp(normal_quantile(level) * np.asarray(std_err_log, dtype=float))
    return value / spread, value * spread


def log_log_interval(survival: ArrayLike, std_err_log: ArrayLike, level: float = 0.95) -> Limits:
    """Limits of a survival on the scale log(-log S): always between 0 and 1; nan where S is not.

    References
    ----------
    .. [1] Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data. Wiley 1980, p. 15.

    Examples
    --------
    >>> lower, upper = log_log_interval(0.5, 0.1)
    >>> f"{lower:.4f} {upper:.4f}"
    '0.3987 0.5931'
    """
    value = np.asarray(survival, dtype=float)
    inside = np.where((value > 0) & (value < 1), value, np.nan)
    logarithm = np.log(inside)
    power = np.exp(normal_quantile(level) * np.asarray(std_err_log, dtype=float) / np.abs(logarithm))
    return np.exp(logarithm * power), np.exp(logarithm / power)


def survival_interval(survival: ArrayLike, std_err_log: ArrayLike, level: float, method: str) -> Limits:
    """Limits of a survival by name: "log", "log-log", "plain", "logit" or "arcsin"; the last two, 0 to 1, as survfit's."""
    check_option(method, ("log", "log-log", "plain", "logit", "arcsin"), *INTERVAL)
    if method == "log":
        return log_interval(survival, std_err_log, level)
    if method == "log-log":
        return log_log_interval(survival, std_err_log, level)
    if method == "plain":
        return normal_interval(survival, np.asarray(survival) * np.asarray(std_err_log), level)
    value, error = np.asarray(survival, dtype=float), np.asarray(std_err_log, dtype=float)
    inside = np.where((value > 0) & (value < 1), value, np.nan)
    half = normal_quantile(level) * error
    if method == "logit":
        middle, wide = np.log(inside / (1 - inside)), half / (1 - inside)
        return expit(middle - wide), expit(middle + wide)
    middle, wide = np.arcsin(np.sqrt(inside)), half / 2 * np.sqrt(inside / (1 - inside))
    return np.sin(np.maximum(middle - wide, 0.0)) ** 2, np.sin(np.minimum(middle + wide, np.pi / 2)) ** 2


def wilson_interval(count: ArrayLike, of: ArrayLike, level: float = 0.95) -> Limits:
    """Score limits of a share, from 0 to 1.

    Parameters
    ----------
    count, of : array_like
        How many, of how many; a share of nothing has no limits (nan).
    level : float
        Probability inside the interval.

    Returns
    -------
    tuple of ndarray
        Lower and upper limit.

    References
    ----------
    .. [1] Wilson EB. Probable inference, the law of succession, and statistical inference. JASA 1927;22:209-212.

    Examples
    --------
    >>> lower, upper = wilson_interval(81, 263)
    >>> f"{lower:.4f} {upper:.4f}"
    '0.2553 0.3662'
    """
    z = normal_quantile(level)
    n = np.where(np.asarray(of) > 0, of, np.nan).astype(float)
    p = np.asarray(count) / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def difference_interval(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """Limits of the difference of two independent shares, from the score limits of each.

    Parameters
    ----------
    before, after : sequence of float
        Share, lower and upper limit, all in the same unit.

    Returns
    -------
    tuple of float
        Lower and upper limit of ``after - before``, in that unit.

    References
    ----------
    .. [1] Newcombe RG. Interval estimation for the difference between independent proportions. Statistics in
       Medicine 1998;17:873-890, method 10.
    """
    (p1, l1, u1), (p2, l2, u2) = before, after
    change = p2 - p1
    return change - float(np.hypot(p2 - l2, u1 - p1)), change + float(np.hypot(u2 - p2, p1 - l1))
