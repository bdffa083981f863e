"""Tables for the measures of quality: strata, and the columns that a measure reads."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.files.cases import CODES, DATES, Derive, UnreadableCode, code_year
from banyan.science.files.reading import read_table
from banyan.science.files.strata import read_stratum
from banyan.science.files.table import NO_NAMES, Table
from banyan.science.files.values import parse_age, parse_age_group, parse_decimal


@dataclass(frozen=True)
class Measured:
    """A table that is to be judged.

    Attributes
    ----------
    frame : polars.DataFrame
        The strata; those of the wanted columns that the file has, ages and counts as numbers, the others as they
        stand; `year` (Int64) where it is a stratum or wanted. One row a row of the file, in its order.
    table : Table
        The file.
    """

    frame: pl.DataFrame
    table: Table


def read_measured(
    path: str | Path,
    columns: Sequence[str],
    *,
    by: Sequence[str] = (),
    counts: str = "",
    rename: Mapping[str, str] = NO_NAMES,
    unknown: Collection[str] = (),
    derive: Mapping[str, Derive] | None = None,
) -> Measured:
    """Read strata and the named columns, as far as the file has them.

    Parameters
    ----------
    path : str or Path
    columns : sequence of str
        What a measure reads; those that it cannot do without it names itself.
    by : sequence of str
        Strata. `year` may be a date in the file; one that the file does not have is derived by the function of that
        name in `derive`, and null where it belongs to none.
    counts : str
        The column that says how many each row stands for; 1 where the file does not have it.
    rename : mapping
        Our name -> the file's.
    unknown : collection of str
        Codes that mean an unknown age (999, 99).
    derive : mapping, optional
        As in `read_cases`.

    Raises
    ------
    FileFault
        With line and column of the first cell that is refused.
    """
    derive = derive or {}
    wanted = [*by, *columns, *([counts] if counts else []), "year", *DATES]
    if any(name in derive for name in by):
        wanted += ["sex", *CODES]
    table = read_table(path, rename=rename, columns=wanted)
    if not table.frame.width:  # no column is wanted, but how many rows there are
        table = read_table(path, rename=rename)
    values: dict[str, pl.Series] = {}
    for name in dict.fromkeys([*by, *columns]):
        if name == "year":
            coded = code_year(table)
            values[name] = coded.values.gather(coded.codes)
        elif name in by:
            values[name] = _read_stratum(table, name, derive)
        elif table.has(name):
            values[name] = _read_column(table, name, unknown)
    if counts:
        one = pl.select(pl.repeat(1.0, table.frame.height)).to_series()
        held = table.has(counts)
        values[counts] = parse_decimal(table.frame[counts], least=0).demand(table, counts) if held else one
    return Measured(pl.DataFrame(values), table)


def _read_stratum(table: Table, name: str, derive: Mapping[str, Derive]) -> pl.Series:
    if table.has(name) or name not in derive:
        return read_stratum(table, name)
    codes = table.frame.select(each for each in ("sex", *CODES) if table.has(each)).cast(pl.String)
    if "icd10" not in codes.columns and not {"topography", "morphology"} <= set(codes.columns):
        raise table.lack(name)
    distinct = codes.unique(maintain_order=True)
    try:
        derived = distinct.with_columns(derive[name](distinct).alias("derived"))
    except UnreadableCode as error:
        value = distinct[error.column][error.place]
        row = int(codes[error.column].eq_missing(pl.Series([value])).arg_max() or 0)
        raise table.fault(row, error.column, error.reason) from error
    joined = codes.join(derived, on=codes.columns, how="left", nulls_equal=True, maintain_order="left")
    return joined["derived"]


def _read_column(table: Table, name: str, unknown: Collection[str]) -> pl.Series:
    readers: dict[str, Callable[..., object]] = {"age": parse_age, "age_group": parse_age_group}
    if name not in readers:
        return table.frame[name]
    parsed = readers[name](table.frame[name], unknown=unknown)
    return parsed.raise_fault(table, name)  # type: ignore[attr-defined]
