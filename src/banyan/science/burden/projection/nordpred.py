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
    return Forecast(fit, rows, modelled, grid.mark_cells(first_age, number), terms, facts)


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
    if (np.asarray(grid.ages) >= first_age).sum() < 2:
        raise BurdenError(
            f"there are not two age groups from {first_age} on.",
            f"không có đủ hai nhóm tuổi từ {first_age} trở lên.",
            column="age_group",
        )
    age, period = np.nonzero(grid.mark_cells(first_age, number))
    cases = grid.cases[age, period]
    if not cases.sum() > 0:
        raise BurdenError("there is no case.", "không có ca bệnh nào.", column="cases")
    return Base(age + 1, period + 1, cases, grid.people[age, period], len(grid.ages))


def lay_design(base: Base) -> tuple[Floats, tuple[str, ...]]:
    """Lay the columns: every age, the drift, and every period and cohort but its first."""
    ages, periods, cohorts = (np.unique(values) for values in (base.age, base.period, base.cohort))
    blocks = (
        _mark_levels(base.age, ages),
        base.period[:, None].astype(float),
        _mark_levels(base.period, periods[1:]),
        _mark_levels(base.cohort, cohorts[1:]),
    )
    names = [f"age {age}" for age in ages]
    names += ["drift", *(f"period {period}" for period in periods[1:])]
    names += [f"cohort {cohort}" for cohort in cohorts[1:]]
    return np.hstack(blocks), tuple(names)


def _mark_levels(values: Whole, levels: Whole) -> Floats:
    """Return a column for each level: 1 where the value is that one."""
    return (values[:, None] == levels).astype(float)


def find_goodness(fit: PoissonFit) -> float:
    """Return the p-value of the deviance against its degrees of freedom."""
    return float(chdtrc(fit.freedom, fit.deviance)) if fit.freedom else 1.0


def weigh_curvature(base: Base, link: Link) -> float:
    """Return the p-value of a square of the period beside the drift, in the model of age and cohort."""
    ages = _mark_levels(base.age, np.unique(base.age))
    cohorts = _mark_levels(base.cohort, np.unique(base.cohort)[1:])
    line = (base.period - base.period.mean())[:, None]
    # the square stands before the cohorts, as the drift does: it is the cohorts that give way
    one, two = (
        fit_poisson(np.hstack([ages, *powers, cohorts]), base.cases, base.people, link=link)
        for powers in ([line], [line, line**2])
    )
    freedom = one.freedom - two.freedom
    return float(chdtrc(freedom, max(one.deviance - two.deviance, 0.0))) if freedom else 1.0


def _carry_forward(
    grid: Grid, base: Base, terms: tuple[str, ...], modelled: Flags, steps: Floats, *, recent: bool
) -> Floats:
    """Lay the columns of the modelled ages in the periods to come.

    The drift goes on from the last observed period, cut down; with the recent trend, the slope between the last
    two periods goes on instead. The youngest cohort was seen in one cell, whose error alone its effect would repeat:
    it has the effect of the cohort before it, and so have those that were never seen.
    """
    place = {name: number for number, name in enumerate(terms)}
    ages = np.flatnonzero(modelled) + 1
    last = grid.observed
    rows = np.zeros((len(ages), grid.ahead, len(terms)))
    rows[:, :, place["drift"]] = last + steps
    rows[:, :, place[f"period {last}"]] = 1
    if recent:
        rows[:, :, place[f"period {last}"]] += steps
        before = place.get(f"period {last - 1}")
        if before is not None:
            rows[:, :, before] -= steps
    cohorts = len(grid.ages) - ages[:, None] + np.arange(last + 1, last + grid.ahead + 1)
    cohorts = np.minimum(cohorts, base.cohort.max() - 1)
    for (number, step), cohort in np.ndenumerate(cohorts):
        rows[number, step, place[f"age {ages[number]}"]] = 1
        rows[number, step, place[f"cohort {cohort}"]] = 1
    return rows
