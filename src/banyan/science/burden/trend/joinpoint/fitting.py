"""Joinpoints of one series: every model fitted, and the number of joinpoints chosen."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import Floats
from banyan.science.burden.trend.joinpoint.criteria import CRITERIA, choose_least
from banyan.science.burden.trend.joinpoint.fit import JoinpointFit, fit_at
from banyan.science.burden.trend.joinpoint.grid import Grid, choose_most, lay_grid
from banyan.science.burden.trend.joinpoint.permutation import SCHEMA, Shuffling, Split, narrow_counts
from banyan.science.burden.trend.joinpoint.search import search_series
from banyan.science.burden.trend.joinpoint.series import Model, Series, Weights, read_series
from banyan.science.burden.trend.joinpoint.trend import JoinpointTrend, Method


def fit_joinpoints(
    years: Sequence[float] | NDArray[np.float64],
    rates: ArrayLike,
    *,
    std_errs: ArrayLike | None = None,
    cases: ArrayLike | None = None,
    model: Model = "log-linear",
    weights: Weights | None = None,
    zero: float | None = None,
    least: int = 0,
    most: int | None = None,
    method: Method = "permutation",
    permutations: int = 4499,
    seed: int = 0,
    alpha: float = 0.05,
    split: Split = "overfitting",
    ends: int = 2,
    between: int = 2,
    finer: int = 0,
    rho: float | Literal["estimate"] = 0.0,
    level: float = 0.95,
    workers: int = 2,
) -> JoinpointTrend:
    """Fit straight lines joined at the years where the trend changes, as the Joinpoint program of the NCI does.

    Parameters
    ----------
    years, rates : sequences of the same length
        Any order; rates in any unit, not rounded.
    std_errs : sequence, optional
        Standard errors of the rates, in their unit.
    cases : sequence, optional
        Numbers of cases behind the rates; 0 counts as 0.5.
    model : {"log-linear", "linear"}
        Lines through the logarithms of the rates, or through the rates.
    weights : {"std_err", "cases", "constant"}, optional
        Inverse variance from the standard errors, (rate / std_err)² in the log-linear model; from Poisson counts,
        which are then the weights; or equal. If nobody says: what is given, in this order.
    zero : float, optional
        What stands for a rate of 0, which has no logarithm. Without it such a rate is refused.
    least, most : int
        Numbers of joinpoints tried. If nobody says, at most one for each five years from seven on, and five.
    method : {"permutation", "bic", "bic3", "wbic"}
        By which the number is chosen.
    permutations, seed, workers : int
        Of the permutation test; its result depends on the seed, not on the number of threads.
    alpha : float
        Overall level of the permutation test.
    split : {"overfitting", "bonferroni"}
        Level of the test of k joinpoints: alpha / (most - k), which bounds the chance of too many joinpoints, or
        alpha / (most - least).
    ends, between : int
        Fewest observations outside the first and last joinpoint, and between two; one at the joinpoint not counted.
    finer : int
        Places for joinpoints between two neighbouring years, besides the years themselves.
    rho : float or "estimate"
        Correlation of the errors one step apart (first-order autoregression), a step being the shortest of the
        series. The estimate is that of the weighted residuals of the largest model, fitted without correlation.
    level : float
        Of the intervals.

    Returns
    -------
    JoinpointTrend

    Raises
    ------
    BurdenError
        A rate of 0 in the log-linear model without ``zero``; a standard error of 0 or none; a year given twice; too
        few years for the joinpoints asked for.

    Notes
    -----
    For n observations and k joinpoints, each admissible set of places is tried, and the one with the least weighted
    sum of squares taken. Degrees of freedom are n - 2 (k + 1). The covariance counts the joinpoints as estimated: the
    design has a column more for each, a jump behind it, an observation at the joinpoint belonging to the left. The
    test statistic is the ratio of the sums of squares of two models; whitened residuals of the smaller are permuted.
    BIC is log(wsse / n) + (2k + 2) log(n) / n; BIC3 has 3k + 2; the weighted BIC has (2 + w) k + 2, where w is the
    largest partial R² of a joinpoint in its two segments.

    References
    ----------
    .. [1] Lerman PM. Fitting segmented regression models by grid search. Applied Statistics 1980;29:77-84.
    .. [2] Kim HJ, Fay MP, Feuer EJ, Midthune DN. Permutation tests for joinpoint regression with applications to
       cancer rates. Statistics in Medicine 2000;19:335-351.
    .. [3] Kim HJ, Yu B, Feuer EJ. Selecting the number of change-points in segmented line regression. Statistica
       Sinica 2009;19:597-609.
    .. [4] Kim HJ, Chen HS, Midthune D, et al. Data-driven choice of a model selection method in joinpoint regression.
       Journal of Applied Statistics 2023;50:1992-2013.

    Examples
    --------
    >>> years = range(2000, 2016)
    >>> rates = [20 * 1.03 ** min(y - 2000, 8) * 0.98 ** max(y - 2008, 0) for y in years]
    >>> trend = fit_joinpoints(list(years), rates, method="bic3")
    >>> trend.joinpoints, trend.segments()["apc"].round(6).to_list()
    ((2008.0,), [3.0, -2.0])
    """
    check_option(method, get_args(Method), "method ‘{}’", "phương pháp ‘{}’")
    series = read_series(
        years, rates, std_errs=std_errs, cases=cases, model=model, weights=weights, zero=zero
    )
    grid = lay_grid(series.x, ends=ends, between=between, finer=finer)
    highest = check_counts(series, grid, least, most)
    if rho == "estimate":
        series = series.correlate(estimate_rho(fit_all(series, grid, highest, highest)[0]))
    elif rho != 0:
        series = series.correlate(rho)
    fits = fit_all(series, grid, least, highest)
    shuffling = Shuffling(permutations, seed, workers, alpha, split)
    number, tests = _choose(fits, grid, method, shuffling)
    return JoinpointTrend(series, fits, fits[number], method, tests, permutations, seed, level, grid)


def fit_all(series: Series, grid: Grid, least: int, most: int) -> tuple[JoinpointFit, ...]:
    """Fit the best model with each number of joinpoints from ``least`` to ``most``."""
    if most == 0:
        return (fit_at(series, ()),)
    _, places = search_series(series, grid).find(series.whiten(series.y), most)
    return tuple(fit_at(series, places[k]) for k in range(least, most + 1))


def estimate_rho(fit: JoinpointFit) -> float:
    """Return the correlation of neighbouring weighted residuals, over pairs that are the shortest step apart."""
    series = fit.series
    residual: Floats = np.sqrt(series.weight) * (series.y - fit.evaluate(series.x))
    near = series.steps == 1
    if fit.perfect:
        return 0.0
    return float(residual[1:][near] @ residual[:-1][near] / (residual @ residual))


def check_counts(series: Series, grid: Grid, least: int, most: int | None) -> int:
    """Return the largest number of joinpoints to try."""
    possible = min(grid.most, (series.count - 3) // 2)
    highest = max(least, min(choose_most(series.count), possible)) if most is None else most
    if not 0 <= least <= highest:
        raise BurdenError(
            f"the joinpoints go from {least} to {highest}, which is no span.",
            f"số điểm gãy từ {least} đến {highest} không phải là một khoảng.",
        )
    if highest > possible:
        raise BurdenError(
            f"{series.count} years have room for {possible} joinpoints, and {highest} are asked for.",
            f"{series.count} năm chỉ đủ cho {possible} điểm gãy, mà yêu cầu là {highest}.",
        )
    return highest


def _choose(
    fits: tuple[JoinpointFit, ...], grid: Grid, method: Method, shuffling: Shuffling
) -> tuple[int, pl.DataFrame]:
    none = pl.DataFrame(schema=SCHEMA)
    if method in CRITERIA:
        return choose_least(fits, method), none
    if len(fits) == 1:
        return 0, none
    return narrow_counts(fits, search_series(fits[0].series, grid), shuffling)
