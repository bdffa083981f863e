"""What somebody who knows every published cell can work out about the hidden ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack

from banyan.science.burden.disclosure.table import TABLE, Dimension, Flags, Indices, Lattice, make_lattice
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import take_columns

Floats = NDArray[np.float64]
MISSES = 3  # patterns that clear nothing before cells are looked at one by one
CLOSE = 1e-6


@dataclass(frozen=True, eq=False)
class Unknowns:
    """The hidden cells as an attacker's linear system: ``sums @ x = known``, ``x >= least``."""

    cells: Indices
    sums: csr_array
    known: Floats
    least: Floats


def write_system(lattice: Lattice, hidden: Flags, values: Floats, least: Floats) -> Unknowns:
    """Keep the relations in which something is hidden; `values` need be right for what is published only."""
    cells = np.flatnonzero(hidden)
    column = np.full(lattice.size, -1, dtype=np.int64)
    column[cells] = np.arange(len(cells))
    unknown = hidden[lattice.members]
    touched = np.unique(lattice.relation[unknown])
    row = np.full(len(lattice.starts), -1, dtype=np.int64)
    row[touched] = np.arange(len(touched))
    sign = np.where(lattice.is_total, -1.0, 1.0)
    sums = coo_array(
        (sign[unknown], (row[lattice.relation[unknown]], column[lattice.members[unknown]])),
        shape=(len(touched), len(cells)),
    ).tocsr()
    seen = ~unknown & (row[lattice.relation] >= 0)
    weights = -sign[seen] * values[lattice.members[seen]]
    known = np.bincount(row[lattice.relation[seen]], weights, minlength=len(touched))
    return Unknowns(cells, sums, known.astype(float), least[cells])


def audit_disclosure(
    table: IntoFrame, dimensions: Sequence[Dimension], *, published: str = "published", least: int = 1
) -> pl.DataFrame:
    """Bound every hidden cell of a published table by what the published ones say.

    Parameters
    ----------
    table : data frame
        One row a cell, totals included: a column for each dimension, and the published count, empty where it is
        hidden.
    dimensions : sequence of Dimension
    published : str
        The column of the count.
    least : int
        What a hidden cell is known to be at the least: 1 where zeros are always published.

    Returns
    -------
    polars.DataFrame
        One row for each hidden cell, in the order of the dimensions' codes: their columns, ``lower`` and ``upper``
        (null: no limit).

    Raises
    ------
    BurdenError
        The published cells contradict each other.

    Notes
    -----
    Two linear programmes a cell (HiGHS) over the sums that tie cells to totals. The bounds are those of real numbers:
    what an attacker knows about whole numbers beyond them is not searched for.

    References
    ----------
    .. [1] Fischetti M, Salazar JJ. Models and algorithms for the 2-dimensional cell suppression problem in
       statistical disclosure control. Mathematical Programming 1999;84:283-312.
    .. [2] Hundepool A et al. Statistical Disclosure Control. Wiley 2012, chapter 4.
    """
    lattice = make_lattice(dimensions)
    names = [each.name for each in dimensions]
    given = take_columns(table, [*names, published], table=TABLE)
    cells = lattice.label().join(given, on=names, how="left", nulls_equal=True, maintain_order="left")
    values = cells[published].cast(pl.Float64)
    hidden = values.is_null().to_numpy()
    floor = np.full(lattice.size, float(least))
    system = write_system(lattice, hidden, values.fill_null(0.0).to_numpy(), floor)
    bounds = [bound_cell(system, at) for at in range(len(system.cells))]
    limits = pl.DataFrame(bounds, {"lower": pl.Float64, "upper": pl.Float64}, orient="row")
    return cells.filter(values.is_null()).select(names).hstack(limits)


def bound_cell(system: Unknowns, at: int) -> tuple[float, float | None]:
    """Return the smallest and the largest value that one unknown can have."""
    lower, upper = (_push(system, at, way) for way in (1.0, -1.0))
    return float(lower or 0.0), upper


def _push(system: Unknowns, at: int, way: float) -> float | None:
    cost = np.zeros(len(system.cells))
    cost[at] = way
    equal: dict[str, Any] = {"A_eq": system.sums, "b_eq": system.known} if system.sums.shape[0] else {}
    bounds = np.column_stack([system.least, np.full(len(cost), np.inf)])
    found = linprog(cost, bounds=bounds, method="highs", **equal)
    if found.status == 2:
        raise BurdenError(
            "the published cells contradict each other.", "các ô đã công bố mâu thuẫn với nhau."
        )
    return None if found.x is None else float(found.x[at])


def find_exposed(
    system: Unknowns, start: Floats, targets: Flags, width: float, *, first: bool = False
) -> Indices:
    """Return the targets (positions among the unknowns) whose interval is narrower than `width`.

    Two tables that both fit what is published, and differ by `width` in many cells at once, clear those cells: the
    programme asks for such a pair, for a few patterns of which shall be the larger. What is left is bounded alone.
    `start` is one table that fits. With `first` the search ends at the first cell found.
    """
    left = np.flatnonzero(targets)
    draw = np.random.default_rng(2026)  # any pattern will do; the same ones each time
    misses = 0
    while left.size and misses < MISSES:
        cleared = _clear(system, start, left, draw.choice([-1.0, 1.0], len(left)), width)
        misses = 0 if cleared.any() else misses + 1
        left = left[~cleared]
    narrow = (at for at in left if _is_narrow(system, int(at), width))
    return np.asarray(list(islice(narrow, 1 if first else None)), dtype=np.int64)


def _clear(system: Unknowns, start: Floats, wanted: Indices, signs: Floats, width: float) -> Flags:
    """Tell in which of `wanted` one pair of fitting tables differs by `width`."""
    count, many = len(start), len(wanted)
    rows = system.sums.shape[0]
    twice = vstack(
        [
            hstack([system.sums, csr_array((rows, count + many))]),
            hstack([csr_array((rows, count)), system.sums, csr_array((rows, many))]),
        ]
    )
    chosen = coo_array((signs, (np.arange(many), wanted)), shape=(many, count))
    pairs = hstack([-chosen, chosen, eye_array(many)])
    lowest = system.least - start
    limits = np.concatenate([lowest, lowest, np.zeros(many)])
    bounds = np.column_stack([limits, np.concatenate([np.full(2 * count, np.inf), np.full(many, width)])])
    cost = np.concatenate([np.zeros(2 * count), -np.ones(many)])
    found = linprog(
        cost,
        A_ub=pairs.tocsr(),
        b_ub=np.zeros(many),
        A_eq=twice.tocsr() if rows else None,
        b_eq=np.zeros(2 * rows) if rows else None,
        bounds=bounds,
        method="highs",
    )
    if found.x is None:
        return np.zeros(many, dtype=bool)
    apart = np.abs(found.x[:count] - found.x[count : 2 * count])[wanted]
    return np.asarray(apart >= width - CLOSE)


def _is_narrow(system: Unknowns, at: int, width: float) -> bool:
    lower, upper = bound_cell(system, int(at))
    return upper is not None and upper - lower < width - CLOSE
