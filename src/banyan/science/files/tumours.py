"""Files of tumours for prevalence: diagnosis, last contact, and what else is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.files.dates import parse_dates
from banyan.science.files.faults import Reason
from banyan.science.files.reading import read_table
from banyan.science.files.strata import read_stratum
from banyan.science.files.table import NO_NAMES, Table
from banyan.science.files.values import OLDEST, parse_decimal, parse_flag

OWN = ("person", "age", "age_days", "birth_date", "diagnosis_date", "exit_date", "time_days", "dead")


@dataclass(frozen=True)
class Tumours:
    """Tumours as prevalence needs them.

    Attributes
    ----------
    frame : polars.DataFrame
        The strata; `diagnosis_date` (Date); `exit_date` (Date) or `time_days` (Float64); `dead` (Boolean); where they are
        asked for `person` (text) and `birth_date` (Date) or `age_days` (Float64) at diagnosis. One row a tumour, in the file's
        order; dates and ages may be empty.
    table : Table
        The file.
    """

    frame: pl.DataFrame
    table: Table


def read_tumours(
    path: str | Path,
    *,
    by: Sequence[str] = (),
    rename: Mapping[str, str] = NO_NAMES,
    person: bool = False,
    aged: bool = False,
    days_per_year: float = 365.25,
) -> Tumours:
    """Read tumours with their last contact.

    Parameters
    ----------
    path : str or Path
        Table with `diagnosis_date`, `time_days` or `exit_date` (the first of these that the file has), `dead` 0/1; with `person` a column of that name, with `aged`
        `age_days`, `birth_date` or `age` (years), the first of these that the file has; other columns are strata.
    by : sequence of str
        Strata to keep.
    rename : mapping
        Our name -> the file's.

    Raises
    ------
    FileFault
        With line and column of the first cell that is refused. Empty dates and ages are not.
    """
    table = read_table(path, rename=rename, columns=[*by, *OWN])
    table.require("diagnosis_date", "dead")
    columns = {
        **{name: read_stratum(table, name) for name in by},
        "diagnosis_date": _read_days(table, "diagnosis_date"),
        **_read_exit(table),
        "dead": parse_flag(table.frame["dead"]).demand(table, "dead"),
    }
    if person:
        columns["person"] = read_stratum(table, "person")
    if aged:
        columns |= _read_age(table, days_per_year)
    return Tumours(pl.DataFrame(columns), table)


def _read_days(table: Table, column: str) -> pl.Series:
    parsed = parse_dates(table.frame[column])
    values = parsed.raise_fault(table, column)
    vague = (parsed.precision != "day").fill_null(value=False)
    if vague.any():
        reason = Reason(
            "the date has no day, and life is counted in days", "ngày không đủ, mà tính theo ngày"
        )
        raise table.fault(int(vague.arg_max() or 0), column, reason)
    return values


def _read_exit(table: Table) -> dict[str, pl.Series]:
    if table.has("time_days"):  # the same first as in files of patients
        return {"time_days": parse_decimal(table.frame["time_days"], least=0).raise_fault(table, "time_days")}
    if table.has("exit_date"):
        return {"exit_date": _read_days(table, "exit_date")}
    raise table.lack("exit_date")


def _read_age(table: Table, days_per_year: float) -> dict[str, pl.Series]:
    if table.has("age_days"):
        days = parse_decimal(table.frame["age_days"], least=0, most=OLDEST * 366)
        return {"age_days": days.raise_fault(table, "age_days")}
    if table.has("birth_date"):
        return {"birth_date": _read_days(table, "birth_date")}
    if table.has("age"):
        years = parse_decimal(table.frame["age"], least=0, most=OLDEST)
        return {"age_days": years.raise_fault(table, "age") * days_per_year}
    raise table.lack("age")
