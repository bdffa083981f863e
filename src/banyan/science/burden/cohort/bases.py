"""Columns for one of age, period and cohort: a level each, or a natural spline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats

Shape = Literal["spline", "factor"]
SAME_VALUE = 6


class Basis(Protocol):
    """Turns values into columns that span a constant."""

    @property
    def places(self) -> Floats:
        """Where the columns are tied: levels or knots."""

    def evaluate(self, values: Floats) -> Floats:
        """Return the columns at some values: array of n by the number of places."""


@dataclass(frozen=True)
class Levels:
    """A column for each level; a value between two levels belongs to the nearest one, the lower at a tie."""

    places: Floats

    def evaluate(self, values: Floats) -> Floats:
        nearest = np.abs(values[:, None] - self.places).round(SAME_VALUE).argmin(axis=1)
        return np.eye(len(self.places))[nearest]


@dataclass(frozen=True)
class NaturalSpline:
    """A natural cubic spline; a column is the spline that is 1 at its own knot and 0 at the others.

    Beyond the outer knots it goes on as a straight line.
    """

    places: Floats

    def evaluate(self, values: Floats) -> Floats:
        spline = CubicSpline(self.places, np.eye(len(self.places)), bc_type="natural")
        low, high = self.places[0], self.places[-1]
        inside = np.clip(values, low, high)
        slopes = spline(inside, 1)
        columns: Floats = spline(inside) + slopes * (values - inside)[:, None]
        return columns


def build_basis(
    shape: Shape, values: Floats, cases: Floats, knots: int | Sequence[float], name: str
) -> Basis:
    """Make the columns of one time scale.

    Parameters
    ----------
    shape : {"spline", "factor"}
    values, cases : arrays of n
    knots : int or numbers
        How many knots, at the quantiles (i - 1/2) / number of the cases, or the knots themselves.
    name : {"age", "period", "cohort"}
        For the sentence of an error.
    """
    if shape == "factor":
        return Levels(find_levels(values))
    places = (
        place_knots(values, cases, knots) if isinstance(knots, int) else np.unique(np.asarray(knots, float))
    )
    if len(places) < 2:
        raise BurdenError(
            f"a spline of {name} needs two knots at different values, and there are {len(places)}.",
            f"đường spline theo {SCALES_VI[name]} cần hai nút ở giá trị khác nhau, ở đây có {len(places)}.",
        )
    return NaturalSpline(places)


SCALES_VI = {"age": "tuổi", "period": "thời kỳ", "cohort": "đoàn hệ sinh"}


def find_levels(values: Floats) -> Floats:
    """Return the different values, ascending; a difference in the seventh decimal is rounding."""
    _, first = np.unique(np.round(values, SAME_VALUE), return_index=True)
    levels: Floats = values[first]
    return levels


def place_knots(values: Floats, cases: Floats, number: int) -> Floats:
    """Return the quantiles (i - 1/2) / number of the values, each counted as often as it has cases."""
    return np.unique(find_quantile(values, cases, (np.arange(number) + 0.5) / number))


def find_quantile(values: Floats, cases: Floats, share: ArrayLike) -> Floats:
    """Return quantiles of the cases, interpolated between the two nearest of them.

    Of n whole cases in order the k-th is the quantile (k - 1) / (n - 1), definition 7 of [1]_: a value holds from its
    first case to its last, and from there a straight line leads to the next value. Where no row has a whole case, each
    value counts once.

    References
    ----------
    .. [1] Hyndman RJ, Fan Y. Sample quantiles in statistical packages. The American Statistician 1996;50:361-365.
    """
    whole = np.floor(cases)
    levels, reached = _count_up(values, whole if whole.any() else np.ones(len(values)))
    before = np.concatenate([[0.0], reached[:-1]])
    places = np.column_stack([before, reached - 1]).ravel()
    return np.asarray(np.interp(np.asarray(share) * places[-1], places, np.repeat(levels, 2)))


def find_median(values: Floats, cases: Floats) -> float:
    """Return the lowest value such that more than half of the cases lie at it or below."""
    levels, reached = _count_up(values, cases)
    return float(levels[reached > reached[-1] / 2].min())


def _count_up(values: Floats, cases: Floats) -> tuple[Floats, Floats]:
    """Return the different values that have cases, ascending, and how many cases lie at each or below."""
    levels, which = np.unique(values, return_inverse=True)
    counts = np.bincount(which, weights=cases)
    return levels[counts > 0], counts[counts > 0].cumsum()
