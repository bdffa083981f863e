"""Many futures: coefficients drawn from their covariance, then counts drawn from their rates."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats, poisson_interval
from banyan.science.burden.poisson import invert_link
from banyan.science.burden.projection.forecast import Forecast, mean_of_last
from banyan.science.burden.projection.grid import Grid

FARTHEST, ABSURD, ALLOWED = 10.0, 100.0, 0.999
Dispersion = Literal["estimated", "poisson"]


@dataclass(frozen=True)
class Futures:
    """What is expected, and what was drawn.

    Attributes
    ----------
    expected : array of ages by periods to come
        Cases.
    drawn : array of draws by ages by periods to come
        Counts.
    dispersion : float
        Variance of a count over its mean.
    """

    expected: Floats
    drawn: Floats
    dispersion: float


def simulate(
    grid: Grid,
    forecast: Forecast,
    *,
    dispersion: Dispersion,
    draws: int,
    seed: int,
    trend_error: float = 0.0,
) -> Futures:
    """Draw counts for the periods to come.

    Coefficients are normal about their estimates, with their covariance times the dispersion; counts are Poisson,
    or negative binomial with that dispersion, about the rates that follow. The rate of an age group that is not
    modelled is drawn from the gamma distributions of its last two counts. ``trend_error`` is the standard
    deviation, for each year ahead, of a slope on the log scale that all ages share and the model does not know of.
    That the person-years come true is taken for granted. No draw carries the rate of an age group above ten times
    what its observed cases allow (their exact limit at 0.999) or the model expects: where nothing was counted the
    coefficients know no bound of their own.
    """
    scale = 1.0
    if dispersion == "estimated":
        scale = max(1.0, forecast.fit.find_dispersion(grid.cases[forecast.fitted_cells]))
    random = np.random.default_rng(seed)
    people = grid.people[:, grid.observed :]
    rates = np.repeat(mean_of_last(grid)[:, None], grid.ahead, axis=1)
    rates[forecast.modelled] = invert_link(forecast.rows @ forecast.fit.coefficients, forecast.fit.link)
    allowed = _allow_rates(grid)
    _refuse_absurd(grid, rates, allowed)
    drawn = np.empty((draws, *rates.shape))
    drawn[:] = _draw_means(grid, draws, random)[:, :, None]
    drawn[:, forecast.modelled] = _draw_rates(forecast, scale, draws, random)
    drawn = np.minimum(drawn, FARTHEST * np.maximum(allowed[:, None], rates))
    if trend_error:
        ahead = grid.width * np.arange(1, grid.ahead + 1)
        drawn *= np.exp(trend_error * random.standard_normal((draws, 1, 1)) * ahead)
    counts = _draw_counts(drawn * people, scale, random)
    return Futures(rates * people, counts, scale)


def _draw_rates(forecast: Forecast, scale: float, draws: int, random: np.random.Generator) -> Floats:
    kept = ~forecast.fit.aliased
    covariance = forecast.fit.covariance[np.ix_(kept, kept)] * scale
    # the root by eigenvalues: a covariance at the edge of its rank has no Cholesky factor
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = random.standard_normal((draws, len(values)))
    coefficients = forecast.fit.coefficients[kept] + normal @ root.T
    predictor = np.einsum("ahk,dk->dah", forecast.rows[:, :, kept], coefficients)
    return invert_link(predictor, forecast.fit.link)


def _allow_rates(grid: Grid) -> Floats:
    """Return the highest mean rate that each age group's observed cases allow."""
    _, upper = poisson_interval(grid.cases.sum(axis=1), ALLOWED)
    people = grid.people[:, : grid.observed].sum(axis=1)
    allowed: Floats = np.where(people > 0, upper / np.where(people > 0, people, 1.0), 0.0)
    return allowed


def _refuse_absurd(grid: Grid, rates: Floats, allowed: Floats) -> None:
    """Refuse a model that runs away: where an age or a cohort has no case its coefficient is endless."""
    over = np.argwhere(rates > ABSURD * allowed[:, None])
    if len(over):
        age, ahead = (int(place) for place in over[0])
        cases, period = grid.cases[age].sum(), grid.periods[grid.observed + ahead]
        raise BurdenError(
            f"the model runs away in age group {grid.ages[age]}, which has {cases:g} cases, in period {period}; "
            "fit from an older age on, or take the method eapc.",
            f"mô hình cho kết quả vô lý ở nhóm tuổi {grid.ages[age]}, vốn có {cases:g} ca, trong giai đoạn {period}; "
            "hãy ước lượng từ tuổi cao hơn, hoặc dùng phương pháp eapc.",
            column="cases",
        )


def _draw_means(grid: Grid, draws: int, random: np.random.Generator) -> Floats:
    """Draw the mean of the last two rates of every age group."""
    cases = grid.cases[:, -2:]
    people = grid.people[:, grid.observed - 2 : grid.observed]
    drawn = random.standard_gamma(cases + 0.5, size=(draws, *cases.shape))
    mean: Floats = np.where(people > 0, drawn / np.where(people > 0, people, 1.0), 0.0).mean(axis=2)
    return mean


def _draw_counts(mean: Floats, scale: float, random: np.random.Generator) -> Floats:
    if scale > 1 + 1e-9:
        mean = random.gamma(mean / (scale - 1), scale - 1)
    return random.poisson(mean).astype(float)
