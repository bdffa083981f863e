"""A delimited text turned into Parquet piece by piece: a million rows without holding them."""

from pathlib import Path

import numpy as np
import polars as pl

from banyan.science.files import delimited
from banyan.science.files.faults import FileFault
from banyan.science.files.limits import LONGEST_CELL, cell_too_long
from banyan.science.files.table import NO_NAMES, Naming, match_names

LINE = "\u2116 line"
_BLANK, _ROW = "\u2116 blank", "\u2116 row"
# rows are read again in slices; a group is what is held while one is looked for
GROUP = 20_000


def store_text(path: str, data: bytes | None, target: Path) -> tuple[delimited.Source, delimited.Layout]:
    """Write the rows of a text to `target`: text cells, columns as the file calls them, `LINE` the line of each.

    Raises
    ------
    FileFault
        As `read_table`.
    """
    source = delimited.open_source(path, data)
    layout = delimited.find_layout(source)
    naming = match_names(path, layout.header, NO_NAMES, None)
    names = [layout.header[position] for position in naming.positions]
    first = target.with_suffix(".first")
    try:
        _sink(source, layout, naming, names, first)
        rows = pl.scan_parquet(first)
        height = rows.select(pl.len()).collect().item()
        in_step = delimited.check_shape(source, layout, height)
        _number_lines(rows, source, layout, height, in_step=in_step).sink_parquet(
            target, row_group_size=GROUP, statistics=False
        )
    finally:
        first.unlink(missing_ok=True)
    delimited.refuse_nameless_columns(source, layout)
    _refuse_long_cells(path, pl.scan_parquet(target), names)
    return source, layout


def _sink(
    source: delimited.Source, layout: delimited.Layout, naming: Naming, names: list[str], target: Path
) -> None:
    picked = [
        pl.col(f"c{position}").alias(name) for position, name in zip(naming.positions, names, strict=True)
    ]
    try:
        delimited.scan_rows(source, layout, {}).select(
            *picked, pl.all_horizontal(pl.all().is_null()).alias(_BLANK)
        ).with_row_index(_ROW).sink_parquet(target, row_group_size=GROUP, statistics=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise delimited.explain_rows(source, layout) from error


def _number_lines(
    rows: pl.LazyFrame, source: delimited.Source, layout: delimited.Layout, height: int, *, in_step: bool
) -> pl.LazyFrame:
    """Drop the blank rows; say of each of the others on which line of the file it begins."""
    kept = rows.filter(~pl.col(_BLANK)).drop(_BLANK)
    if in_step:
        return kept.with_columns((pl.col(_ROW).cast(pl.Int64) + layout.skip + 1).alias(LINE)).drop(_ROW)
    begins = delimited.find_record_lines(source, layout, np.arange(height))
    lines = pl.LazyFrame({_ROW: pl.Series(np.arange(height), dtype=pl.UInt32), LINE: begins})
    return kept.join(lines, on=_ROW, how="left", maintain_order="left").drop(_ROW)


def _refuse_long_cells(path: str, rows: pl.LazyFrame, names: list[str]) -> None:
    length = pl.max_horizontal(pl.col(names).str.len_chars())
    longest = rows.select(length.max()).collect().item()
    if (longest or 0) > LONGEST_CELL:
        line = rows.filter(length == longest).select(LINE).head(1).collect().item()
        raise FileFault(path, cell_too_long(longest), line=line)
