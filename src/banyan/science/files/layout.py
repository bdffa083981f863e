"""Figures as text: an aligned table to read, CSV and JSON in full precision."""

from collections.abc import Mapping

import polars as pl

from banyan.science.files.writing import format_csv, format_json


def format_frame(frame: pl.DataFrame, form: str, decimals: Mapping[str, int]) -> str:
    """Return the frame as "csv", "json" or, rounded to `decimals`, as "table"."""
    match form:
        case "csv":
            return format_csv(frame)
        case "json":
            return format_json(frame)
        case _:
            return format_table(frame, decimals)


def format_table(frame: pl.DataFrame, decimals: Mapping[str, int]) -> str:
    """Return the frame as aligned columns, numbers rounded to `decimals` (by column; 2 where nothing is said)."""
    columns = [_format_column(frame[name], decimals.get(name, 2)) for name in frame.columns]
    rows = zip(*columns, strict=True) if columns else ()
    return "".join("  ".join(row).rstrip() + "\n" for row in rows)


def _format_column(series: pl.Series, decimals: int) -> list[str]:
    if series.dtype.is_float() and (series.drop_nulls() == series.drop_nulls().round()).all():
        decimals = 0
    cells = [_format_cell(value, decimals) for value in series]
    width = max(map(len, [series.name, *cells]))
    if series.dtype.is_numeric():
        return [cell.rjust(width) for cell in [series.name, "-" * width, *cells]]
    return [cell.ljust(width) for cell in [series.name, "-" * width, *cells]]


def _format_cell(value: object, decimals: int) -> str:
    if value is None or value != value:  # noqa: PLR0124 -- not a number
        return "-"
    if isinstance(value, float):
        return f"{value:.{decimals}f}"
    return " ".join(str(value).split())
