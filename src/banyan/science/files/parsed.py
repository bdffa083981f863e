"""A column parsed: its values, and every cell that was refused with the reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.table import Table

EMPTY_CELL = Reason("the cell is empty", "ô trống")
EMPTY = frozenset({"", "na", "n/a", "nan", "null", "none", "."})


@dataclass(frozen=True)
class Parsed:
    """Values of one column.

    Attributes
    ----------
    values : polars.Series
        Null where the cell was empty, unknown or refused.
    wrong : polars.Series of bool
        True where the cell was refused.
    raw : polars.Series
        The column as read.
    explain : callable
        Text of a refused cell -> reason.
    """

    values: pl.Series
    wrong: pl.Series
    raw: pl.Series
    explain: Callable[[str], Reason]

    def first_fault(self) -> tuple[int, Reason] | None:
        return next(self.faults(), None)

    def faults(self) -> Iterator[tuple[int, Reason]]:
        """Give (row, reason) of every refused cell, in order."""
        if not self.wrong.any():
            return
        for row in np.flatnonzero(self.wrong.to_numpy()).tolist():
            yield row, self.explain(write_cell(self.raw[row]))

    def raise_fault(self, table: Table, column: str) -> pl.Series:
        """Return the values, or raise the first refusal as a fault of `table`."""
        first = self.first_fault()
        if first:
            raise table.fault(first[0], column, first[1])
        return self.values

    def demand(self, table: Table, column: str) -> pl.Series:
        """Return the values, or raise the first cell that was refused or is empty."""
        gaps = self.wrong | self.values.is_null()
        if not gaps.any():
            return self.values
        row = int(gaps.arg_max() or 0)
        reason = self.explain(write_cell(self.raw[row])) if self.wrong[row] else EMPTY_CELL
        raise table.fault(row, column, reason)

    def list_faults(self, table: Table, column: str) -> list[FileFault]:
        """Return every refusal as a fault of `table`."""
        return [table.fault(row, column, reason) for row, reason in self.faults()]


def write_cell(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def parse_distinct(series: pl.Series, parse: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Parse each distinct cell once and spread the results over the column.

    `parse` gets the distinct cells as trimmed text (no nulls) and returns a frame of the same height.
    """
    distinct = series.unique().drop_nulls()
    parsed = parse(distinct.cast(pl.String).str.strip_chars())
    keyed = parsed.with_columns(distinct.alias("key"))
    return (
        series.alias("key")
        .to_frame()
        .join(keyed, on="key", how="left", maintain_order="left")
        .select(parsed.columns)
    )


def is_empty(texts: pl.Series) -> pl.Series:
    return texts.str.to_lowercase().is_in(list(EMPTY))


def finish(series: pl.Series, spread: pl.DataFrame, explain: Callable[[str], Reason]) -> Parsed:
    """Make a `Parsed` of the columns `value` and `wrong`."""
    wrong = spread["wrong"].fill_null(value=False)
    return Parsed(values=spread["value"], wrong=wrong, raw=series, explain=explain)
