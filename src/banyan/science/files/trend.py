"""Rates by year: the tables that trends are fitted to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.files.reading import read_table
from banyan.science.files.strata import read_stratum
from banyan.science.files.table import NO_NAMES, Table
from banyan.science.files.values import parse_decimal, parse_year

RATES = ("rate", "asr")
ERRORS = ("std_err", "se", "asr_se")


@dataclass(frozen=True)
class YearlyRates:
    """Rates by year as read.

    Attributes
    ----------
    frame : polars.DataFrame
        The strata, `year` (Int64), the rate and, where the file has them, its standard error and `cases` (Float64);
        the rows of the file, in its order.
    table : Table
        The file.
    rate, std_err : str
        The columns that hold them; `std_err` is empty where none does.
    """

    frame: pl.DataFrame
    table: Table
    rate: str
    std_err: str


def read_yearly_rates(
    path: str | Path, *, by: Sequence[str] = (), rename: Mapping[str, str] = NO_NAMES
) -> YearlyRates:
    """Read `year`, `rate` (or `asr`), and where they are there `std_err` (or `se`, `asr_se`) and `cases`.

    Raises
    ------
    FileFault
        With line and column of the first cell that is refused.
    """
    table = read_table(path, rename=rename)
    rate = _find(table, RATES) or "rate"
    table.require("year", rate)
    std_err = _find(table, ERRORS)
    values = {
        **{name: read_stratum(table, name) for name in by},
        "year": parse_year(table.frame["year"]).demand(table, "year"),
        rate: parse_decimal(table.frame[rate], least=0).demand(table, rate),
    }
    for name in (std_err, "cases"):
        if name and table.has(name):
            values[name] = parse_decimal(table.frame[name], least=0).raise_fault(table, name)
    return YearlyRates(pl.DataFrame(values), table, rate, std_err)


def _find(table: Table, names: Sequence[str]) -> str:
    return next((name for name in names if table.has(name)), "")
