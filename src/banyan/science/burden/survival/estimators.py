"""The four estimators of net survival, population mortality integrated exactly."""

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.curve import Curve
from banyan.science.burden.survival.observed import estimate_observed
from banyan.science.burden.survival.patients import Patients
from banyan.science.burden.survival.walking import Walk, lay_grid, log_growth


def estimate_pohar_perme(people: Patients, table: LifeTable, days: Floats) -> Curve:
    walk = lay_grid(people, table, people.exit, days)
    totals, weights = walk.weigh(1.0)
    lost = np.bincount(walk.last, weights, len(walk.grid)).astype(float)
    integral = log_growth(walk, totals, lost, walk.sum_entering(1.0, people.entry))
    closing = np.unique(walk.last)
    return make_curve(walk, people.dead, totals, weights, integral, closing)


def estimate_ederer2(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    walk = lay_grid(people, table, people.exit, np.zeros(0))
    totals = walk.count_at_risk()
    integral = walk.sum_interval_hazards() / np.where(totals > 0, totals, 1.0)
    return hold(make_curve(walk, people.dead, totals, people.share, integral, np.unique(walk.last)), people)


def hold(curve: Curve, people: Patients) -> Curve:
    """Keep the times at which somebody leaves."""
    kept = np.isin(curve.time, people.exit)
    return Curve(curve.time[kept], curve.survival[kept], curve.variance[kept])


def make_curve(  # noqa: PLR0917 -- all arrays over one grid
    walk: Walk,
    dead: NDArray[np.bool_],
    totals: Floats,
    weights: Floats,
    integral: Floats,
    closing: NDArray[np.int64],
) -> Curve:
    """Make one factor of deaths and integral at each closing time, and let the integral run on between them."""
    totals = np.where(totals > 0, totals, 1.0)
    died = np.bincount(walk.last[dead], weights[dead], len(walk.grid)) / totals
    squared = np.bincount(walk.last[dead], weights[dead] ** 2, len(walk.grid)) / totals**2
    until = np.cumsum(integral)
    steps = np.cumprod(1 - died[closing] + np.diff(until[closing], prepend=0.0))
    place = np.searchsorted(closing, np.arange(len(until)), side="right")
    base = np.concatenate([[1.0], steps])[place]
    since = until - np.concatenate([[0.0], until[closing]])[place]
    return Curve(walk.grid, base * (1 + since), np.cumsum(squared))


def estimate_ederer1(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    """Everybody counts in the expected survival for as long as anybody is followed."""
    return _divide_by_expected(people, table, np.full(len(people.exit), people.exit.max(initial=0.0)))


def estimate_hakulinen(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    """The dead count in the expected survival until the last day on which anybody was followed."""
    return _divide_by_expected(people, table, find_potential(people))


def find_potential(people: Patients) -> Floats:
    """Potential follow-up of each patient: of the dead until the last day on which anybody was followed."""
    closing = (people.diagnosed + people.exit).max(initial=0.0)
    return np.where(people.dead, closing - people.diagnosed, people.exit)


def _divide_by_expected(people: Patients, table: LifeTable, leaving: Floats) -> Curve:
    """Divide observed survival by that of the population; who enters late counts in it from then on."""
    walk = lay_grid(people, table, leaving, np.zeros(0))
    totals, weights = walk.weigh(-1.0)
    lost = np.bincount(walk.last, weights, len(walk.grid)).astype(float)
    growth = log_growth(walk, totals, lost, walk.sum_entering(-1.0, people.entry))
    observed = estimate_observed(people, aalen=True)
    expected = np.exp(np.cumsum(growth))[np.searchsorted(walk.grid, observed.time)]
    return Curve(observed.time, observed.survival / expected, observed.variance)
