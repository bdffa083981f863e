"""A breakdown published whole or not at all: which layers of a table may show all their cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
NOTHING, TOGETHER, APART = 0, 1, 2


def open_layers(
    counts: Counts,
    threshold: int = 5,
    *,
    whole: int = 0,
    least: Counts | None = None,
    most: Counts | None = None,
    beside: Counts | None = None,
) -> Counts:
    """Decide for each layer whether its cells are published: not at all, for all groups together, or for each.

    Parameters
    ----------
    counts : int array (L, G, C)
        Cases of L layers (sites) in G groups (sexes) and C cells (years by stage).
    threshold : int
        A cell is safe with no case, or with this many.
    whole : int
        A layer with fewer cases is not published.
    least : int array (L + 1,), optional
        What is published already, at a finer grain, and stays so; the last is that of all layers together.
    most : int array (L + 1,), optional
        How far each may be published, where its total is hidden elsewhere; gives way to `least`.
    beside : int array (L, G, D), optional
        People who can be told apart by what is published elsewhere, whatever cells they are in: a part of a cell, or
        of several. They have to be safe like cells, and count for nothing else.

    Returns
    -------
    int array (L + 1,)
        0 nothing, 1 the groups together, 2 each group; the last value is that of all layers together.

    Notes
    -----
    What is published is a sum of layers that are safe in every cell, and of the rest: the layers that are not shown,
    pooled. The rest can be worked out by whoever subtracts, so it has to be safe as well, and no pooled layer may
    hold nearly all of it; until it is so, the smallest layer shown joins it. Every difference of published numbers is
    then a sum of safe numbers. Totals of the layers may be published beside.

    Two breakdowns of the same people can be subtracted from each other too. Where the cells of one are sums of the
    cells of the other, decide the finer first and give what it opens as `least`: what is pooled in the coarser is
    then pooled in the finer, and nothing new can be worked out.
    """
    pool = _Pool.gather(counts, beside, threshold)
    floor = np.zeros(len(counts) + 1, dtype=np.int64) if least is None else least.copy()
    floor[:-1][pool.single & (floor[:-1] > NOTHING)] = APART
    top = np.full(len(counts) + 1, APART) if most is None else most
    sums = counts.sum(axis=2).sum(axis=1)
    judged = np.array([_judge(layer, threshold) for layer in (*pool.cells, pool.cells.sum(axis=0))])
    judged[:-1][sums < whole] = NOTHING
    *opened, level = np.maximum(np.minimum(judged, top), floor)
    levels = np.array(opened, dtype=np.int64)
    while (bad := pool.find_fault(levels, level)) != NOTHING:
        shown = np.flatnonzero((pool.reach(levels) >= bad) & (levels > floor[:-1]))
        if shown.size:
            smallest = shown[np.argmin(sums[shown])]
            levels[smallest] = NOTHING if pool.single[smallest] else levels[smallest] - 1
        elif level > floor[-1]:
            level -= 1
        else:
            break  # nothing beyond what was published before
    return np.append(levels, level)


def _judge(layer: Counts, threshold: int) -> int:
    if not _is_safe(layer.sum(axis=0), threshold):
        return NOTHING
    return APART if _is_safe(layer, threshold) else TOGETHER


def _is_safe(cells: Counts, threshold: int) -> bool:
    return bool(((cells == 0) | (cells >= threshold)).all())


@dataclass(frozen=True, eq=False)
class _Pool:
    """The layers as somebody sees them who subtracts what is shown from all of them.

    `cells` (L, G, C + D) must be safe; `totals` (L, G) are the cases; `single` are layers with cases in one group alone:
    all groups together are that group.
    """

    cells: Counts
    totals: Counts
    single: NDArray[np.bool_]
    threshold: int

    @classmethod
    def gather(cls, counts: Counts, beside: Counts | None, threshold: int) -> "_Pool":
        cells = counts if beside is None else np.concatenate([counts, beside], axis=2)
        totals = counts.sum(axis=2)
        return cls(cells, totals, (totals > 0).sum(axis=1) <= 1, threshold)

    def reach(self, levels: Counts) -> Counts:
        """Return the levels at which the layers are known."""
        return np.where(self.single & (levels == TOGETHER), APART, levels)

    def find_fault(self, levels: Counts, level: int) -> int:
        """Return the level at which the rest gives something away, or 0."""
        known = self.reach(levels)
        if level >= APART:
            # of a layer shown for all groups together, only how it is shared among them is unknown
            whole = self.totals.sum(axis=1, keepdims=True)
            free = np.where(
                (known == TOGETHER)[:, None], np.minimum(self.totals, whole - self.totals), self.totals
            )
            rest = known < APART
            groups = range(self.cells.shape[1])
            if any(self._gives_away(self.cells[rest, group], free[rest, group]) for group in groups):
                return APART
        rest = known == NOTHING
        if level >= TOGETHER and self._gives_away(
            self.cells[rest].sum(axis=1), self.totals[rest].sum(axis=1)
        ):
            return TOGETHER
        return NOTHING

    def _gives_away(self, pooled: Counts, free: Counts) -> bool:
        """Tell whether the pool has a small cell, or a layer that is nearly all that is unknown of it and not safe."""
        if not _is_safe(pooled.sum(axis=0), self.threshold):
            return True
        if not free.any():
            return False
        largest = int(free.argmax())
        return bool(
            free.sum() - free[largest] < self.threshold - 1 and not _is_safe(pooled[largest], self.threshold)
        )
