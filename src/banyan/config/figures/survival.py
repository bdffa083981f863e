"""`banyan survival`: net survival of patients, by any design, standardised by age where that is asked for."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from banyan.config.figures.options import By, Form, Level, Maps, Output, Speech
from banyan.config.figures.speaking import say_notes, show, speaking

if TYPE_CHECKING:
    import polars as pl

    from banyan.science.burden import LifeTable
    from banyan.science.files import Reason
    from banyan.science.files.lifetable import Mortality
    from banyan.science.files.patients import Patients

PatientFile = Annotated[str, typer.Argument(metavar="PATIENTS", help="CSV, TSV (also .gz), XLSX, Parquet.")]
TableFile = Annotated[str, typer.Option("--life-table", help="File: sex, year, age and hazard or q.")]
Method = Annotated[
    Literal["pohar-perme", "ederer2", "ederer1", "hakulinen"],
    typer.Option(help="Estimator; life tables of patients know the first two."),
]
At = Annotated[str, typer.Option(help="Years since diagnosis, with commas.")]
Convention = Annotated[
    Literal["exact", "relsurv", "life-table", "popepi"],
    typer.Option(help="relsurv, popepi: as those R packages; the last two count by interval."),
]
AddTimes = Annotated[bool, typer.Option(help="With relsurv: each --at ends an interval, as add.times does.")]
Breaks = Annotated[str, typer.Option(help="With a life table: ends of intervals; monthly unless given.")]
TableForm = Annotated[
    Literal["hazard", "lifetable"], typer.Option("--table-form", help="Of a life table of patients.")
]
Clock = Annotated[
    Literal["days", "calendar"], typer.Option(help="With popepi: calendar as its get.yrs counts years.")
]
SurvivalInterval = Annotated[
    Literal["log", "log-log", "plain", "logit", "arcsin"], typer.Option(help="Method of the interval.")
]
DaysPerYear = Annotated[float, typer.Option(min=365, max=366, help="Length of a year in days.")]
DesignName = Annotated[
    Literal["complete", "cohort", "period", "hybrid"], typer.Option(help="Which follow-up counts.")
]
Window = Annotated[str, typer.Option(help="Years of follow-up that count, as 2018-2022.")]
Diagnosed = Annotated[str, typer.Option(help="Years of diagnosis that count, as 2010-2017.")]
WholeFrom = Annotated[
    int | None, typer.Option(help="With hybrid: diagnosed from this year on, count from diagnosis.")
]
AgeStandard = Annotated[
    str, typer.Option("--standard", help="icss1, icss2, icss3 or icss1-prostate: standardise by age.")
]
Weighting = Annotated[
    Literal["traditional", "brenner"],
    typer.Option(help="Mean of the age groups' curves, or weights of patients."),
]
OnMissing = Annotated[
    Literal["refuse", "merge", "stop"], typer.Option(help="What becomes of an age group without a curve.")
]
COLUMNS = ("years", "survival", "std_err", "lower", "upper", "at_risk", "events")
STANDARDISED = ("years", "survival", "std_err", "lower", "upper", "groups", "merged")
DECIMALS = dict.fromkeys(COLUMNS, 4)
SURVIVAL_EXAMPLE = """\b
Example:
  banyan survival docs/examples/patients.csv \\
    --life-table docs/examples/lifetable.csv --at 1,3,5 --by stage
"""


def survival(
    *,
    patients: PatientFile,
    life_table: TableFile,
    method: Method = "pohar-perme",
    at: At = "1,3,5,10",
    by: By = "",
    convention: Convention = "exact",
    add_times: AddTimes = True,
    breaks: Breaks = "",
    table_form: TableForm = "hazard",
    clock: Clock = "days",
    design: DesignName = "complete",
    window: Window = "",
    diagnosed: Diagnosed = "",
    whole_from: WholeFrom = None,
    standard: AgeStandard = "",
    weighting: Weighting = "traditional",
    on_missing: OnMissing = "refuse",
    interval: SurvivalInterval = "log",
    level: Level = 0.95,
    days_per_year: DaysPerYear = 365.25,
    maps: Maps = None,
    form: Form = "table",
    output: Output = None,
    language: Speech = "en",
) -> None:
    """Net survival: what it would be if the cancer were the only cause of death."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    with speaking(language), files.show_progress(f"{patients} …") as progress:
        strata, times = requests.read_strata(by), requests.read_numbers("--at", at)
        names = requests.read_maps(maps or [])
        spans = _read_spans(window=window, diagnosed=diagnosed)
        followed = files.read_patients(patients, by=strata, rename=names, days_per_year=days_per_year)
        mortality = files.read_life_table(life_table, rename=names)
        requests.refuse_unused_maps(names, followed.table, mortality.table)
        progress.say(f"{patients}: {followed.frame.height:,} …")
        table = _make_table(mortality, days_per_year)
        how: dict[str, Any] = {"method": method, "at": times, "by": strata, "convention": convention}
        how |= {"add_times": add_times, "clock": clock, "form": table_form}
        how |= {"interval": interval, "level": level}
        how["breaks"] = requests.read_breaks("--breaks", breaks) if breaks else None
        aged = {"standard": standard, "weighting": weighting, "on_missing": on_missing} if standard else {}
        rows, notes = _choose(followed, design, whole_from, spans)
        figures = _estimate(followed, rows, table, how, aged)
        chosen = files.sort_strata(figures, [*strata, "years"])
        show(chosen.select(*strata, *(STANDARDISED if standard else COLUMNS)), form, output, DECIMALS)
        say_notes([*notes, *files.note_survival(figures)], language)


