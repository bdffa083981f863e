"""Counting millions of rows by a few columns: each column is turned into numbers, its distinct values parsed once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import polars as pl

from banyan.science.files.faults import FileFault
from banyan.science.files.table import Table

_FEW = 4096
_DENSE = 1 << 25  # cells of a dense count: 256 MB of numbers at most


@dataclass(frozen=True)
class Coded:
    """A column as numbers: row i holds ``values[codes[i]]``."""

    codes: np.ndarray
    values: pl.Series

    def first_rows(self) -> np.ndarray:
        """Return the first row of each value; values that no row holds come last."""
        firsts = np.full(len(self.values), len(self.codes), dtype=np.int64)
        np.minimum.at(firsts, self.codes, np.arange(len(self.codes)))
        return firsts

    def merge(self, values: pl.Series) -> "Coded":
        """Return the column with new values, those that became equal being one."""
        distinct = values.unique(maintain_order=True)
        places = pl.DataFrame({"value": distinct}).with_row_index("place")
        at = (
            values.alias("value")
            .to_frame()
            .join(places, on="value", how="left", nulls_equal=True, maintain_order="left")["place"]
        )
        narrow = np.uint8 if len(distinct) < 256 else np.uint32
        return Coded(at.to_numpy().astype(narrow)[self.codes], distinct)


def code_column(series: pl.Series) -> Coded:
    """Turn a column of any type into numbers and its distinct values (text for text, null included)."""
    if series.dtype == pl.String:
        series = series.cast(pl.Categorical(pl.Categories.random()))
    if isinstance(series.dtype, pl.Categorical):
        return _code_dictionary(series)
    if series.dtype.is_integer() and series.null_count() < series.len():
        least, most = cast("int", series.min()), cast("int", series.max())
        if most - least < _FEW:
            return _code_integers(series, least, most)
    distinct = series.unique()
    places = pl.DataFrame({"value": distinct}).with_row_index("place")
    frame = series.alias("value").to_frame()
    joined = frame.join(places, on="value", how="left", nulls_equal=True, maintain_order="left")
    return Coded(joined["place"].to_numpy(), distinct)


def _code_integers(series: pl.Series, least: int, most: int) -> Coded:
    """Take the distance from the least number as the code; null comes last."""
    gap = most - least + 1
    codes = (series.cast(pl.Int64) - least).fill_null(gap).cast(pl.UInt32).to_numpy()
    return Coded(codes, pl.Series([*range(least, most + 1), None], dtype=series.dtype))


def _code_dictionary(series: pl.Series) -> Coded:
    distinct = series.unique().drop_nulls()
    numbers = distinct.to_physical().to_numpy().astype(np.int64)
    texts = np.full(int(numbers.max(initial=-1)) + 2, None, dtype=object)
    texts[numbers] = distinct.cast(pl.String).to_numpy()
    physical = series.to_physical()
    if physical.has_nulls():
        physical = physical.fill_null(len(texts) - 1)
    return Coded(physical.to_numpy(), pl.Series(texts.tolist(), dtype=pl.String))


def read_coded(table: Table, column: str, read: Callable[[Table], pl.Series]) -> Coded:
    """Apply `read` to the distinct values of a column; a fault names the first line that holds the value."""
    table.require(column)
    coded = code_column(table.frame[column])
    try:
        values = read(_list_values(table, column, coded))
    except FileFault:
        read(_list_values(table, column, coded, in_order=True))
        raise
    return coded.merge(values)


def _list_values(table: Table, column: str, coded: Coded, *, in_order: bool = False) -> Table:
    """Return a table of the distinct values, in the order of their first rows if that matters.

    The dictionary may hold nulls that no row has: they must not be read as empty cells.
    """
    held = np.bincount(coded.codes, minlength=len(coded.values)) > 0
    values = coded.values if held.all() else _fill_absent(coded.values, held)
    if not in_order:
        return replace(table, frame=pl.DataFrame({column: values}), find_lines=None)
    firsts = coded.first_rows()
    order = np.argsort(firsts, kind="stable")
    lines = table.lines(np.minimum(firsts[order], len(coded.codes) - 1))
    return replace(table, frame=pl.DataFrame({column: values.gather(order)}), find_lines=lambda: lines)


def _fill_absent(values: pl.Series, held: np.ndarray) -> pl.Series:
    """Replace values that no row holds by one that some row does."""
    if not held.any():
        return values
    stand_in = int(np.flatnonzero(held)[0])
    return values.gather(np.where(held, np.arange(len(values)), stand_in))


def count_cells(columns: Mapping[str, Coded], weights: pl.Series | None, height: int) -> pl.DataFrame:
    """Count rows by the distinct combinations of `columns`.

    Parameters
    ----------
    columns : mapping
        Name -> column, `height` rows each; nulls count as a value of their own.
    weights : polars.Series or None
        Cases that each row stands for; 1 by default.
    height : int
        Number of rows.

    Returns
    -------
    polars.DataFrame
        The columns, and `cases` (Int64, or Float64 where weights are not whole), one row per combination that
        occurs.
    """
    size = float(np.prod([float(len(column.values)) for column in columns.values()]))
    if size > _DENSE:
        return _count_sparsely(columns, weights)
    key = np.zeros(height, dtype=np.uint32)
    for column in columns.values():
        key *= np.uint32(len(column.values))
        key += column.codes
    return _count_densely(columns, key, weights)


def _count_densely(columns: Mapping[str, Coded], key: np.ndarray, weights: pl.Series | None) -> pl.DataFrame:
    shape = [max(len(column.values), 1) for column in columns.values()]
    counts = np.bincount(key, minlength=int(np.prod(shape)))
    cells = np.flatnonzero(counts)
    places = np.unravel_index(cells, shape) if shape else ()
    cases = counts if weights is None else np.bincount(key, weights.to_numpy(), minlength=len(counts))
    picked = {
        name: column.values.gather(place)
        for (name, column), place in zip(columns.items(), places, strict=True)
    }
    return pl.DataFrame({**picked, "cases": make_whole(pl.Series(cases[cells]))})


def _count_sparsely(columns: Mapping[str, Coded], weights: pl.Series | None) -> pl.DataFrame:
    frame = pl.DataFrame({name: column.codes for name, column in columns.items()})
    total = pl.len() if weights is None else pl.col("banyan weight").sum()
    if weights is not None:
        frame = frame.with_columns(weights.alias("banyan weight"))
    counted = frame.group_by(list(columns)).agg(cases=total)
    values = [columns[name].values.gather(counted[name]).alias(name) for name in columns]
    return counted.with_columns(*values, make_whole(counted["cases"]).alias("cases"))


def make_whole(counts: pl.Series) -> pl.Series:
    """Return counts as Int64 where all of them are whole."""
    if counts.dtype.is_integer() or (counts == counts.round()).all():
        return counts.cast(pl.Int64)
    return counts
