"""The Nordic projection: a power-5 age-period-cohort model whose trend is cut down in steps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.poisson import Flags, Link, PoissonFit, fit_poisson
from banyan.science.burden.projection.forecast import Forecast, add_up_trend
from banyan.science.burden.projection.grid import Grid

Whole = NDArray[np.int64]

GOODNESS = 0.01
CURVATURE = 0.05
FEWEST, MOST = 4, 6


@dataclass(frozen=True)
class Base:
    """The fitted part of the grid, one entry for each cell. Age and period count from 1, as the coefficients do."""

    age: Whole
    period: Whole
    cases: Floats
    people: Floats
    ages: int

    @property
    def cohort(self) -> Whole:
        return self.ages - self.age + self.period


def forecast_nordpred(
    grid: Grid,
    *,
    link: Link,
    periods: int | Sequence[int] | None,
    first_age: int,
    model_age: int,
    cut: Sequence[float],
    recent: bool | None,
) -> Forecast:
    """Fit the model and carry it forward; see :func:`banyan.science.burden.project`."""
    if grid.span != grid.width:
        raise BurdenError(
            f"nordpred needs age groups as wide as periods, and they have {grid.span} and {grid.width} years.",
            f"nordpred cần nhóm tuổi rộng bằng giai đoạn, ở đây là {grid.span} và {grid.width} năm.",
            column="period",
        )
    number = choose_periods(grid, periods, first_age, link)
    base = take_base(grid, number, first_age)
    design, terms = lay_design(base)
    fit = fit_poisson(design, base.cases, base.people, link=link)
    curvature = weigh_curvature(base, link)
    chosen = curvature < CURVATURE if recent is None else recent
    steps = add_up_trend(grid.ahead, grid.width, cut) / grid.width
    modelled = np.asarray(grid.ages) >= model_age
    rows = _carry_forward(grid, base, terms, modelled, steps, recent=chosen)
    facts = {
        "periods_used": number,
        "goodness_p": find_goodness(fit),
        "curvature_p": curvature,
        "recent_trend": chosen,
    }
    return Forecast(fit, rows, modelled, _mark_fitted(grid, number, first_age), terms, facts)


def choose_periods(grid: Grid, periods: int | Sequence[int] | None, first_age: int, link: Link) -> int:
    """Return how many of the last periods are fitted: the most whose fit is not refused at the level of 0.01.

    The fewest of the candidates is taken where all are refused.
    """
    candidates = _list_candidates(grid, periods)
    for number in candidates[:0:-1]:
        base = take_base(grid, number, first_age)
        fit = fit_poisson(lay_design(base)[0], base.cases, base.people, link=link)
        if find_goodness(fit) >= GOODNESS:
            return number
    return candidates[0]


def _list_candidates(grid: Grid, periods: int | Sequence[int] | None) -> list[int]:
    if periods is None:
        return list(range(min(FEWEST, grid.observed), min(MOST, grid.observed) + 1))
    candidates = [periods] if isinstance(periods, int) else sorted(periods)
    if not candidates or candidates[0] < 3 or candidates[-1] > grid.observed:
        asked = ", ".join(map(str, candidates))
        raise BurdenError(
            f"the model is fitted to 3 to {grid.observed} periods, and not to {asked or 'none'}.",
            f"mô hình được ước lượng trên 3 đến {grid.observed} giai đoạn, không phải {asked or '0'}.",
            column="period",
        )
    return candidates


def take_base(grid: Grid, number: int, first_age: int) -> Base:
    """Take the last observed periods and the ages from the first one fitted; cells with nobody are left out."""
    ages = np.arange(1, len(grid.ages) + 1, dtype=np.int64)[np.asarray(grid.ages) >= first_age]
    last = np.arange(grid.observed - number + 1, grid.observed + 1, dtype=np.int64)
    if len(ages) < 2:
        raise BurdenError(
            f"there are not two age groups from {first_age} on.",
            f"không có đủ hai nhóm tuổi từ {first_age} trở lên.",
            column="age_group",
        )
    age, period = (part.ravel() for part in np.meshgrid(ages, last, indexing="ij"))
    people = grid.people[age - 1, period - 1]
    there = people > 0
    age, period = age[there], period[there]
    cases = grid.cases[age - 1, period - 1]
    if not cases.sum() > 0:
        raise BurdenError("there is no case.", "không có ca bệnh nào.", column="cases")
    return Base(age, period, cases, people[there], len(grid.ages))


def lay_design(base: Base) -> tuple[Floats, tuple[str, ...]]:
    """Lay the columns: every age, the drift, and every period and cohort but its first."""
    blocks, names = [], []
    for name, values, start in (("age", base.age, 0), ("drift", base.period, 0), ("period", base.period, 1)):
        levels = np.unique(values)[start:]
        block = (
            values[:, None].astype(float) if name == "drift" else (values[:, None] == levels).astype(float)
        )
        blocks.append(block)
        names += ["drift"] if name == "drift" else [f"{name} {level}" for level in levels]
    levels = np.unique(base.cohort)[1:]
    blocks.append((base.cohort[:, None] == levels).astype(float))
    names += [f"cohort {level}" for level in levels]
    return np.hstack(blocks), tuple(names)


def find_goodness(fit: PoissonFit) -> float:
    """Return the p-value of the deviance against its degrees of freedom."""
    return float(chdtrc(fit.freedom, fit.deviance)) if fit.freedom else 1.0


def weigh_curvature(base: Base, link: Link) -> float:
    """Return the p-value of a square of the period beside the drift, in the model of age and cohort."""
    period = base.period.astype(float)
    centred = period - period.mean()
    ages = (base.age[:, None] == np.unique(base.age)).astype(float)
    cohorts = (base.cohort[:, None] == np.unique(base.cohort)[1:]).astype(float)
    straight = np.column_stack([ages, centred, cohorts])
    # the square stands before the cohorts, as the drift does: it is the cohorts that give way
    bent = np.column_stack([ages, centred, centred**2, cohorts])
    one, two = (fit_poisson(design, base.cases, base.people, link=link) for design in (straight, bent))
    freedom = one.freedom - two.freedom
    return float(chdtrc(freedom, max(one.deviance - two.deviance, 0.0))) if freedom else 1.0


def _carry_forward(
    grid: Grid, base: Base, terms: tuple[str, ...], modelled: Flags, steps: Floats, *, recent: bool
) -> Floats:
    """Lay the columns of the modelled ages in the periods to come.

    The drift goes on from the last observed period, cut down; with the recent trend, the slope between the last
    two periods goes on instead. The youngest cohort was seen once, at the youngest age: as in the original program
    it has the effect of the cohort before it, and so have those that were never seen.
    """
    place = {name: number for number, name in enumerate(terms)}
    ages = np.arange(1, len(grid.ages) + 1)[modelled]
    last, youngest = grid.observed, int(base.cohort.max()) - 1
    rows = np.zeros((len(ages), grid.ahead, len(terms)))
    rows[:, :, place["drift"]] = last + steps
    rows[:, :, place[f"period {last}"]] = 1
    if recent:
        rows[:, :, place[f"period {last}"]] += steps
        before = place.get(f"period {last - 1}")
        if before is not None:
            rows[:, :, before] -= steps
    for number, age in enumerate(ages):
        rows[number, :, place[f"age {age}"]] = 1
        for step in range(grid.ahead):
            cohort = min(len(grid.ages) - int(age) + last + step + 1, youngest)
            rows[number, step, place[f"cohort {cohort}"]] = 1
    return rows


def _mark_fitted(grid: Grid, number: int, first_age: int) -> Flags:
    ages = np.asarray(grid.ages) >= first_age
    periods = np.arange(grid.observed) >= grid.observed - number
    marked: Flags = ages[:, None] & periods & (grid.people[:, : grid.observed] > 0)
    return marked
