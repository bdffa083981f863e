"""A small table of ours laid beside rows in their own engine."""

from typing import Any

import narwhals as nw
import polars as pl

from banyan.science.burden.faults import BurdenError

DUCKDB_TYPES = {pl.Int64: "BIGINT", pl.Float64: "DOUBLE", pl.String: "VARCHAR"}
SPARK_TYPES = {pl.Int64: "bigint", pl.Float64: "double", pl.String: "string"}


def lay_beside(rows: nw.LazyFrame, small: pl.DataFrame) -> nw.LazyFrame:
    """Give a small table, of whole numbers, floats and text without nulls, to the engine that has the rows.

    Raises
    ------
    BurdenError
        The engine is none of Polars, DuckDB and PySpark.
    """
    engine = rows.implementation
    if engine.is_polars():
        return nw.from_native(small.lazy())
    if engine.is_duckdb():
        return nw.from_native(rows.to_native().query("banyan_rows", _write_select(small)))
    if engine.is_pyspark() or engine.is_pyspark_connect():
        return nw.from_native(_broadcast(rows.to_native(), small))
    raise BurdenError(
        f"survival is counted in Polars, pandas, DuckDB and PySpark, not in {engine.name.lower()}.",
        f"sống thêm được đếm trong Polars, pandas, DuckDB và PySpark, không trong {engine.name.lower()}.",
    )


def _broadcast(rows: Any, small: pl.DataFrame) -> Any:
    """Send a small table to every worker of Spark, which else would move the large one to meet it."""
    schema = ", ".join(f"`{name}` {SPARK_TYPES[type(kind)]}" for name, kind in small.schema.items())
    return rows.sparkSession.createDataFrame(small.rows(), schema=schema).hint("broadcast")


def _write_select(small: pl.DataFrame) -> str:
    lines = ", ".join(f"({', '.join(_write(value) for value in row)})" for row in small.iter_rows())
    typed = ", ".join(
        f'CAST("{name}" AS {DUCKDB_TYPES[type(kind)]}) AS "{name}"' for name, kind in small.schema.items()
    )
    names = ", ".join(f'"{name}"' for name in small.columns)
    return f"SELECT {typed} FROM (VALUES {lines}) AS small ({names})"  # noqa: S608 -- our own numbers, text quoted


def _write(value: object) -> str:
    """Write a value as SQL: a float by all its digits and an exponent, which makes it a double and no decimal."""
    if isinstance(value, float):
        return f"{value:.17e}"
    return str(value) if isinstance(value, int) else "'{}'".format(str(value).replace("'", "''"))
