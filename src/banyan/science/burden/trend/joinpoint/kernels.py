"""The compiled grid search. Imported when joinpoints are first asked for: numba is slow to load.

A model with joinpoints is a straight line and one hinge, max(0, x - place), for each joinpoint. What comes in has the
line projected out already, so that for C candidate places and P responses everything needed is

- gram (C, C): products of the hinges with one another;
- cross (C, P): products of the hinges with the responses;
- total (P,): sum of squares of each response about its line;
- follow (C,): the first candidate that may come after each.

The sets of places form a tree: a set is its parent and one place more. One step of a Cholesky factor goes with each
node, and all responses share it; a response then costs as many multiplications at a node as the node has places.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Function = TypeVar("Function", bound=Callable[..., Any])

# A hinge that keeps less than this share of itself beside the hinges before it is one of them over again.
SAME = 1e-13


def _compile(function: Function) -> Function:
    """Compile without the interpreter's lock; keep the result on disk, or, where none can be written to, in memory."""
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast("Function", numba.njit(nogil=True)(function))


@_compile
def _extend(gram: Array, known: Array, pivots: Array, depth: int, place: int) -> None:
    """Factor one column more: what each later candidate shares with `place`, and what it keeps for itself."""
    scale = 1 / np.sqrt(pivots[depth, place])
    for later in range(place + 1, gram.shape[0]):
        shared = gram[later, place]
        for j in range(depth):
            shared -= known[j, later] * known[j, place]
        shared *= scale
        known[depth, later] = shared
        pivots[depth + 1, later] = pivots[depth, later] - shared * shared


@_compile
def _explain(  # noqa: PLR0917 -- numba takes no keywords
    known: Array, cross: Array, explained: Array, left: Array, depth: int, place: int, pivot: float
) -> None:
    """Let `place` explain what it can of each response: what is left of its sum of squares goes one level down."""
    here, scale = explained[depth], 1 / np.sqrt(pivot)
    for p in range(cross.shape[1]):
        here[p] = cross[place, p]
    for j in range(depth):
        factor, before = known[j, place], explained[j]
        for p in range(cross.shape[1]):
            here[p] -= factor * before[p]
    for p in range(cross.shape[1]):
        here[p] *= scale
        left[depth + 1, p] = left[depth, p] - here[p] * here[p]


@_compile
def _keep(best: Array, left: Array) -> None:
    for p in range(len(best)):
        best[p] = min(best[p], left[p])


@_compile
def _keep_places(best: Array, left: Array, places: Array, chosen: Array) -> None:
    for p in range(len(best)):
        if left[p] < best[p]:
            best[p] = left[p]
            for j in range(len(chosen)):
                places[p, j] = chosen[j]


@_compile
def search(gram: Array, cross: Array, total: Array, follow: Array, best: Array, places: Array) -> None:  # noqa: PLR0917 -- numba takes no keywords
    """Find the least sum of squares with 0, 1, … joinpoints, for each response, over every admissible set.

    ``best`` (levels, P) comes in as infinity and goes out with the sums. ``places`` (levels, P, levels - 1) goes out
    with the candidates that reach them, the first in order where two sets tie; with no levels it is left alone, which
    is faster.
    """
    count, levels = gram.shape[0], best.shape[0]
    known, pivots = np.zeros((levels, count)), np.zeros((levels, count))
    explained, left = np.zeros((levels, cross.shape[1])), np.zeros((levels, cross.shape[1]))
    chosen, ahead = np.zeros(levels, np.int64), np.zeros(levels, np.int64)
    for c in range(count):
        pivots[0, c] = gram[c, c]
    left[0] = total
    best[0] = total
    depth = 0 if levels > 1 else -1
    while depth >= 0:
        place = ahead[depth]
        if place >= count:
            depth -= 1
            continue
        ahead[depth] += 1
        pivot = pivots[depth, place]
        if pivot <= SAME * gram[place, place]:
            continue
        chosen[depth] = place
        _explain(known, cross, explained, left, depth, place, pivot)
        if len(places):
            _keep_places(best[depth + 1], left[depth + 1], places[depth + 1], chosen[: depth + 1])
        else:
            _keep(best[depth + 1], left[depth + 1])
        if depth + 2 < levels:
            _extend(gram, known, pivots, depth, place)
            depth += 1
            ahead[depth] = follow[place]
