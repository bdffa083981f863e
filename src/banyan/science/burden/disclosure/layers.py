"""A breakdown published whole or not at all: which layers of a table may show all their cells."""

import numpy as np
from numpy.typing import NDArray

NOTHING, TOGETHER, APART = 0, 1, 2


def open_layers(
    counts: NDArray[np.int64], threshold: int = 5, *, whole: int = 0, least: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
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
    """
    floor = np.zeros(len(counts) + 1, dtype=np.int64) if least is None else least
    sums = counts.sum(axis=2).sum(axis=1)
    levels = np.array([_judge(layer, threshold) if layer.sum() >= whole else NOTHING for layer in counts])
    levels = np.maximum(levels, floor[:-1])
    level = max(_judge(counts.sum(axis=0), threshold), int(floor[-1]))
    while (bad := _find_fault(counts, levels, level, threshold)) != NOTHING:
        shown = np.flatnonzero((levels >= bad) & (levels > floor[:-1]))
        if shown.size:
            levels[shown[np.argmin(sums[shown])]] -= 1
        elif level > floor[-1]:
            level -= 1
        else:
            break  # nothing beyond what was published before
    return np.append(levels, level)


def _judge(layer: NDArray[np.int64], threshold: int) -> int:
    if not _is_safe(layer.sum(axis=0), threshold):
        return NOTHING
    return APART if _is_safe(layer, threshold) else TOGETHER


def _is_safe(cells: NDArray[np.int64], threshold: int) -> bool:
    return bool(((cells == 0) | (cells >= threshold)).all())


def _find_fault(counts: NDArray[np.int64], levels: NDArray[np.int64], level: int, threshold: int) -> int:
    """Return the level at which the rest gives something away, or 0."""
    if level >= APART:
        rest = counts[levels < APART]
        if any(_gives_away(rest[:, group], threshold) for group in range(counts.shape[1])):
            return APART
    if level >= TOGETHER and _gives_away(counts[levels == NOTHING].sum(axis=1), threshold):
        return TOGETHER
    return NOTHING


def _gives_away(pooled: NDArray[np.int64], threshold: int) -> bool:
    """Tell whether the pool (layers, cells) has a small cell, or a layer that is nearly all of it and not safe."""
    if not _is_safe(pooled.sum(axis=0), threshold):
        return True
    totals = pooled.sum(axis=1)
    if not totals.any():
        return False
    largest = int(totals.argmax())
    return bool(totals.sum() - totals[largest] < threshold - 1 and not _is_safe(pooled[largest], threshold))
