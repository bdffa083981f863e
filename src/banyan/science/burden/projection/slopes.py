"""Projection of every age group along its own annual percentage change."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.poisson import fit_poisson
from banyan.science.burden.projection.forecast import Forecast, add_up_trend
from banyan.science.burden.projection.grid import Grid

FEWEST_CASES = 10
Whole = NDArray[np.int64]


def forecast_eapc(
    grid: Grid, *, periods: int | Sequence[int] | None, model_age: int, cut: Sequence[float]
) -> Forecast:
    """Fit a log-linear Poisson trend to each age group's last periods and carry it forward, cut down.

    Age groups with fewer than ten cases in those periods take the mean of their last two rates.
    """
    number = _count_periods(grid, periods)
    cases = grid.cases[:, grid.observed - number :]
    people = grid.people[:, grid.observed - number : grid.observed]
    modelled = (
        (np.asarray(grid.ages) >= model_age)
        & (cases.sum(axis=1) >= FEWEST_CASES)
        & ((people > 0).sum(axis=1) >= 2)
    )
    if not modelled.any():
        raise BurdenError(
            f"no age group has {FEWEST_CASES} cases.",
            f"không có nhóm tuổi nào đủ {FEWEST_CASES} ca bệnh.",
            column="cases",
        )
    used = modelled[:, None] & (people > 0)
    age, period = np.nonzero(used)
    years = ((period - number + 1) * grid.width).astype(np.float64)
    order = np.cumsum(modelled) - 1
    design = _lay(order[age], years, int(modelled.sum()))
    fit = fit_poisson(design, cases[used], people[used])
    walked = add_up_trend(grid.ahead, grid.width, cut)
    size = int(modelled.sum())
    rows = _lay(np.repeat(np.arange(size), grid.ahead), np.tile(walked, size), size)
    fitted = np.zeros((len(grid.ages), grid.observed), dtype=bool)
    fitted[:, grid.observed - number :] = used
    ages = np.asarray(grid.ages)[modelled]
    terms = (*(f"age {age}" for age in ages), *(f"change a year {age}" for age in ages))
    facts = {"periods_used": number, "ages_with_a_trend": ages.tolist()}
    return Forecast(fit, rows.reshape(size, grid.ahead, -1), modelled, fitted, terms, facts)


def _count_periods(grid: Grid, periods: int | Sequence[int] | None) -> int:
    if periods is None:
        return grid.observed
    number = periods if isinstance(periods, int) else max(periods)
    if not 2 <= number <= grid.observed:
        raise BurdenError(
            f"the trend is fitted to 2 to {grid.observed} periods, and not to {number}.",
            f"xu hướng được ước lượng trên 2 đến {grid.observed} giai đoạn, không phải {number}.",
            column="period",
        )
    return number


def _lay(age: Whole, years: Floats, size: int) -> Floats:
    """Lay a level and a slope for each age group."""
    level = np.eye(size)[age]
    return np.hstack([level, level * years[:, None]])
