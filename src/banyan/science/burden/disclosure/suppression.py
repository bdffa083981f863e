"""Which cells to hide: the small ones, and enough others that the small ones cannot be worked out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.disclosure.attack import find_exposed, write_system
from banyan.science.burden.disclosure.table import (
    TABLE,
    Dimension,
    Flags,
    Indices,
    Lattice,
    fill_cells,
    make_lattice,
)
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import take_columns

TRIED = 60  # cells that were hidden for others and are tried open again, the largest first


def suppress(
    table: IntoFrame,
    dimensions: Sequence[Dimension],
    count: str = "count",
    threshold: int = 5,
    *,
    closed: IntoFrame | None = None,
    known: IntoFrame | None = None,
    lean: bool = True,
) -> pl.DataFrame:
    """Decide for every cell of a table with totals whether it is published.

    Parameters
    ----------
    table : data frame
        A column for each dimension and the count; rows of the same cell are summed, cells without a row are 0.
    dimensions : sequence of Dimension
    count : str
        The column of the count.
    threshold : int
        Counts from 1 to ``threshold - 1`` are small and hidden. A 0 is published: it is nobody's.
    closed : data frame, optional
        Cells that are not published whatever they hold: a column for each dimension.
    known : data frame, optional
        Cells that are published elsewhere and cannot be hidden here: a column for each dimension. Where a small cell
        cannot be protected otherwise, the zeros beside it are closed too, so that nobody knows of them.
    lean : bool
        Open hidden cells again where the small ones stay protected without them; slower.

    Returns
    -------
    polars.DataFrame
        One row a cell, totals included, in the order of the dimensions' codes: their columns, ``count``,
        ``published`` (null: hidden) and ``state``: "shown", "small", "kept" (hidden for another's sake) or "closed".

    Raises
    ------
    BurdenError
        A threshold below 2, an unknown code, a count that is none; known cells that give a small one away.

    Notes
    -----
    From the published cells, each hidden one that is not closed can be bounded to no less than ``threshold`` whole
    numbers (an interval at least ``threshold - 1`` wide); so can each small one that is closed. Candidates come from
    a rule for every single sum: hidden parts of a published total must be two or more, with enough in them to move.
    Linear programmes then prove the whole table, or name the cells for which more must be hidden. The choice (the
    smallest cell that exposes the fewest others) is a heuristic; the proof is not.

    References
    ----------
    .. [1] Cox LH. Suppression methodology and statistical disclosure control. JASA 1980;75:377-385.
    .. [2] Hundepool A et al. Statistical Disclosure Control. Wiley 2012, chapter 4.

    Examples
    --------
    >>> import polars as pl
    >>> from banyan.science.burden.disclosure import plain_dimension
    >>> table = pl.DataFrame({"ward": [*"aabb"], "sex": [*"1212"], "count": [20, 3, 30, 40]})
    >>> ward, sex = plain_dimension("ward", "ab"), plain_dimension("sex", "12")
    >>> suppress(table, [ward, sex]).filter(pl.col("published").is_null())["count"].to_list()
    [20, 3, 30, 40]
    """
    if threshold < 2:
        raise BurdenError(f"a threshold of {threshold} hides nothing.", f"ngưỡng {threshold} không ẩn ô nào.")
    lattice = make_lattice(dimensions)
    values = fill_cells(table, dimensions, count)
    fixed = _mark(lattice, known)
    choice = _Choice(lattice, values, threshold, _mark(lattice, closed) & ~fixed, fixed)
    hidden = choice.settle(lean=lean)
    state = np.select([~hidden, choice.closed, choice.small], ["shown", "closed", "small"], "kept")
    numbers = pl.DataFrame({"count": values, "hidden": hidden, "state": state})
    return lattice.label().hstack(
        numbers.select("count", pl.when(~pl.col("hidden")).then("count").alias("published"), pl.col("state"))
    )


def _mark(lattice: Lattice, cells: IntoFrame | None) -> Flags:
    if cells is None:
        return np.zeros(lattice.size, dtype=bool)
    names = [each.name for each in lattice.dimensions]
    meant = take_columns(cells, names, table=TABLE).unique().with_columns(meant=pl.lit(value=True))
    marked = lattice.label().join(meant, on=names, how="left", nulls_equal=True, maintain_order="left")
    return marked["meant"].fill_null(value=False).to_numpy().astype(bool)


@dataclass(eq=False)
class _Choice:
    """The work on one table: `hidden` grows until nothing small is exposed."""

    lattice: Lattice
    values: Indices
    threshold: int
    closed: Flags
    known: Flags

    def __post_init__(self) -> None:
        self.small = (self.values > 0) & (self.values < self.threshold) & ~self.known
        self.width = self.threshold - 1
        self.hidden: Flags = self.small | self.closed

    @property
    def least(self) -> Indices:
        """What a hidden cell is at the least: nobody knows of a closed one that it is not zero."""
        return np.where(self.closed, 0, 1).clip(max=self.values)

    @property
    def targets(self) -> Flags:
        return self.hidden & (self.values > 0) & (~self.closed | self.small)

    def settle(self, *, lean: bool) -> Flags:
        self._protect()
        if lean:
            self._open_again()
        return self.hidden

    def _protect(self) -> None:
        safe = np.zeros(self.lattice.size, dtype=bool)
        while True:
            self._mend()
            exposed = self._find_exposed(safe)
            if not exposed.size:
                return
            # what is safe stays so: whatever is hidden from here on, an attacker knows less
            safe |= self.hidden
            safe[exposed] = False
            before = self._count_secrets()
            for cell in exposed:
                self._hide_beside(int(cell))
            if self._count_secrets() == before:
                raise BurdenError(
                    "the known cells give a small one away.", "các ô đã biết làm lộ một ô số nhỏ."
                )

    def _find_exposed(self, safe: Flags | None = None, *, first: bool = False) -> Indices:
        if not self.hidden.any():
            return np.zeros(0, dtype=np.int64)
        system = write_system(self.lattice, self.hidden, self.values.astype(float), self.least.astype(float))
        targets = self.targets[system.cells]
        if safe is not None:
            targets &= ~safe[system.cells]
        start = self.values[system.cells].astype(float)
        return system.cells[find_exposed(system, start, targets, self.width, first=first)]

    def _count_secrets(self) -> int:
        return int(self.hidden.sum() + self.closed.sum())

    def _mend(self) -> None:
        """Hide until each single sum keeps its secret: a pass over all sums, again while something changed."""
        while True:
            before = self._count_secrets()
            for relation in self._find_weak():
                self._strengthen(int(relation))
            if self._count_secrets() == before:
                return

    def _find_weak(self) -> Indices:
        lattice, count = self.lattice, len(self.lattice.starts) - 1
        total = lattice.members[lattice.starts[:-1]]
        part = self.hidden[lattice.members] & ~lattice.is_total
        inside, cells = lattice.relation[part], lattice.members[part]
        number = np.bincount(inside, minlength=count)
        slack = np.bincount(inside, (self.values - self.least)[cells], minlength=count)
        needs = np.bincount(inside, self.targets[cells], minlength=count)
        loose = ~self.hidden[total] & (needs > 0) & ((number < 2) | (slack < self.width))
        alone = self.targets[total] & (number == 0)
        return np.flatnonzero(loose | alone)

    def _strengthen(self, relation: int) -> None:
        """Hide one more cell of a sum; where none is left, its total; where that is known, its zeros too."""
        total, *parts = self.lattice.members_of(relation).tolist()
        inside = [cell for cell in parts if self.hidden[cell]]
        slack = sum(int(self.values[cell] - self.least[cell]) for cell in inside)
        if bool(inside) == bool(self.hidden[total]) or (len(inside) > 1 and slack >= self.width):
            return  # another sum has done it
        free = [cell for cell in parts if self._is_free(cell)]
        short = 0 if self.hidden[total] else self.width - slack
        enough = [cell for cell in free if self.values[cell] - 1 >= short]
        if free:
            self.hidden[min(enough, key=self._price) if enough else max(free, key=self._weigh)] = True
        elif not self.known[total] and not self.hidden[total]:
            self.hidden[total] = True
        else:
            self._close(parts)

    def _is_free(self, cell: int) -> bool:
        return bool(not self.hidden[cell] and not self.known[cell] and self.values[cell] > 0)

    def _close(self, cells: list[int]) -> None:
        shut = [cell for cell in cells if not self.known[cell]]
        self.closed[shut] = self.hidden[shut] = True

    def _weigh(self, cell: int) -> tuple[int, int]:
        return int(self.values[cell]), -cell

    def _price(self, cell: int) -> tuple[float, int]:
        """Charge a cell its own size, and for each sum in which it would be the first to be hidden."""
        fresh = sum(
            not self.hidden[self.lattice.members_of(int(relation))].any()
            for relation in self.lattice.relations_of(cell)
        )
        return float(self.values[cell]) * (1 + fresh) ** 2, cell

    def _hide_beside(self, cell: int) -> None:
        """Hide the cheapest cell that shares a sum with an exposed one, or with what is hidden beside it."""
        near = {cell}
        while True:
            reach = {
                int(member)
                for one in near
                for relation in self.lattice.relations_of(one)
                for member in self.lattice.members_of(int(relation))
            }
            free = [each for each in reach if self._is_free(each)]
            if free:
                self.hidden[min(free, key=self._price)] = True
                return
            if reach == near:
                self._close(sorted(reach))
                return
            near = reach

    def _open_again(self) -> None:
        kept = np.flatnonzero(self.hidden & ~self.small & ~self.closed)
        for cell in sorted(kept.tolist(), key=self._weigh, reverse=True)[:TRIED]:
            self.hidden[cell] = False
            if self._find_weak().size or self._find_exposed(first=True).size:
                self.hidden[cell] = True
