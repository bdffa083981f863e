"""`banyan prevalence`: how many people are alive on a day with a cancer of the last years."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from banyan.config.figures.options import By, Form, Level, Maps, Output, Speech
from banyan.config.figures.speaking import say_notes, show, speaking

if TYPE_CHECKING:
    import polars as pl

    from banyan.science.burden import Prevalence
    from banyan.science.files import Reason, Tumours

TumourFile = Annotated[str, typer.Argument(metavar="TUMOURS", help="CSV, TSV (also .gz), XLSX, Parquet.")]
IndexDay = Annotated[str, typer.Option("--index", help="Who is alive at the end of this day is counted.")]
Years = Annotated[str, typer.Option(help="Years back to the diagnosis, with commas; all: all in the file.")]
PopulationFile = Annotated[
    str, typer.Option("--population", help="Person-years by age group; gives proportions.")
]
StandardName = Annotated[
    str, typer.Option(help="Of a proportion standardised by age: segi, who … or a file.")
]
TumourRule = Annotated[
    Literal["tumours", "first", "persons"],
    typer.Option(help="Every tumour, a person's first alone, or each person once in a stratum."),
]
LostRule = Annotated[
    Literal["conditional", "dead", "alive"],
    typer.Option(help="What becomes of those last seen before the day: conditional survival, or all as one."),
]
SurvivalBy = Annotated[
    str, typer.Option("--survival-by", help="Strata of the survival of the lost; those of --by unless given.")
]
RegisteredFrom = Annotated[str, typer.Option(help="First day of diagnosis that is registered.")]
Interval = Annotated[Literal["gamma", "log", "normal"], typer.Option(help="Method of the interval.")]
Completeness = Annotated[
    str, typer.Option(help="File: age_group, completeness. Gives complete prevalence of the last --years.")
]
DECIMALS = dict.fromkeys(("lost_alive", "prevalent", "std_err", "lower", "upper", "complete"), 1)
COUNTED = ("diagnosed", "died", "alive", "lost", "lost_alive", "prevalent", "std_err", "lower", "upper")
PROPORTIONS = ("people", "proportion", "proportion_lower", "proportion_upper")
STANDARDISED = ("asp", "asp_lower", "asp_upper")
PREVALENCE_EXAMPLE = """\b
Example:
  banyan prevalence docs/examples/patients.csv \\
    --index 2018-12-31 --years 1,3,5 --by sex
"""


def prevalence(
    *,
    tumours: TumourFile,
    index: IndexDay,
    years: Years = "1,3,5,10,all",
    by: By = "",
    population: PopulationFile = "",
    standard: StandardName = "",
    count: TumourRule = "tumours",
    lost: LostRule = "conditional",
    survival_by: SurvivalBy = "",
    registered_from: RegisteredFrom = "",
    completeness: Completeness = "",
    interval: Interval = "gamma",
    level: Level = 0.95,
    maps: Maps = None,
    form: Form = "table",
    output: Output = None,
    language: Speech = "en",
) -> None:
    """Prevalence: people alive on a day with a cancer of the last years, and per 100,000 of the population."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    with speaking(language), files.show_progress(f"{tumours} …") as progress:
        strata, names = requests.read_strata(by), requests.read_maps(maps or [])
        curves = requests.read_strata(survival_by)
        day = requests.read_day("--index", index)
        how: dict[str, Any] = {"lost": lost, "tumours": count, "interval": interval, "level": level}
        how |= {"years": requests.read_spans("--years", years), "survival_by": curves or None}
        if registered_from:
            how["registered_from"] = requests.read_day("--registered-from", registered_from)
        aged = bool(population or completeness)
        kept = dict.fromkeys([*strata, *curves])
        read = files.read_tumours(tumours, by=list(kept), rename=names, person=count != "tumours", aged=aged)
        progress.say(f"{tumours}: {read.frame.height:,} …")
        notes = _add_people(how, population, standard, strata, names, day, read) if population else []
        if not population:
            requests.refuse_unused_maps(names, read.table)
        found = _count(read, day, [*strata, *(["age_group"] if completeness else [])], how)
        table = found.table
        if completeness:
            table, more = _complete(table, completeness, strata, level)
            notes += more
        show(files.sort_strata(_choose(table, strata), strata), form, output, DECIMALS)
        say_notes([*notes, *note_prevalence(found)], language)


def _count(read: "Tumours", day: date, by: list[str], how: dict[str, Any]) -> "Prevalence":
    """Count; what is wrong with the tumours names its file and line."""
    from banyan.science.burden import BurdenError, limited_prevalence  # noqa: PLC0415 -- slow import

    with read.table.placing(BurdenError):
        return limited_prevalence(read.frame, day, by=by, **how)


