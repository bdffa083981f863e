"""Projection of every age group along its own annual percentage change."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.poisson import PoissonFit, fit_poisson
from banyan.science.burden.projection.forecast import Forecast, add_up_trend
from banyan.science.burden.projection.grid import Grid

FEWEST_CASES = 10
APART = 0.05
Slopes = Literal["own", "common"]
Whole = NDArray[np.int64]


def forecast_eapc(
    grid: Grid,
    *,
    periods: int | Sequence[int] | None,
    model_age: int,
    cut: Sequence[float],
    slopes: Slopes | None = "own",
) -> Forecast:
    """Fit log-linear Poisson trends, of each age group or of all, to the last periods and carry them forward, cut down.

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
    size = int(modelled.sum())
    fits = {
        kind: fit_poisson(_lay(order[age], years, size, kind), cases[used], people[used])
        for kind in ([slopes] if slopes else KINDS)
    }
    chosen = slopes or choose_slopes(fits["own"], fits["common"])
    fit, walked = fits[chosen], add_up_trend(grid.ahead, grid.width, cut)
    rows = _lay(np.repeat(np.arange(size), grid.ahead), np.tile(walked, size), size, chosen)
    fitted = np.zeros((len(grid.ages), grid.observed), dtype=bool)
    fitted[:, grid.observed - number :] = used
    ages = np.asarray(grid.ages)[modelled]
    changes = [f"change a year {age}" for age in ages] if chosen == "own" else ["change a year"]
    terms = (*(f"age {age}" for age in ages), *changes)
    facts = {"periods_used": number, "ages_with_a_trend": ages.tolist(), "slopes": chosen}
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


KINDS: tuple[Slopes, ...] = ("own", "common")


def choose_slopes(own: PoissonFit, common: PoissonFit) -> Slopes:
    """Return whether the age groups' trends differ, by the likelihood ratio; dispersion counts against it."""
    freedom = common.freedom - own.freedom
    spread = max(1.0, own.deviance / own.freedom) if own.freedom else 1.0
    gained = max(common.deviance - own.deviance, 0.0) / spread
    return "own" if freedom and chdtrc(freedom, gained) < APART else "common"


def _lay(age: Whole, years: Floats, size: int, slopes: Slopes) -> Floats:
    """Lay a level for each age group, and a slope for each or one for all."""
    level = np.eye(size)[age]
    return np.hstack([level, level * years[:, None] if slopes == "own" else years[:, None]])
