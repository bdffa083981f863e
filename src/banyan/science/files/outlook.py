"""Cases by year beside person-years that go on into years to come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.files.cases import Cases, Derive, read_cases
from banyan.science.files.exposure import join_exposure
from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.notes import note_left_out
from banyan.science.files.population import Population, read_population
from banyan.science.files.requests import refuse_unused_maps
from banyan.science.files.table import NO_NAMES

Years = tuple[int, int]


@dataclass(frozen=True)
class Outlook:
    """Cells by single years, observed and to come.

    Attributes
    ----------
    cells : polars.DataFrame
        The strata, `year`, `age_group`, `cases` (null in the years to come), `person_years`. Cases of unknown age
        are left out.
    observed : (int, int)
        First and last observed year.
    notes : tuple of Reason
        What a reader of the figures must know.
    cases, population
        Where they came from.
    """

    cells: pl.DataFrame
    observed: Years
    notes: tuple[Reason, ...]
    cases: Cases
    population: Population


def read_outlook(
    cases: str | Path,
    population: str | Path,
    *,
    by: Sequence[str] = (),
    rename: Mapping[str, str] = NO_NAMES,
    unknown: Collection[str] = (),
    derive: Mapping[str, Derive] | None = None,
    years: Years | None = None,
) -> Outlook:
    """Read a case file and a population file by year.

    Parameters
    ----------
    cases, population : str or Path
        Both with a year; the population may go on after the last case.
    by, rename, unknown, derive
        As in `read_exposure`.
    years : (int, int), optional
        First and last observed year; by default those of the first and the last case. What was counted after the
        last one, in a year that is not yet whole, is left out.

    Raises
    ------
    FileFault
        A file without a year; a year, an age group or a stratum with cases and no person-years.
    """
    if "year" in by:
        reason = Reason(
            "‘year’ cannot be a stratum of a projection", "‘year’ không thể là tầng của một dự báo"
        )
        raise FileFault("--by", reason)
    people = read_population(population, by=by, rename=rename, unknown=unknown)
    if "year" not in people.cells.columns:
        raise people.table.lack("year")
    strata = (*by, "year")
    counted = read_cases(cases, by=strata, rename=rename, unknown=unknown, derive=derive, with_year=True)
    refuse_unused_maps(rename, counted.table, people.table)
    observed = years or _find_years(counted)
    last = max(observed[1], int(people.cells["year"].max()))  # type: ignore[arg-type]
    exposed = join_exposure(counted, people, by=strata, years=(observed[0], last))
    cells, notes = _empty_years_to_come(exposed.cells, observed[1])
    return Outlook(cells, observed, (*exposed.notes, *notes), counted, people)


def _find_years(cases: Cases) -> Years:
    there = cases.years
    if not there:
        raise cases.table.fault(None, None, Reason("there is no case", "không có ca bệnh nào"))
    return there[0], there[-1]


def _empty_years_to_come(cells: pl.DataFrame, last: int) -> tuple[pl.DataFrame, list[Reason]]:
    """Leave out, with a note, what has no age or came after the last observed year."""
    aged = pl.col("age_group").is_not_null()
    known = cells.filter(aged)
    late = known.filter(pl.col("year") > last)
    notes = [
        *note_left_out(cells.filter(~aged), "of unknown age", "không rõ tuổi"),
        *note_left_out(late, f"after {last}, the last observed year", f"sau {last}, năm quan sát cuối cùng"),
    ]
    counted = pl.when(pl.col("year") <= last).then(pl.col("cases").cast(pl.Float64))
    return known.with_columns(cases=counted), notes
