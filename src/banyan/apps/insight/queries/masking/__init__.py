"""Answers without the numbers that may not be told."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

HIDDEN = "suppressed"  # the column, or key, that says that a row's numbers are hidden


def blank(frame: pl.DataFrame, hidden: Iterable[bool], names: Iterable[str]) -> pl.DataFrame:
    """Empty the named columns of the rows that are hidden, and say in a column of its own which those are."""
    flags = pl.Series(HIDDEN, list(hidden), dtype=pl.Boolean)
    marked = frame.with_columns(flags)
    held = [name for name in names if name in frame.columns]
    return marked.with_columns(pl.when(~pl.col(HIDDEN)).then(pl.col(name)).alias(name) for name in held)


def blank_row(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {**row, **dict.fromkeys(names), HIDDEN: True}


def round_columns(frame: pl.DataFrame, digits: Mapping[str, int]) -> pl.DataFrame:
    """Round rates to what a page prints: more digits would say more of the counts behind them."""
    return frame.with_columns(
        pl.col(name).round(places) for name, places in digits.items() if name in frame.columns
    )