def _add_people(  # noqa: PLR0917 -- private, called once
    how: dict[str, Any],
    population: str,
    standard: str,
    strata: tuple[str, ...],
    names: dict[str, str],
    day: date,
    read: "Tumours",
) -> list["Reason"]:
    """Put the people of the index date, and the standard, among the options; return what to note of them."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.burden import BurdenError, find_standard  # noqa: PLC0415 -- slow import
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    people = files.read_population(population, by=strata, rename=names)
    requests.refuse_unused_maps(names, read.table, people.table)
    how["population"], notes = _choose_year(people.cells, day, population)
    if standard:
        with people.table.placing(BurdenError):
            how["standard"] = find_standard(
                files.read_standard(standard) if Path(standard).suffix else standard
            )
    return notes


def _choose_year(cells: "pl.DataFrame", day: date, path: str) -> tuple["pl.DataFrame", list["Reason"]]:
    """Take the person-years of the year of the index date as the people of it."""
    import polars as pl  # noqa: PLC0415 -- slow import

    from banyan.science.files import FileFault, Reason  # noqa: PLC0415 -- slow import

    note = Reason(
        f"the person-years of {day.year} stand for the people of {day}",
        f"số người-năm của {day.year} được lấy làm số người vào ngày {day:%d/%m/%Y}",
    )
    if "year" in cells.columns:
        cells = cells.filter(pl.col("year") == day.year)
        if cells.is_empty():
            reason = Reason(f"there are no person-years of {day.year}", f"không có người-năm của {day.year}")
            raise FileFault(path, reason)
    return cells.rename({"person_years": "people"}), [note]


def _complete(
    table: "pl.DataFrame", path: str, strata: tuple[str, ...], level: float
) -> tuple["pl.DataFrame", list["Reason"]]:
    """Divide the prevalence of the most years by the completeness index of a file."""
    import polars as pl  # noqa: PLC0415 -- slow import

    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.burden import (  # noqa: PLC0415 -- slow import
        COMPLETENESS_ASSUMPTION,
        BurdenError,
        complete_prevalence,
    )
    from banyan.science.files.strata import read_stratum  # noqa: PLC0415 -- slow import

    index = files.read_table(path)
    index.require("age_group", "completeness")
    by = [name for name in strata if index.has(name)]
    columns = {
        **{name: read_stratum(index, name) for name in by},
        "age_group": files.parse_age_group(index.frame["age_group"]).demand(index, "age_group"),
        "completeness": files.parse_decimal(index.frame["completeness"]).demand(index, "completeness"),
    }
    most = table.filter(pl.col("years").fill_null(1000) == pl.col("years").fill_null(1000).max())
    with index.placing(BurdenError):
        found = complete_prevalence(most, pl.DataFrame(columns), by=list(strata), level=level)
    return found, [files.Reason(*COMPLETENESS_ASSUMPTION)]


def _choose(table: "pl.DataFrame", strata: tuple[str, ...]) -> "pl.DataFrame":
    """Choose the columns that there are; all registered years are written so."""
    import polars as pl  # noqa: PLC0415 -- slow import

    if "years" not in table.columns:
        return table
    there = [name for name in (*COUNTED, *PROPORTIONS, *STANDARDISED) if name in table.columns]
    years = pl.col("years").cast(pl.String).fill_null("all")
    return table.select(*strata, years, *there)


WHY = {
    "another tumour of the same person": (
        "another tumour stands for the same person",
        "đã tính người đó ở một u khác",
    ),
    "diagnosed after the index date": ("diagnosed after the day", "chẩn đoán sau ngày tính"),
    "no date of diagnosis": ("without a date of diagnosis", "không có ngày chẩn đoán"),
    "no date of last contact": ("without a date of last contact", "không có ngày liên hệ cuối"),
}


def note_prevalence(found: "Prevalence") -> list["Reason"]:
    """Say which rows were left out and why, and how many of the lost stand on a curve that was held on."""
    from banyan.science.files import Reason  # noqa: PLC0415 -- slow import

    notes = [
        Reason(f"left out: {count} tumours, {WHY[why][0]}", f"không tính: {count} u, {WHY[why][1]}")
        for why, count in found.left_out.items()
    ]
    held = max(found.table["held"].to_list(), default=0)
    if held:
        notes.append(
            Reason(
                f"up to {held} of the lost stand on a survival that ends before the day, and is held on",
                f"tới {held} người mất dấu dựa vào đường sống thêm dừng trước ngày tính, được giữ nguyên giá trị cuối",
            )
        )
    return notes
