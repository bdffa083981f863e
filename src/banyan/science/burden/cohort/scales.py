"""The design of an age-period-cohort model: full columns of age, a drift, and what period and cohort add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from banyan.science.burden.cohort.bases import Basis, Shape, build_basis, find_median
from banyan.science.burden.intervals import Floats
from banyan.science.burden.poisson import Flags, find_aliased

DriftWeights = Literal["cases", "person-years", "rates", "plain"]
Knots = int | Mapping[str, int | Sequence[float]]
SCALES = ("age", "period", "cohort")


@dataclass(frozen=True)
class Observed:
    """Rows of a table of rates, each with person-years."""

    age: Floats
    period: Floats
    cases: Floats
    person_years: Floats

    @property
    def cohort(self) -> Floats:
        return self.period - self.age


@dataclass(frozen=True)
class Detrended:
    """The columns of a basis without their constant and linear parts.

    What is taken off is the regression of every column on 1 and the value, in the inner product of the weights.
    """

    basis: Basis
    trend: Floats
    kept: Flags
    centre: float

    def evaluate(self, values: Floats) -> Floats:
        line = np.column_stack([np.ones(len(values)), values - self.centre])
        return (self.basis.evaluate(values) - line @ self.trend)[:, self.kept]


@dataclass(frozen=True)
class Scales:
    """All columns of a model, and where its drift is 0."""

    age: Basis
    period: Basis
    cohort: Basis
    period_rest: Detrended
    cohort_rest: Detrended
    reference_period: float
    reference_cohort: float


def build_scales(
    rows: Observed,
    *,
    shape: Shape,
    knots: Knots,
    drift: DriftWeights,
    reference_period: float | None,
    reference_cohort: float | None,
) -> Scales:
    """Make the columns from the rows that are fitted."""
    number = knots if isinstance(knots, Mapping) else dict.fromkeys(SCALES, knots)
    age, period, cohort = (
        build_basis(shape, getattr(rows, name), rows.cases, number.get(name, 5), name) for name in SCALES
    )
    weights = weigh_rows(rows, drift)
    return Scales(
        age,
        period,
        cohort,
        detrend(period, rows.period, weights),
        detrend(cohort, rows.cohort, weights),
        find_median(rows.period, rows.cases) if reference_period is None else float(reference_period),
        find_median(rows.cohort, rows.cases) if reference_cohort is None else float(reference_cohort),
    )


def weigh_rows(rows: Observed, drift: DriftWeights) -> Floats:
    """Return the weights of the inner product in which period and cohort are freed of their slope."""
    if drift == "cases":
        return rows.cases
    if drift == "person-years":
        return rows.person_years
    if drift == "rates":
        seen = rows.cases > 0
        return np.where(seen, rows.person_years**2 / np.where(seen, rows.cases, 1.0), 0.0)
    return np.ones(len(rows.cases))


def detrend(basis: Basis, values: Floats, weights: Floats) -> Detrended:
    """Take constant and slope off the columns of a basis."""
    columns = basis.evaluate(values)
    centre = float(np.average(values, weights=weights))
    line = np.column_stack([np.ones(len(values)), values - centre])
    across = line.T * weights
    trend = np.asarray(np.linalg.solve(across @ line, across @ columns), dtype=np.float64)
    rest = columns - line @ trend
    return Detrended(basis, trend, ~find_aliased(rest, np.linalg.norm(columns, axis=0)), centre)
