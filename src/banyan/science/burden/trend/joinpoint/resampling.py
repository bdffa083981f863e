"""Intervals of average changes from resampled residuals: joinpoints are looked for again in every sample."""

import numpy as np
import polars as pl

from banyan.science.burden.intervals import Floats
from banyan.science.burden.trend.joinpoint.fit import JoinpointFit, build_columns
from banyan.science.burden.trend.joinpoint.search import Search

# A stream of random numbers that no permutation test draws from: those are numbered by their joinpoints.
STREAM = 1_000_000


def resample_averages(
    fit: JoinpointFit, search: Search, windows: list[tuple[float, float]], *, samples: int, seed: int
) -> Floats:
    """Average the slopes over windows in samples of new residuals, (windows, samples).

    Residuals are drawn from the empirical distribution of the whitened ones, made linear between its steps and as wide
    as the mean square error.
    """
    series = fit.series
    fitted = series.whiten(fit.evaluate(series.x))
    residual = _widen(np.sort(series.whiten(series.y) - fitted), fit.mse)
    steps = np.linspace(0, 1, series.count)
    draws = np.random.default_rng([seed, STREAM]).random((series.count, samples))
    responses = fitted[:, None] + np.interp(draws, steps, residual)
    _, places = search.locate(responses, fit.k)
    found = np.empty((len(windows), samples))
    sets, which = np.unique(places[fit.k], axis=0, return_inverse=True)
    for number, chosen in enumerate(sets):
        drawn = which.ravel() == number
        found[:, drawn] = _weigh_responses(fit, search.grid.places[chosen], windows) @ responses[:, drawn]
    return found


def _widen(residual: Floats, variance: float) -> Floats:
    """Shift and stretch sorted values so that a draw linear between them has mean 0 and that variance."""
    left, right = residual[:-1], residual[1:]
    centre = float(((left + right) / 2).mean())
    left, right = left - centre, right - centre
    spread = float(((left**2 + left * right + right**2) / 3).mean())
    return (residual - centre) * np.sqrt(variance / spread) if spread > 0 else residual - centre


def _weigh_responses(fit: JoinpointFit, joinpoints: Floats, windows: list[tuple[float, float]]) -> Floats:
    """Return what each whitened response adds to the average slopes, given the joinpoints: (windows, n)."""
    series, first = fit.series, float(fit.series.x[0])
    orthonormal, triangle = np.linalg.qr(series.whiten(build_columns(series.x, first, joinpoints)))
    limits = np.array(windows)
    starts, ends = (build_columns(limits[:, side], first, joinpoints) for side in (0, 1))
    gradient = (ends - starts) / (limits[:, 1] - limits[:, 0])[:, None]
    weights: Floats = np.linalg.solve(triangle.T, gradient.T).T @ orthonormal.T
    return weights


def replace_limits(frame: pl.DataFrame, samples: Floats, level: float, *, logarithmic: bool) -> pl.DataFrame:
    """Put the spread, the limits and the p-value of samples (windows, B) into a frame of averages."""
    lower, upper = np.quantile(samples, [(1 - level) / 2, (1 + level) / 2], axis=1)
    below, above = ((1 + side.sum(axis=1)) / (1 + samples.shape[1]) for side in (samples <= 0, samples >= 0))
    columns = {
        "std_err": samples.std(axis=1, ddof=1),
        "slope_lower": lower,
        "slope_upper": upper,
        "p_value": np.minimum(1.0, 2 * np.minimum(below, above)),
    }
    if logarithmic:
        columns |= {"aapc_lower": 100 * np.expm1(lower), "aapc_upper": 100 * np.expm1(upper)}
    return frame.with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        pl.lit(None, dtype=pl.Float64).alias("t"),
    )
