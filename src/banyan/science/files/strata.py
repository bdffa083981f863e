"""Strata: the columns by which figures are asked, as text without outer space."""

from collections.abc import Sequence

import polars as pl

from banyan.science.files.parsed import parse_distinct
from banyan.science.files.table import Table
from banyan.science.files.values import UNKNOWN_SEX, parse_sex, parse_year


def read_stratum(table: Table, name: str) -> pl.Series:
    """Return one stratum of a table: sex as "1", "2", "9", year as a number, anything else as written.

    Numbers stay numbers in typed files; empty is null.
    """
    table.require(name)
    series = table.frame[name]
    if name == "sex":
        return parse_sex(series).raise_fault(table, name)
    if name == "year":
        return parse_year(series).raise_fault(table, name)
    if series.dtype.is_float() and (series.drop_nulls() == series.drop_nulls().round()).all():
        return series.cast(pl.Int64)
    if series.dtype.is_integer():
        return series
    return parse_distinct(series, _trim).get_column("value").alias(name)


def _trim(texts: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"value": pl.select(pl.when(texts != "").then(texts)).to_series()})


def is_unknown_sex(frame: pl.DataFrame) -> pl.Series:
    return frame["sex"] == UNKNOWN_SEX


def same_kind(
    left: pl.DataFrame, right: pl.DataFrame, names: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the shared columns one type, so that ``1`` in a text file meets 1 in a Parquet file."""
    unlike = [name for name in names if left[name].dtype != right[name].dtype]
    as_text = [pl.col(name).cast(pl.String) for name in unlike]
    return left.with_columns(as_text), right.with_columns(as_text)


def name_stratum(row: dict[str, object], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {'(empty)' if row[name] is None else row[name]}" for name in names)


def sort_strata(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Sort by the strata, numbers in text by their value (9 before 10)."""
    keys: list[pl.Expr] = []
    for name in by:
        if frame[name].dtype == pl.String:
            keys.append(pl.col(name).cast(pl.Float64, strict=False))
        keys.append(pl.col(name))
    return frame.sort(keys, nulls_last=True, maintain_order=True) if keys else frame
