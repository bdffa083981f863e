"""Case files: counted by strata, year and five-year age group."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from banyan.science.files.counting import Coded, code_column, count_cells, read_coded
from banyan.science.files.dates import parse_dates
from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.population import OLDEST_BAND
from banyan.science.files.reading import read_table
from banyan.science.files.strata import read_stratum
from banyan.science.files.table import NO_NAMES, Table
from banyan.science.files.values import parse_age, parse_age_group, parse_decimal, parse_year

DATES = ("date", "incidence_date", "diagnosis_date")
CODES = ("icd10", "topography", "morphology", "behaviour", "edition")
_ICD10 = r"^[A-Z][0-9]{2}(?:\.?[0-9X]{1,2})?[+*]?$"
Derive = Callable[[pl.DataFrame], pl.Series]


@dataclass(frozen=True)
class Cases:
    """Cases counted in cells.

    Attributes
    ----------
    cells : polars.DataFrame
        The strata asked for, `year` (Int64) where it was read, `age_group` (Int64, null = unknown age, at most
        85), `cases`.
    table : Table
        The file, with the columns that were needed.
    """

    cells: pl.DataFrame
    table: Table

    @property
    def total(self) -> float:
        return float(self.cells["cases"].sum())

    @property
    def unknown_ages(self) -> float:
        return float(self.cells.filter(pl.col("age_group").is_null())["cases"].sum())

    @property
    def years(self) -> list[int]:
        return sorted(self.cells["year"].unique().to_list()) if "year" in self.cells.columns else []

    def find_row(self, cell: Mapping[str, object]) -> int | None:
        """Return the first row of the file whose strata and year are those of a cell."""
        found = np.ones(self.table.frame.height, dtype=bool)
        for name, value in cell.items():
            if name == "year" or self.table.has(name):
                coded = code_year(self.table) if name == "year" else _code_stratum(self.table, name)
                held = coded.values.cast(pl.String).eq_missing(pl.Series([value]).cast(pl.String))
                found &= held.to_numpy()[coded.codes]
        return int(found.argmax()) if found.any() else None


def read_cases(
    path: str | Path,
    *,
    by: Sequence[str] = (),
    rename: Mapping[str, str] = NO_NAMES,
    unknown: Collection[str] = (),
    derive: Mapping[str, Derive] | None = None,
    with_year: bool = False,
) -> Cases:
    """Read a case file and count its cases by strata, year and age group.

    Parameters
    ----------
    path : str or Path
        Table with `age` (years) or `age_group` (lower bound); empty = unknown. `cases` where rows stand for
        several cases; `year` or one of `date`, `incidence_date`, `diagnosis_date`; other columns are strata.
    by : sequence of str
        Strata. One that the file does not have is derived by the function of that name in `derive`.
    rename : mapping
        Our name -> the file's.
    unknown : collection of str
        Codes that mean an unknown age (999, 99).
    derive : mapping, optional
        Stratum -> function from the distinct codes of the file (columns among `CODES` and `sex`, as text) to the
        stratum's values; null leaves the cases out.
    with_year : bool
        Whether the year of each case is wanted, where the file has it, although it is no stratum.

    Raises
    ------
    FileFault
        With line and column of the first cell that is refused.
    """
    derive = derive or {}
    wanted = [*by, "age", "age_group", "cases", "year", *DATES]
    if derive:
        wanted += ["sex", *CODES]
    table = read_table(path, rename=rename, columns=wanted, compact=True)
    derived = [name for name in by if not table.has(name) and name in derive and name != "year"]
    columns = {name: _code_stratum(table, name) for name in by if name not in derived and name != "year"}
    with_year = with_year and has_year(table)
    if with_year or "year" in by:
        columns["year"] = code_year(table)
    columns["age_group"] = _code_band(table, unknown)
    raw = _list_codes(table) if derived else []
    codes = {f"raw {name}": code_column(table.frame[name]) for name in raw}
    cells = count_cells(columns | codes, _read_weights(table), table.frame.height)
    for name in derived:
        cells = cells.with_columns(_derive(table, cells, raw, derive[name]).alias(name))
    keys = [*by, *(["year"] if with_year and "year" not in by else []), "age_group"]
    return Cases(cells=cells.group_by(keys, maintain_order=True).agg(pl.col("cases").sum()), table=table)


def _code_stratum(table: Table, name: str) -> Coded:
    return read_coded(table, name, lambda values: read_stratum(values, name))


def code_year(table: Table) -> Coded:
    """Return the year of every case, from `year` or a date; an empty one is a fault."""
    column = next((name for name in ("year", *DATES) if table.has(name)), None)
    if column is None:
        raise table.lack("year")
    return read_coded(table, column, lambda values: _read_year(values, column))


def _read_year(table: Table, column: str) -> pl.Series:
    series = table.frame[column]
    if column == "year":
        years = parse_year(series).raise_fault(table, column)
    else:
        years = parse_dates(series).raise_fault(table, column).dt.year().cast(pl.Int64)
    if years.has_nulls():
        reason = Reason("the year is empty, and a rate needs it", "năm trống, tính tỷ suất cần có năm")
        raise table.fault(int(years.is_null().arg_max() or 0), column, reason)
    return years


def has_year(table: Table) -> bool:
    return any(table.has(name) for name in ("year", *DATES))


def _code_band(table: Table, unknown: Collection[str]) -> Coded:
    """Return the age group of every case, null = unknown; a group named by --map comes before ages."""
    if table.has("age_group") and ("age_group" in table.renamed or not table.has("age")):
        return read_coded(table, "age_group", lambda values: _read_groups(values, unknown))
    if table.has("age"):
        return read_coded(table, "age", lambda values: _read_ages(values, unknown))
    raise table.lack("age")


def _read_groups(table: Table, unknown: Collection[str]) -> pl.Series:
    groups = parse_age_group(table.frame["age_group"], unknown=unknown).raise_fault(table, "age_group")
    return groups.clip(upper_bound=OLDEST_BAND)


def _read_ages(table: Table, unknown: Collection[str]) -> pl.Series:
    ages = parse_age(table.frame["age"], unknown=unknown).raise_fault(table, "age")
    return (ages // 5 * 5).cast(pl.Int64).clip(upper_bound=OLDEST_BAND)


def _read_weights(table: Table) -> pl.Series | None:
    if not table.has("cases"):
        return None
    return parse_decimal(table.frame["cases"], least=0).demand(table, "cases")


def _list_codes(table: Table) -> list[str]:
    """Return the columns that site follows from: ICD-10 where the file has it, else topography and the rest."""
    if table.has("icd10"):
        return ["icd10"]
    if table.has("topography") and table.has("morphology"):
        return [name for name in ("sex", *CODES) if table.has(name)]
    there = ", ".join(table.headers.values())
    raise FileFault(
        table.path,
        Reason(
            f"a site needs a column site, icd10, or topography and morphology; the columns read are: {there}",
            f"vị trí cần cột site, icd10, hoặc topography và morphology; các cột đọc được: {there}",
        ),
    )


def _derive(table: Table, cells: pl.DataFrame, raw: Sequence[str], derive: Derive) -> pl.Series:
    """Derive a stratum for each distinct combination of codes; what cannot be read is a fault with its line."""
    keys = [f"raw {name}" for name in raw]
    distinct = cells.select(keys).unique(maintain_order=True)
    codes = distinct.rename(dict(zip(keys, raw, strict=True))).cast(pl.String)
    try:
        values = derive(codes)
    except UnreadableCode as error:
        raise _place_code(table, codes, error) from error
    spread = distinct.with_columns(values.alias("value"))
    joined = cells.select(keys).join(spread, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined["value"]


class UnreadableCode(ValueError):
    """A code that `Derive` cannot read: its place among the distinct codes, its column, the reason."""

    def __init__(self, place: int, column: str, reason: Reason) -> None:
        super().__init__(reason.en)
        self.place = place
        self.column = column
        self.reason = reason


def _place_code(table: Table, codes: pl.DataFrame, error: UnreadableCode) -> FileFault:
    value = codes[error.column][error.place]
    cells = table.frame[error.column].cast(pl.String)
    row = cells.is_null().arg_max() if value is None else (cells == value).arg_max()
    return table.fault(int(row or 0), error.column, error.reason)


def read_icd10(codes: pl.Series) -> pl.Series:
    """Return ICD-10 codes in capitals without outer space, empty as null; a comma stands for the point.

    Raises
    ------
    UnreadableCode
        For the first one that has not the form of a code: a letter, two digits, and up to two more.
    """
    plain = codes.cast(pl.String).str.strip_chars().str.to_uppercase().str.replace(",", ".", literal=True)
    plain = pl.select(pl.when(~plain.is_in(["", "NA"])).then(plain)).to_series().alias("icd10")
    wrong = ~plain.str.contains(_ICD10).fill_null(value=True)
    if wrong.any():
        place = int(wrong.arg_max() or 0)
        text = codes[place]
        raise UnreadableCode(
            place, "icd10", Reason(f"‘{text}’ is not an ICD-10 code", f"‘{text}’ không phải mã ICD-10")
        )
    return plain
