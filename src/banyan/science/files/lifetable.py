"""Life tables: the mortality of the general population by sex, calendar year and age."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.files.faults import Reason
from banyan.science.files.reading import read_table
from banyan.science.files.strata import is_unknown_sex, read_stratum
from banyan.science.files.table import NO_NAMES, Table
from banyan.science.files.values import parse_decimal, parse_year

_COLUMNS = ("sex", "year", "age", "hazard", "q")


@dataclass(frozen=True)
class Mortality:
    """A life table as read.

    Attributes
    ----------
    frame : polars.DataFrame
        `sex` "1" or "2", `year` (Int64) and `age` (Float64), the first of those for which the row holds, and one
        of `hazard` (per year) or `q` (probability of dying within the year); the rows of the file, in its order.
    table : Table
        The file.
    """

    frame: pl.DataFrame
    table: Table


def read_life_table(path: str | Path, *, rename: Mapping[str, str] = NO_NAMES) -> Mortality:
    """Read a life table: `sex`, `year`, `age` and one of `hazard` (per year) or `q` (per year).

    Raises
    ------
    FileFault
        With line and column of the first cell that is refused,.
    """
    table = read_table(path, rename=rename, columns=_COLUMNS)
    table.require("sex", "year", "age")
    measure = _choose_measure(table)
    sex = read_stratum(table, "sex").alias("sex")
    unknown = is_unknown_sex(sex.to_frame())
    if unknown.any():
        reason = Reason("a life table needs the sex", "bảng sống cần có giới")
        raise table.fault(int(unknown.arg_max() or 0), "sex", reason)
    values = parse_decimal(table.frame[measure], least=0, most=1 if measure == "q" else None)
    frame = pl.DataFrame(
        {
            "sex": sex,
            "year": parse_year(table.frame["year"]).demand(table, "year"),
            "age": parse_decimal(table.frame["age"], least=0, most=150).demand(table, "age"),
            measure: values.demand(table, measure),
        }
    )
    return Mortality(frame=frame, table=table)


def _choose_measure(table: Table) -> str:
    measures = [name for name in ("hazard", "q") if table.has(name)]
    if not measures:
        raise table.lack("hazard")
    if len(measures) == 1:
        return measures[0]
    named = [name for name in measures if name in table.renamed]
    if len(named) == 1:
        return named[0]
    reason = Reason(
        "there are both hazard and q; choose one with --map hazard=NAME or --map q=NAME",
        "có cả hazard và q; chọn một với --map hazard=TÊN hoặc --map q=TÊN",
    )
    raise table.fault(None, None, reason)
