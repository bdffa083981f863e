"""Patients laid on a grid of times, for the compiled walks through a life table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.parts import work_in_parts
from banyan.science.burden.survival.patients import Patients

Result = TypeVar("Result")


@dataclass(frozen=True)
class Walk:
    """Patients on a grid of times that holds every entry and exit, ready for the compiled kernels."""

    grid: Floats
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    patients: tuple[NDArray[np.int64], Floats, Floats]
    cells: tuple[Floats, Floats, Floats]
    share: Floats
    late: NDArray[np.bool_]

    def take(self, some: NDArray[np.bool_]) -> "Walk":
        """Part of the patients on the same grid."""
        sex, age, diagnosed = self.patients
        return Walk(
            self.grid,
            self.first[some],
            self.last[some],
            (sex[some], age[some], diagnosed[some]),
            self.cells,
            self.share[some],
            self.late[some],
        )

    def count_at_risk(self) -> Floats:
        """Sum the shares of those at risk at each grid time: (J,)."""
        size = len(self.grid) + 1
        change = np.bincount(self.first, self.share, size) - np.bincount(self.last + 1, self.share, size)
        return np.where(self.anybody(), np.cumsum(change)[:-1], 0.0)

    def anybody(self) -> NDArray[np.bool_]:
        size = len(self.grid) + 1
        change = np.bincount(self.first, minlength=size) - np.bincount(self.last + 1, minlength=size)
        return np.cumsum(change)[:-1] > 0

    def weigh(self, sign: float) -> tuple[Floats, Floats]:
        """Sum share × exp(sign × cumulative population hazard) over those at risk at each grid time.

        Returns
        -------
        total : float array (J,)
        weights : float array (n,)
            What each patient weighs at its last grid time.
        """
        from banyan.science.burden.survival import weighing  # noqa: PLC0415 -- slow import

        total, passed, order = np.zeros(len(self.grid)), np.empty(len(self.first)), self._order_by_birth()
        done = 0
        for part, logs in self._walk(partial(weighing.sum_weights, sign), order):
            total += part
            passed[order[done : done + len(logs)]] = logs
            done += len(logs)
        return total, self.share * np.exp(sign * passed)

    def sum_interval_hazards(self) -> Floats:
        """Sum share × population hazard of those at risk over each interval that ends at a grid time: (J,)."""
        from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

        total = np.zeros(len(self.grid))
        for part in self._walk(kernels.sum_interval_hazards, np.arange(len(self.first))):
            total += part
        return total

    def _order_by_birth(self) -> NDArray[np.int64]:
        """Set those side by side who cross the same cells of the life table: a core finds what it needs near by."""
        sex, age, diagnosed = self.patients
        born = np.floor((diagnosed - age) / 366).astype(np.int64)
        key = sex * (np.ptp(born) + 1) + born - born.min() if len(born) else born
        small = len(key) and key.max() <= np.iinfo(np.int16).max  # these are sorted by counting
        return np.argsort(key.astype(np.int16) if small else key, kind="stable")

    def _walk(self, kernel: Callable[..., Result], order: NDArray[np.int64]) -> Iterator[Result]:
        """Call a kernel with part after part of the patients; a part has more of them than the grid has times."""
        columns = (*self.patients, self.share, self.first, self.last)

        def work(rows: NDArray[np.int64]) -> Result:
            part = [column[rows] for column in columns]
            return kernel(tuple(part[:3]), part[3], tuple(part[4:]), self.grid, self.cells)

        return work_in_parts(work, order, least=4 * len(self.grid))

    def sum_entering(self, sign: float, entry: Floats) -> Floats:
        """Sum the weights of those who come late at the grid time at which they do: (J,)."""
        if not self.late.any():
            return np.zeros(len(self.grid))
        weights = self.share * np.exp(sign * self.log_weights(entry))
        places = np.searchsorted(self.grid, entry[self.late])
        return np.bincount(places, weights[self.late], len(self.grid)).astype(float)

    def log_weights(self, until: Floats) -> Floats:
        from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

        return kernels.sum_hazard(self.patients, until, self.cells)


def lay_grid(people: Patients, table: LifeTable, leaving: Floats, further: Floats) -> Walk:
    """Place patients on a grid of their own times and further ones, at risk until they leave."""
    own = np.unique(np.concatenate([people.exit, leaving, people.entry[people.entry > 0]]))
    inside = further[(further > 0) & (further < own.max(initial=0.0))]
    grid = np.unique(np.concatenate([own, inside]))
    late = people.entry > 0
    first = np.where(late, np.searchsorted(grid, people.entry, side="right"), 0)
    last = np.searchsorted(grid, leaving)
    cells = (table.age_starts, table.year_starts.astype(float), table.daily)
    placed = (people.sex, people.age, people.diagnosed.astype(float))
    return Walk(grid, first, last, placed, cells, people.share, late)


def log_growth(walk: Walk, totals: Floats, lost: Floats, gained: Floats) -> Floats:
    """Growth of the logarithm of the summed weights over each interval, those at risk staying the same."""
    at_start = float(walk.share[~walk.late].sum())
    start = np.concatenate([[at_start], (totals - lost + gained)[:-1]])
    someone = walk.anybody()
    return np.log(np.where(someone, totals, 1.0) / np.where(someone, start, 1.0))
