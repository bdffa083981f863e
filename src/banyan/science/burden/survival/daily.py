"""The estimators day by day, as the package relsurv makes them."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.curve import Curve
from banyan.science.burden.survival.estimators import estimate_ederer1, find_potential, hold, make_curve
from banyan.science.burden.survival.observed import estimate_observed
from banyan.science.burden.survival.patients import Patients
from banyan.science.burden.survival.walking import Walk, lay_grid

# From 1 January 1960, where the days of relsurv begin, to 1 January 1970, where those of R's dates do.
EPOCHS = 3653


def estimate_pohar_perme_daily(people: Patients, table: LifeTable, days: Floats) -> Curve:
    return _estimate_daily(people, table, days, sign=1.0)


def estimate_ederer2_daily(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    return _estimate_daily(people, table, np.zeros(0), sign=0.0)


def estimate_ederer1_daily(people: Patients, table: LifeTable, days: Floats) -> Curve:
    """For Ederer I that package walks the table exactly, as we do."""
    return estimate_ederer1(people, table, days)


def estimate_hakulinen_daily(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    """With relsurv's fault: it takes the dates for its own, ten years too early, and population mortality with them."""
    leaving = find_potential(people)
    shifted = replace(people, diagnosed=people.diagnosed - EPOCHS)
    walk, integral, _, _ = _sum_daily(shifted, table, leaving, np.zeros(0), -1.0)
    observed = estimate_observed(people, aalen=True)
    expected = np.exp(-np.cumsum(integral))[np.searchsorted(walk.grid, observed.time)]
    return Curve(observed.time, observed.survival / expected, observed.variance)


def _estimate_daily(people: Patients, table: LifeTable, days: Floats, *, sign: float) -> Curve:
    walk, integral, totals, weights = _sum_daily(people, table, people.exit, days, sign)
    # Where somebody comes, nothing ends; where somebody leaves, or a time was added, a factor does.
    closing = np.flatnonzero(np.isin(walk.grid, np.concatenate([people.exit, days])))
    curve = make_curve(walk, people.dead, totals, weights, integral, closing)
    return hold(curve, people) if walk.late.any() and not len(days) else curve


def _sum_daily(
    people: Patients, table: LifeTable, leaving: Floats, days: Floats, sign: float
) -> tuple[Walk, Floats, Floats, Floats]:
    """From one distinct time to the next by steps of a day, the last one shorter: integral, sum of weights, weights."""
    from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

    walk = lay_grid(people, table, leaving, days)
    _, lengths, ends = cut_days(walk.grid)
    sums, weights = sum_steps(walk, sign)
    integral = kernels.integrate_steps(sums, lengths, ends, sign != 0)
    at_start = walk.count_at_risk()
    totals = np.where(ends > 0, sums[np.maximum(ends - 1, 0), 3] if len(lengths) else 0.0, at_start)
    return walk, integral, totals, weights


def sum_steps(walk: Walk, sign: float) -> tuple[Floats, Floats]:
    """Sums over those who make each step of a day, and everybody's weight at the end: see ``kernels.sum_days``."""
    from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

    starts, lengths, ends = cut_days(walk.grid)
    steps = ends[walk.last] if len(ends) else walk.last
    before = np.concatenate([[0], ends])[np.where(walk.late, walk.first, 0)]
    return kernels.sum_days(walk.patients, (before, steps), walk.share, (starts, lengths), walk.cells, sign)


def cut_days(grid: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Cut the intervals between grid times into steps: their starts, lengths, and how many there are by each time."""
    begins = np.concatenate([[0.0], grid[:-1]])
    numbers = np.ceil(grid - begins).astype(np.int64)
    ends = np.cumsum(numbers)
    starts = np.arange(int(ends[-1]) if len(ends) else 0, dtype=float)
    starts = starts - np.repeat(ends - numbers, numbers) + np.repeat(begins, numbers)
    return starts, np.minimum(np.repeat(grid, numbers) - starts, 1.0), ends
