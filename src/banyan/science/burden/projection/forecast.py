"""What a method of projection hands on: a fitted model, and its columns for the periods to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from banyan.science.burden.intervals import Floats
from banyan.science.burden.poisson import Flags, PoissonFit
from banyan.science.burden.projection.grid import Grid

STEP = 5


@dataclass(frozen=True)
class Forecast:
    """A fitted model carried forward.

    Attributes
    ----------
    fit : PoissonFit
    rows : array of modelled ages by periods to come by coefficients
        The linear predictor is rows @ coefficients.
    modelled : array of bools, one for each age group
        Ages that are not take the mean of their rates in the last two observed periods.
    fitted_cells : array of bools, ages by observed periods
        The cells that the model was fitted to.
    terms : tuple of str
        Names of the coefficients.
    facts : mapping of str to value
        What the method chose.
    """

    fit: PoissonFit
    rows: Floats
    modelled: Flags
    fitted_cells: Flags
    terms: tuple[str, ...]
    facts: Mapping[str, object]


def add_up_trend(ahead: int, width: int, cut: Sequence[float]) -> Floats:
    """Return how many years of the trend are gone through at each period to come, after the cut.

    Parameters
    ----------
    ahead : int
        Periods to come.
    width : int
        Years in a period.
    cut : numbers from 0 to 1
        How much is cut off the trend in the first five years to come, the next five, …; the last one holds on.

    Examples
    --------
    >>> add_up_trend(3, 5, (0, 0.25, 0.5)).tolist()
    [5.0, 8.75, 11.25]
    """
    years = np.arange(ahead * width)
    kept = 1 - np.asarray(cut, dtype=float)[np.minimum(years // STEP, len(cut) - 1)]
    walked: Floats = np.cumsum(kept)[width - 1 :: width]
    return walked


def mean_of_last(grid: Grid) -> Floats:
    """Return the plain mean of each age group's rates in the last two observed periods."""
    mean: Floats = grid.rates[:, -2:].mean(axis=1)
    return mean
