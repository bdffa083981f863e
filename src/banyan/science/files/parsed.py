"""A column parsed: its values, and every cell that was refused with the reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.table import Table

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
    if series.dtype == pl.Categorical:
        return _spread_codes(series, distinct, parsed)
    keyed = parsed.with_columns(distinct.alias("key"))
    return (
        series.alias("key")
        .to_frame()
        .join(keyed, on="key", how="left", maintain_order="left")
        .select(parsed.columns)
    )


def _spread_codes(series: pl.Series, distinct: pl.Series, parsed: pl.DataFrame) -> pl.DataFrame:
    codes = distinct.to_physical().to_numpy()
    places = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.uint32)
    places[codes] = np.arange(len(codes), dtype=np.uint32)
    if not len(codes):
        return parsed.clear(series.len())
    at = pl.Series(places).gather(series.to_physical())
    return parsed.select(pl.all().gather(at))


def is_empty(texts: pl.Series) -> pl.Series:
    return texts.str.to_lowercase().is_in(list(EMPTY))


def finish(series: pl.Series, spread: pl.DataFrame, explain: Callable[[str], Reason]) -> Parsed:
    """Make a `Parsed` of the columns `value` and `wrong`."""
    wrong = spread["wrong"].fill_null(value=False)
    return Parsed(values=spread["value"], wrong=wrong, raw=series, explain=explain)
