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
    if not frame.width:
        return ""
    columns = [_align_column(frame[name], decimals.get(name, 2)) for name in frame.columns]
    lines = pl.select(pl.concat_str(columns, separator="  ").str.strip_chars_end()).to_series()
    return "\n".join([*lines, ""])


def _align_column(series: pl.Series, decimals: int) -> pl.Series:
    cells = pl.concat([pl.Series([series.name]), _write_cells(series, decimals)])
    width = max(cells.str.len_chars().to_list())
    cells = pl.concat([cells[:1], pl.Series(["-" * width]), cells[1:]])
    return cells.str.pad_start(width) if series.dtype.is_numeric() else cells.str.pad_end(width)


def _write_cells(series: pl.Series, decimals: int) -> pl.Series:
    if not series.dtype.is_float():
        return series.cast(pl.String).str.replace_all(r"\s+", " ").fill_null("-")
    numbers = series.fill_nan(None)
    if (numbers.drop_nulls() == numbers.drop_nulls().round()).all():
        decimals = 0
    texts = ["-" if number is None else f"{number:.{decimals}f}" for number in numbers]
    return pl.Series(texts, dtype=pl.String)
