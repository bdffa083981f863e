"""Cases beside the person-years they came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.files.cases import Cases, Derive, read_cases
from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.notes import note_left_out
from banyan.science.files.population import Population, read_population
from banyan.science.files.requests import refuse_unused_maps
from banyan.science.files.strata import is_unknown_sex, name_stratum, same_kind
from banyan.science.files.table import NO_NAMES, Table

Years = tuple[int, int]


@dataclass(frozen=True)
class Exposed:
    """Cells ready for a rate.

    Attributes
    ----------
    cells : polars.DataFrame
        The strata, `age_group` (null = unknown age), `cases`, `person_years`.
    notes : tuple of Reason
        What a reader of the figures must know.
    cases, population
        Where they came from.
    """

    cells: pl.DataFrame
    notes: tuple[Reason, ...]
    cases: Cases
    population: Population


def read_exposure(
    cases: str | Path,
    population: str | Path,
    *,
    by: Sequence[str] = (),
    rename: Mapping[str, str] = NO_NAMES,
    unknown: Collection[str] = (),
    derive: Mapping[str, Derive] | None = None,
    years: Years | None = None,
    fold: bool = False,
) -> Exposed:
    """Read a case file and a population file and join them; see `read_cases`, `read_population`, `join_exposure`.

    A name of `rename` that neither file has is a fault.
    """
    people = read_population(population, by=by, rename=rename, unknown=unknown)
    with_year = "year" in people.cells.columns or years is not None
    counted = read_cases(cases, by=by, rename=rename, unknown=unknown, derive=derive, with_year=with_year)
    refuse_unused_maps(rename, counted.table, people.table)
    return join_exposure(counted, people, by=by, years=years, fold=fold)


def join_exposure(
    cases: Cases,
    population: Population,
    *,
    by: Sequence[str] = (),
    years: Years | None = None,
    fold: bool = False,
) -> Exposed:
    """Put person-years beside cases.

    They are joined on the strata that the population has. A stratum which only the cases have (a site, a stage)
    meets the same person-years each time. A stratum with person-years and no case stays, with 0 cases. Cases
    older than the population's open age group belong to it.

    Parameters
    ----------
    cases, population
        As read with the same `by`.
    by : sequence of str
        Strata of the result.
    years : (int, int), optional
        First and last year to count, both included; those of the cases by default.
    fold : bool
        Whether the oldest age groups will be folded: cases in age groups without person-years are then no fault.

    Raises
    ------
    FileFault
        Where cases have no person-years: the stratum is named.
    """
    if "sex" in by:
        population.table.require("sex")
    notes: list[Reason] = []
    counted = _leave_out_unknown(cases, by, notes)
    people = population.cells
    counted, people = _choose_years(cases, counted, population, by=by, years=years, notes=notes)
    notes += _note_population(population)
    shared = [name for name in by if name in people.columns]
    own = [name for name in by if name not in people.columns]
    people = people.group_by([*shared, "age_group"]).agg(pl.col("person_years").sum())
    counted = counted.with_columns(pl.col("age_group").clip(upper_bound=population.oldest))
    counted = counted.group_by([*by, "age_group"]).agg(pl.col("cases").sum())
    counted, people = same_kind(counted, people, shared)
    _refuse_unpopulated(
        cases, population, counted, people, [shared] if fold else [shared, [*shared, "age_group"]]
    )
    frame = _spread_people(counted, people, own)
    cells = frame.join(counted, on=[*by, "age_group"], how="full", nulls_equal=True, coalesce=True)
    cells = cells.with_columns(pl.col("cases").fill_null(0)).select(*by, "age_group", "cases", "person_years")
    return Exposed(cells=cells, notes=tuple(notes), cases=cases, population=population)


def _leave_out_unknown(cases: Cases, by: Sequence[str], notes: list[Reason]) -> pl.DataFrame:
    """Leave out, with a note, the cases that belong to no stratum of sex or of a derived code."""
    cells = cases.cells
    if "sex" in by:
        unknown = is_unknown_sex(cells)
        notes += note_left_out(cells.filter(unknown), "of unknown sex", "không rõ giới")
        cells = cells.filter(~unknown)
    for name in by:
        if not cases.table.has(name) and name in cells.columns and name != "year":
            without = cells[name].is_null()
            notes += note_left_out(
                cells.filter(without), f"whose codes belong to no {name}", f"có mã không thuộc {name} nào"
            )
            cells = cells.filter(~without)
    return cells


def _choose_years(
    cases: Cases,
    counted: pl.DataFrame,
    population: Population,
    *,
    by: Sequence[str],
    years: Years | None,
    notes: list[Reason],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    people = population.cells
    if years and "year" in counted.columns:
        inside = counted["year"].is_between(*years)
        notes += note_left_out(counted.filter(~inside), "of other years", "thuộc năm khác")
        counted = counted.filter(inside)
    if "year" not in people.columns:
        return _take_whole_period(population, counted, people, by, notes)
    if "year" not in counted.columns:
        if years:
            raise cases.table.lack("year")
        return _take_every_year(cases, counted, people, notes)
    there = sorted(counted["year"].unique().to_list())
    if not there and not years:
        return counted, people
    span = years or (there[0], there[-1])
    _refuse_missing_years(cases, population, there, span, stated=years is not None)
    return counted, people.filter(pl.col("year").is_between(*span))


def _take_whole_period(
    population: Population,
    counted: pl.DataFrame,
    people: pl.DataFrame,
    by: Sequence[str],
    notes: list[Reason],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    if "year" in by:
        raise population.table.lack("year")
    if "year" in counted.columns and counted["year"].n_unique() > 1:
        notes.append(
            Reason(
                "the population has no year: its person-years count once, for the whole period",
                "tệp dân số không có năm: số người-năm được tính một lần cho cả giai đoạn",
            )
        )
    return counted, people


def _take_every_year(
    cases: Cases, counted: pl.DataFrame, people: pl.DataFrame, notes: list[Reason]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    number = people["year"].n_unique()
    if number > 1:
        notes.append(
            Reason(
                f"{cases.table.path} has no year: the person-years of all {number} years are added up",
                f"{cases.table.path} không có năm: cộng số người-năm của cả {number} năm",
            )
        )
    return counted, people


def _refuse_missing_years(
    cases: Cases, population: Population, there: list[int], span: Years, *, stated: bool
) -> None:
    held = set(population.cells["year"].to_list())
    lacking = [year for year in (range(span[0], span[1] + 1) if stated else there) if year not in held]
    if not lacking:
        return
    reason = Reason(
        f"{population.table.path} has no person-years for {lacking[0]}",
        f"{population.table.path} không có người-năm của {lacking[0]}",
    )
    row = cases.find_row({"year": lacking[0]})
    raise _place(cases.table, row, "year", reason)


def _place(table: Table, row: int | None, column: str, reason: Reason) -> FileFault:
    return table.fault(row, column if table.has(column) else None, reason)


def _note_population(population: Population) -> list[Reason]:
    path, notes = population.table.path, []
    if population.ageless:
        count = population.ageless
        notes.append(
            Reason(
                f"left out: {count:.12g} person-years of unknown age in {path}",
                f"không tính: {count:.12g} người-năm không rõ tuổi trong {path}",
            )
        )
    if population.summed:
        names = ", ".join(population.table.headers.get(name, name) for name in population.summed)
        notes.append(
            Reason(
                f"person-years of {path} are added up over: {names}",
                f"số người-năm của {path} được cộng qua các cột: {names}",
            )
        )
    return notes


def _refuse_unpopulated(
    cases: Cases,
    population: Population,
    counted: pl.DataFrame,
    people: pl.DataFrame,
    levels: Sequence[list[str]],
) -> None:
    """Name the first stratum, then the first age group, that has cases and no person-years."""
    known = counted.filter(pl.col("cases") > 0, pl.col("age_group").is_not_null())
    here = people.filter(pl.col("person_years") > 0)
    for keys in levels:
        if not keys:
            continue
        homeless = known.join(here, on=keys, how="anti", nulls_equal=True)
        if not homeless.is_empty():
            cell = homeless.select(keys).sort(keys).row(0, named=True)
            name = name_stratum(cell, keys)
            row = cases.find_row({key: value for key, value in cell.items() if key != "age_group"})
            reason = Reason(
                f"there are cases but {population.table.path} has no person-years for {name}",
                f"có ca bệnh nhưng {population.table.path} không có người-năm của {name}",
            )
            raise _place(cases.table, row, keys[-1], reason)


def _spread_people(counted: pl.DataFrame, people: pl.DataFrame, own: Sequence[str]) -> pl.DataFrame:
    """Give every stratum that only the cases have the person-years of the population's strata."""
    if not own:
        return people
    return counted.select(own).unique().join(people, how="cross")
