"""Faults of a published file, at the row where the file has them."""

from collections.abc import Sequence

import polars as pl

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, find_first, refuse
from banyan.science.burden.lifetable.table import name_cell

MISSING = ("", ".", "NA", "...")


class PlacedFault(Exception):
    """A fault of some rows, with the line of each of them."""

    def __init__(self, fault: BurdenError, lines: pl.Series) -> None:
        super().__init__()
        self.fault, self.lines = fault, lines


def check(rows: pl.DataFrame, column: str, condition: pl.Expr, reason: str, reason_vi: str) -> None:
    try:
        refuse(rows, column, condition, reason, reason_vi)
    except BurdenError as fault:
        raise PlacedFault(fault, rows["line"]) from None


def read_numbers(rows: pl.DataFrame, column: str, *, nullable: bool = False) -> pl.DataFrame:
    text = pl.col(column).str.strip_chars()
    empty = rows.with_columns(pl.when(~text.is_in(MISSING)).then(text).alias(column))
    try:
        return as_numbers(empty, column, nullable=nullable)
    except BurdenError as fault:
        raise PlacedFault(fault, rows["line"]) from None


def refuse_twice(rows: pl.DataFrame, keys: Sequence[str], said: Sequence[str]) -> None:
    row = find_first(rows, ~pl.struct(keys).is_first_distinct())
    if row is not None:
        cell, cell_vi = name_cell({name: rows[name][row] for name in said})
        fault = BurdenError(f"{cell} is there twice.", f"{cell_vi} xuất hiện hai lần.", column="age", row=row)
        raise PlacedFault(fault, rows["line"])
