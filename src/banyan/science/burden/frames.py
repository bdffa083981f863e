"""The border: a data frame of any engine comes in, checked Polars columns go on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError

ROWS = "rows alike"


def take_columns(
    frame: IntoFrame, required: Sequence[str], optional: Iterable[str] = (), *, table: tuple[str, str]
) -> pl.DataFrame:
    """Take the named columns of any data frame that narwhals knows, as Polars.

    Parameters
    ----------
    frame : Polars, pandas, PyArrow, DuckDB or another frame, eager or lazy
    required, optional : names of columns
        A required one that is absent raises; an optional one is taken where it is present.
    table : the table's name in English and in Vietnamese, for the sentence

    Raises
    ------
    BurdenError
        Names the first required column that is absent.
    """
    source = nw.from_native(frame)
    wanted = _choose_columns(source, required, optional, table)
    selected = source.select(wanted)
    eager = selected.collect("polars") if isinstance(selected, nw.LazyFrame) else selected
    if eager.implementation.is_polars():
        return eager.to_polars()
    return pl.DataFrame({name: _to_series(eager[name]) for name in wanted})


# What makes a column coarser within an engine: of its expression and its type, another expression.
Coarsen = Callable[[nw.Expr, Any], nw.Expr]
AS_THEY_ARE: Mapping[str, Coarsen] = {}


def take_counts(
    frame: IntoFrame,
    required: Sequence[str],
    optional: Iterable[str] = (),
    *,
    table: tuple[str, str],
    coarsen: Mapping[str, Coarsen] = AS_THEY_ARE,
) -> pl.DataFrame:
    """Take the named columns with the number of rows that are alike, in a column `ROWS`.

    An eager frame is taken row by row, each one counted once, so that a fault names its row. Where the rows lie in an
    engine (DuckDB, PySpark) it is the engine that groups them, and no single row of a person leaves it. ``coarsen`` says
    of a column what is enough to know: an age to the day would leave every person in a group of its own.
    """
    source = nw.from_native(frame)
    if not isinstance(source, nw.LazyFrame) or source.implementation.is_polars():
        rows = take_columns(frame, required, optional, table=table)
        return rows.with_columns(pl.lit(1).alias(ROWS)) if rows.width else _count_nameless(source)
    wanted = _choose_columns(source, required, optional, table)
    kinds = source.collect_schema()
    coarser = {name: make(nw.col(name), kinds[name]) for name, make in coarsen.items() if name in wanted}
    source = source.with_columns(**coarser) if coarser else source
    grouped = (
        source.group_by(wanted).agg(nw.len().alias(ROWS)) if wanted else source.select(nw.len().alias(ROWS))
    )
    ordered: Any = grouped.sort(wanted)
    return take_columns(ordered, [*wanted, ROWS], table=table)


def _choose_columns(
    source: nw.DataFrame | nw.LazyFrame,
    required: Sequence[str],
    optional: Iterable[str],
    table: tuple[str, str],
) -> list[str]:
    """Return the names of the columns to take, each once."""
    present = source.collect_schema().names()
    for column in required:
        if column not in present:
            raise BurdenError.missing_column(column, *table)
    return list(dict.fromkeys([*required, *(name for name in optional if name in present)]))


def _count_nameless(source: nw.DataFrame | nw.LazyFrame) -> pl.DataFrame:
    """Return how many rows there are where no column is asked for."""
    rows = source.lazy().select(nw.len().alias(ROWS)).collect("polars").to_polars()
    return rows.cast(pl.Int64)


def _to_series(column: nw.Series) -> pl.Series:
    """Carry one column over without PyArrow; a missing value becomes null whatever its engine calls it."""
    if column.dtype.is_numeric() or column.dtype == nw.Boolean:
        numbers = pl.Series(column.name, column.to_numpy())
        return numbers.fill_nan(None) if numbers.dtype.is_float() else numbers
    missing = column.is_null().to_list()
    values = [None if gone else value for value, gone in zip(column.to_list(), missing, strict=True)]
    return pl.Series(column.name, values)


def find_first(frame: pl.DataFrame, condition: pl.Expr) -> int | None:
    """Return the first row (from 0) where the condition holds, or None."""
    index = frame.select(condition.fill_null(value=False).arg_true().first()).item()
    return None if index is None else int(index)


def refuse(frame: pl.DataFrame, column: str, condition: pl.Expr, reason: str, reason_vi: str) -> None:
    """Raise for the first row where the condition holds; ``{}`` in the reason stands for its value."""
    row = find_first(frame, condition)
    if row is not None:
        value = frame[column][row]
        place = None if ROWS in frame.columns and (frame[ROWS] != 1).any() else row
        raise BurdenError(reason.format(value), reason_vi.format(value), column=column, row=place)


def as_numbers(frame: pl.DataFrame, column: str, *, nullable: bool = False) -> pl.DataFrame:
    """Make a column of floats, or say which of its values is no finite number."""
    values = pl.col(column)
    number = values.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False)
    if frame.schema[column].is_numeric() or frame.schema[column] == pl.Boolean:
        number = values.cast(pl.Float64)
    number = number.fill_nan(None) if nullable else number
    refuse(
        frame,
        column,
        values.is_not_null() & (number.is_null() | ~number.is_finite()) & ~_missing(values, nullable),
        "‘{}’ is not a number.",
        "‘{}’ không phải là số.",
    )
    if not nullable:
        refuse(frame, column, values.is_null(), "the value is empty.", "ô này trống.")
    return frame.with_columns(number.alias(column))


def _missing(values: pl.Expr, nullable: bool) -> pl.Expr:  # noqa: FBT001 -- private, named by its only caller
    return values.cast(pl.String).is_in(["NaN", "nan", ""]) if nullable else pl.lit(value=False)
