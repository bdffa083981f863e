"""Patient files: from diagnosis to death or to the end of follow-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.files.dates import parse_dates
from banyan.science.files.faults import Reason
from banyan.science.files.reading import read_table
from banyan.science.files.strata import is_unknown_sex, read_stratum
from banyan.science.files.table import NO_NAMES, Table
from banyan.science.files.values import OLDEST, parse_decimal, parse_flag

OWN = ("sex", "age", "age_days", "birth_date", "diagnosis_date", "exit_date", "time_days", "dead")


@dataclass(frozen=True)
class Patients:
    """Patients as survival needs them.

    Attributes
    ----------
    frame : polars.DataFrame
        The strata; `sex` "1" or "2"; `age_days` at diagnosis (Float64); `diagnosis_date` (Date); `time_days`
        of follow-up (Float64, 0 allowed); `dead` (Boolean). One row a patient, in the file's order.
    table : Table
        The file.
    """

    frame: pl.DataFrame
    table: Table


def read_patients(
    path: str | Path,
    *,
    by: Sequence[str] = (),
    rename: Mapping[str, str] = NO_NAMES,
    days_per_year: float = 365.25,
) -> Patients:
    """Read patients with their age at diagnosis and their follow-up.

    Parameters
    ----------
    path : str or Path
        Table with `sex`; `age_days`, `birth_date` or `age` (years), the first of these that the file has;
        `diagnosis_date`; `time_days` or `exit_date`; `dead` 0/1; other columns are strata.
    by : sequence of str
        Strata to keep.
    rename : mapping
        Our name -> the file's.
    days_per_year : float
        Length of the year of an age given in years.

    Raises
    ------
    FileFault
        With line and column of the first cell that is refused; an empty cell is, except in a stratum.
    """
    table = read_table(path, rename=rename, columns=[*by, *OWN])
    table.require("sex", "diagnosis_date", "dead")
    diagnosis = _read_days(table, "diagnosis_date")
    strata = [read_stratum(table, name).alias(name) for name in by]
    frame = pl.DataFrame(
        {
            "sex": _read_sex(table),
            "age_days": _read_age(table, diagnosis, days_per_year),
            "diagnosis_date": diagnosis,
            "time_days": _read_time(table, diagnosis),
            "dead": parse_flag(table.frame["dead"]).demand(table, "dead"),
        }
    )
    return Patients(frame=frame.with_columns(strata), table=table)


def _refuse(table: Table, column: str, wrong: pl.Series, reason: Reason) -> None:
    if wrong.any():
        raise table.fault(int(wrong.arg_max() or 0), column, reason)


def _read_sex(table: Table) -> pl.Series:
    sex = read_stratum(table, "sex").alias("sex")
    reason = Reason(
        "the sex is unknown, and the life table needs it", "không rõ giới, mà bảng sống cần có giới"
    )
    _refuse(table, "sex", is_unknown_sex(sex.to_frame()), reason)
    return sex


def _read_days(table: Table, column: str) -> pl.Series:
    parsed = parse_dates(table.frame[column])
    values = parsed.demand(table, column)
    reason = Reason(
        "the date has no day, and survival is counted in days", "ngày không đủ, mà sống thêm tính theo ngày"
    )
    _refuse(table, column, parsed.precision != "day", reason)
    return values


def _read_age(table: Table, diagnosis: pl.Series, days_per_year: float) -> pl.Series:
    if table.has("age_days"):
        days = parse_decimal(table.frame["age_days"], least=0, most=OLDEST * 366)
        return days.demand(table, "age_days")
    if table.has("birth_date"):
        birth = _read_days(table, "birth_date")
        reason = Reason("the birth comes after the diagnosis", "ngày sinh sau ngày chẩn đoán")
        _refuse(table, "birth_date", birth > diagnosis, reason)
        return (diagnosis - birth).dt.total_days().cast(pl.Float64)
    if table.has("age"):
        years = parse_decimal(table.frame["age"], least=0, most=OLDEST)
        return years.demand(table, "age") * days_per_year
    raise table.lack("age")


def _read_time(table: Table, diagnosis: pl.Series) -> pl.Series:
    if table.has("time_days"):
        return parse_decimal(table.frame["time_days"], least=0).demand(table, "time_days")
    if table.has("exit_date"):
        leaving = _read_days(table, "exit_date")
        reason = Reason("the exit comes before the diagnosis", "ngày kết thúc theo dõi trước ngày chẩn đoán")
        _refuse(table, "exit_date", leaving < diagnosis, reason)
        return (leaving - diagnosis).dt.total_days().cast(pl.Float64)
    raise table.lack("exit_date")
