"""Every admissible set of joinpoints, tried for one series or for thousands of permuted ones."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats
from banyan.science.burden.trend.joinpoint.fit import build_columns
from banyan.science.burden.trend.joinpoint.grid import Grid
from banyan.science.burden.trend.joinpoint.series import Series

# Responses to a task: their sums fit into a core's nearest memory.
BLOCK = 256


@dataclass(frozen=True, eq=False)
class Search:
    """A design ready to be searched; shapes as in :mod:`kernels`.

    Attributes
    ----------
    grid : Grid
    base : array (n, b)
        Orthonormal columns of what every model has: the intercepts and the line.
    hinges : array (n, C)
        Whitened hinges, without what the base explains of them.
    gram : array (C, C)
    """

    grid: Grid
    base: Floats
    hinges: Floats
    gram: Floats

    def find(self, response: Floats, most: int) -> tuple[Floats, list[Floats]]:
        """Return for 0 to ``most`` joinpoints the least sum of squares, and the places that reach it."""
        least, chosen = self.locate(response[:, None], most)
        return least[:, 0], [self.grid.places[chosen[k, 0, :k]] for k in range(most + 1)]

    def locate(self, responses: Floats, most: int) -> tuple[Floats, NDArray[np.int64]]:
        """Return the same of many responses (n, P): (most + 1, P) and, as numbers of places, (most + 1, P, most)."""
        chosen = np.zeros((most + 1, responses.shape[1], most), np.int64)
        return self._run(responses, most, chosen, 1), chosen

    def minimise(self, responses: Floats, most: int, workers: int) -> Floats:
        """Return the least sums of squares alone, (most + 1, P)."""
        return self._run(responses, most, np.zeros((0, responses.shape[1], 0), np.int64), workers)

    def _run(self, responses: Floats, most: int, chosen: NDArray[np.int64], workers: int) -> Floats:
        from banyan.science.burden.trend.joinpoint import kernels  # noqa: PLC0415 -- slow import

        around = responses - self.base @ (self.base.T @ responses)
        best = np.full((most + 1, responses.shape[1]), np.inf)

        def run(start: int) -> None:
            part = slice(start, start + BLOCK)
            columns = np.ascontiguousarray(around[:, part])
            least, places = np.ascontiguousarray(best[:, part]), np.ascontiguousarray(chosen[:, part])
            total = (columns**2).sum(axis=0)
            kernels.search(self.gram, self.hinges.T @ columns, total, self.grid.follow, least, places)
            best[:, part], chosen[:, part] = least, places

        starts = range(0, responses.shape[1], BLOCK)
        if workers == 1 or len(starts) == 1:
            for start in starts:
                run(start)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(run, starts))
        return np.maximum(best, 0.0)


def prepare_search(base: Floats, hinges: Floats, grid: Grid) -> Search:
    """Project the base out of the hinges; both are whitened (n rows)."""
    orthonormal, _ = np.linalg.qr(base)
    rest = hinges - orthonormal @ (orthonormal.T @ hinges)
    return Search(grid, orthonormal, np.ascontiguousarray(rest), np.ascontiguousarray(rest.T @ rest))


def search_series(series: Series, grid: Grid) -> Search:
    """Prepare the search of a series over a grid."""
    base = series.whiten(build_columns(series.x, float(series.x[0]), ()))
    hinges = series.whiten(np.maximum(series.x[:, None] - grid.places, 0.0))
    return prepare_search(base, hinges, grid)