def _make_table(mortality: "Mortality", days_per_year: float) -> "LifeTable":
    from banyan.science.burden import BurdenError, LifeTable  # noqa: PLC0415 -- slow import

    with mortality.table.placing(BurdenError):
        return LifeTable.from_frame(mortality.frame, days_per_year)


def _read_spans(**texts: str) -> dict[str, tuple[date, date] | None]:
    """Read 2018-2022 as all days of these years; a window begins after 31 December 2017."""
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    spans: dict[str, tuple[date, date] | None] = {}
    for name, text in texts.items():
        first, last = requests.read_span(f"--{name}", text) if text else (0, 0)
        begin = date(first - 1, 12, 31) if name == "window" and text else date(first or 1, 1, 1)
        spans[name] = (begin, date(last, 12, 31)) if text else None
    return spans


Rows = tuple["pl.DataFrame", Any]


def _choose(
    followed: "Patients", design: str, whole_from: int | None, spans: dict[str, Any]
) -> tuple[Rows, list["Reason"]]:
    """Choose the follow-up that counts; with no design asked for, all of it."""
    from banyan.science.burden import BurdenError, design_patients  # noqa: PLC0415 -- slow import
    from banyan.science.files import note_design  # noqa: PLC0415 -- slow import

    if design == "complete" and not any(spans.values()):
        return (followed.frame, None), []
    with followed.table.placing(BurdenError):
        chosen = design_patients(
            followed.frame,
            design=design,  # type: ignore[arg-type]
            whole_from=date(whole_from, 1, 1) if whole_from else None,
            **spans,
        )
    return (chosen.patients, chosen.rows), note_design(chosen.left_out, chosen.censored, chosen.begins)


def _estimate(
    followed: "Patients", rows: Rows, table: "LifeTable", how: dict[str, Any], aged: dict[str, Any]
) -> "pl.DataFrame":
    """Estimate; what is wrong with the patients names their line in the file, whichever the design has kept."""
    from banyan.science.burden import (  # noqa: PLC0415 -- slow import
        BurdenError,
        net_survival,
        standardise_survival,
    )

    frame, kept = rows
    with followed.table.placing(BurdenError):
        try:
            if aged:
                return standardise_survival(frame, table, **how, **aged)
            if how["convention"] in {"life-table", "popepi"}:
                return _tabulate(frame, table, how)
            left = {name: value for name, value in how.items() if name not in {"breaks", "clock", "form"}}
            return net_survival(frame, table, **left)
        except BurdenError as error:
            raise error.move(kept) from error


def _tabulate(frame: "pl.DataFrame", table: "LifeTable", how: dict[str, Any]) -> "pl.DataFrame":
    """Make the life table of patients, and keep the intervals that end at the times asked for."""
    import polars as pl  # noqa: PLC0415 -- slow import

    from banyan.science.burden import survival_table  # noqa: PLC0415 -- slow import
    from banyan.science.burden.survival.actuarial import find_breaks, keep_times  # noqa: PLC0415 -- slow import

    found = survival_table(
        frame,
        table,
        breaks=find_breaks(how["at"], how["breaks"]),
        convention="popepi" if how["convention"] == "popepi" else "exact",
        **{name: how[name] for name in ("method", "form", "by", "clock", "interval", "level")},
    )
    by = list(how["by"])
    deaths = pl.col("deaths").cum_sum()
    found = found.with_columns(events=deaths.over(by) if by else deaths).drop("from_years")
    return keep_times(found, how["at"])
