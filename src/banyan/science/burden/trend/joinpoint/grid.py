"""The places where a joinpoint may stand, and which may follow which."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats


@dataclass(frozen=True, eq=False)
class Grid:
    """Candidate places of a joinpoint.

    Attributes
    ----------
    places : array (C,)
        Rising, in years.
    follow : array (C,)
        For each place the number of the first that may come after it.
    """

    places: Floats
    follow: NDArray[np.int64]

    @property
    def most(self) -> int:
        """How many joinpoints fit into the series at most."""
        count, place = 0, 0
        while place < len(self.places):
            count, place = count + 1, int(self.follow[place])
        return count


def lay_grid(years: Floats, *, ends: int, between: int, finer: int) -> Grid:
    """Lay the grid of a series.

    Parameters
    ----------
    years : array (n,)
        Rising.
    ends : int
        Fewest observations before the first and after the last joinpoint, the one at the joinpoint not counted.
    between : int
        Fewest observations between two joinpoints, those at the joinpoints not counted.
    finer : int
        Places between each two neighbouring observations, evenly spaced; 0 for the observations alone.
    """
    if min(ends, between, finer) < 0 or ends < 1:
        raise BurdenError(
            "a joinpoint needs an observation on either side, and a grid no negative number of places.",
            "mỗi điểm gãy cần ít nhất một quan sát ở mỗi bên, và số điểm lưới không được âm.",
        )
    steps = np.arange(finer + 1) / (finer + 1)
    fine = (years[:-1, None] + np.diff(years)[:, None] * steps).ravel()
    before, after = np.searchsorted(years, fine, "left"), np.searchsorted(years, fine, "right")
    kept = (before >= ends) & (len(years) - after >= ends)
    places, before, after = fine[kept], before[kept], after[kept]
    follow = np.searchsorted(before, after + between, "left")
    return Grid(places, np.maximum(follow, np.arange(len(places)) + 1).astype(np.int64))


def choose_most(count: int) -> int:
    """Return the most joinpoints tried when nobody says: one for each five years from seven on, at most 5."""
    return int(np.clip((count - 2) // 5, 0, 5))
