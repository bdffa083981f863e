"""A table of counts with its totals: every cell, and every sum that ties cells together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse, take_columns

Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
TABLE = ("table of counts", "bảng số đếm")


@dataclass(frozen=True)
class Dimension:
    """One direction of a table.

    Attributes
    ----------
    name : str
        Its column.
    atoms : values of the finest cells
    totals : mapping
        Each total with the parts that it is the sum of: atoms, or totals that stand before it. The sex of a table is
        ``Dimension("sex", ("1", "2"), {"both": ("1", "2")})``.
    """

    name: str
    atoms: tuple[Any, ...]
    totals: Mapping[Any, tuple[Any, ...]]

    @cached_property
    def codes(self) -> tuple[Any, ...]:
        return (*self.atoms, *self.totals)

    @cached_property
    def place(self) -> dict[Any, int]:
        return {code: at for at, code in enumerate(self.codes)}

    @cached_property
    def sums(self) -> NDArray[np.int64]:
        """Codes down, atoms across: 1 where the atom is part of the code."""
        rows = np.zeros((len(self.codes), len(self.atoms)), dtype=np.int64)
        rows[: len(self.atoms)] = np.eye(len(self.atoms), dtype=np.int64)
        for total, parts in self.totals.items():
            rows[self.place[total]] = sum(rows[self.place[part]] for part in parts)
        return rows


def plain_dimension(name: str, atoms: Sequence[Any], total: Any = "all") -> Dimension:
    """Return a dimension whose atoms have one total."""
    return Dimension(name, tuple(atoms), {total: tuple(atoms)})


@dataclass(frozen=True, eq=False)
class Lattice:
    """All cells of a table, numbered, and the sums among them.

    Attributes
    ----------
    members : int array
        The cells of relation 0, then those of relation 1 and so on; the first of each is the sum of the others.
    starts : int array (R + 1,)
        Where the members of each relation begin.
    """

    dimensions: tuple[Dimension, ...]
    members: Indices
    starts: Indices

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(each.codes) for each in self.dimensions)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @cached_property
    def relation(self) -> Indices:
        """The relation of each member."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @cached_property
    def is_total(self) -> Flags:
        """Whether each member is the total of its relation."""
        flags = np.zeros(len(self.members), dtype=bool)
        flags[self.starts[:-1]] = True
        return flags

    @cached_property
    def _by_cell(self) -> tuple[Indices, Indices]:
        order = np.argsort(self.members, kind="stable")
        bounds = np.searchsorted(self.members[order], np.arange(self.size + 1))
        return self.relation[order], bounds

    def relations_of(self, cell: int) -> Indices:
        found, bounds = self._by_cell
        return found[bounds[cell] : bounds[cell + 1]]

    def members_of(self, relation: int) -> Indices:
        return self.members[self.starts[relation] : self.starts[relation + 1]]

    def label(self) -> pl.DataFrame:
        """Name every cell: one row a cell, one column a dimension."""
        frame = pl.DataFrame({"": [0]})
        for each in self.dimensions:
            frame = frame.join(
                pl.DataFrame({each.name: list(each.codes)}), how="cross", maintain_order="left"
            )
        return frame.drop("")


def make_lattice(dimensions: Sequence[Dimension]) -> Lattice:
    shape = tuple(len(each.codes) for each in dimensions)
    number = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
    blocks = [
        _relate(number, axis, each, total) for axis, each in enumerate(dimensions) for total in each.totals
    ]
    members = np.concatenate([block.ravel() for block in blocks]) if blocks else np.zeros(0, dtype=np.int64)
    lengths = np.concatenate([np.full(len(block), block.shape[1]) for block in blocks] or [np.zeros(0)])
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Lattice(tuple(dimensions), members, starts)


def _relate(number: Indices, axis: int, dimension: Dimension, total: Any) -> Indices:
    """Return one row a relation: the total, then its parts."""
    places = [dimension.place[total], *(dimension.place[part] for part in dimension.totals[total])]
    block: Indices = np.moveaxis(np.take(number, places, axis=axis), axis, -1).reshape(-1, len(places))
    return block


def fill_cells(table: Any, dimensions: Sequence[Dimension], count: str) -> Indices:
    """Sum the rows of a table into its cells, totals included; what has no row is 0.

    Raises
    ------
    BurdenError
        A code that its dimension does not have, a count that is negative or no whole number.
    """
    rows = as_numbers(take_columns(table, [*(each.name for each in dimensions), count], table=TABLE), count)
    whole = (pl.col(count) < 0) | (pl.col(count) != pl.col(count).floor())
    refuse(rows, count, whole, "{} is no count.", "{} không phải là số đếm.")
    atoms = np.zeros(tuple(len(each.atoms) for each in dimensions))
    places = []
    for each in dimensions:
        known = {atom: at for at, atom in enumerate(each.atoms)}
        codes = rows[each.name].to_list()
        strange = next((row for row, code in enumerate(codes) if code not in known), None)
        if strange is not None:
            raise BurdenError(
                f"{codes[strange]} is not a value of {each.name}.",
                f"{codes[strange]} không phải là giá trị của {each.name}.",
                column=each.name,
                row=strange,
            )
        places.append(np.array([known[code] for code in codes], dtype=np.int64))
    np.add.at(atoms, tuple(places), rows[count].to_numpy())
    for axis, each in enumerate(dimensions):
        atoms = np.moveaxis(np.tensordot(each.sums, atoms, axes=(1, axis)), 0, axis)
    return np.rint(atoms).astype(np.int64).ravel()
