"""`banyan project`: cases and rates of the years to come, with the limits between which they should lie."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from banyan.config.figures.options import (
    By,
    Form,
    Level,
    Maps,
    Output,
    Seed,
    Speech,
    StandardName,
    UnknownCodes,
)
from banyan.config.figures.sites import Groups, derive_site
from banyan.config.figures.speaking import say_notes, show, speaking

if TYPE_CHECKING:
    import polars as pl

    from banyan.science.burden import Projection
    from banyan.science.files import Outlook, Reason

CaseFile = Annotated[
    str, typer.Argument(metavar="CASES", help="Cases with their year: CSV, TSV, XLSX or Parquet.")
]
PopulationFile = Annotated[
    str, typer.Option("--population", help="Person-years by year, the years to come too.")
]
MethodName = Annotated[Literal["nordpred", "apc", "eapc"], typer.Option(help="How the trend is carried on.")]
LinkName = Annotated[Literal["power5", "log"], typer.Option(help="Of nordpred: fifth root or logarithm.")]
Width = Annotated[int, typer.Option(min=1, max=10, help="Years in a period; nordpred needs 5.")]
Periods = Annotated[
    str, typer.Option(help="How many of the last periods are fitted, as 5, or as 4-6: nordpred then chooses.")
]
FirstAge = Annotated[int, typer.Option(min=0, max=80, help="The youngest age group that is fitted.")]
ModelAge = Annotated[int, typer.Option(min=0, max=80, help="The youngest that the model projects.")]
Cut = Annotated[str, typer.Option(help="Cut off the trend, for each five years to come.")]
Trend = Annotated[
    Literal["auto", "recent", "average"], typer.Option(help="Of nordpred: which slope goes on.")
]
Spread = Annotated[
    Literal["estimated", "poisson"], typer.Option("--dispersion", help="Of the counts to come.")
]
TrendError = Annotated[
    str, typer.Option(help="Slope a year that the model does not know of (0.01 = 1%), or measured.")
]
Draws = Annotated[int, typer.Option(min=100, help="Simulated futures behind the limits.")]
Observed = Annotated[str, typer.Option("--years", help="Observed years, as 1990-2019; those of the cases.")]
HeldOut = Annotated[int, typer.Option(min=1, help="Of --part check: how many periods to stand back.")]
Part = Annotated[
    Literal["totals", "ages", "change", "check", "coefficients"],
    typer.Option(help="What is given of each projection."),
]
DECIMALS = {
    **dict.fromkeys(("cases", "lower", "upper", "observed", "projected", "person_years"), 0),
    **dict.fromkeys(("change", "risk", "size", "structure"), 0),
    **dict.fromkeys(("coefficient", "std_err"), 5),
}
TOTALS = ("cases", "lower", "upper", "person_years", "crude_rate", "asr", "asr_lower", "asr_upper")
AGES = ("cases", "lower", "upper", "person_years", "rate", "rate_lower", "rate_upper")
PROJECT_EXAMPLE = """\b
Example:
  banyan project docs/examples/counts.csv \\
    --population docs/examples/outlook.csv --by sex
"""


class Wanted(NamedTuple):
    """What is to be given: the part, years in a period, and for a check how many periods are held out."""

    part: str
    width: int
    held_out: int


def project(
    *,
    cases: CaseFile,
    population: PopulationFile,
    by: By = "",
    method: MethodName = "nordpred",
    link: LinkName = "power5",
    width: Width = 5,
    periods: Periods = "",
    first_age: FirstAge = 20,
    model_age: ModelAge = 25,
    cut: Cut = "0,0.25,0.5,0.75,0.75",
    trend: Trend = "auto",
    standard: StandardName = "segi",
    dispersion: Spread = "estimated",
    trend_error: TrendError = "0",
    draws: Draws = 2000,
    seed: Seed = 1,
    level: Level = 0.95,
    years: Observed = "",
    held_out: HeldOut = 1,
    part: Part = "totals",
    unknown_code: UnknownCodes = None,
    groups: Groups = "globocan",
    maps: Maps = None,
    form: Form = "table",
    output: Output = None,
    language: Speech = "en",
) -> None:
    """Project cases and rates to the years whose population is known, with prediction intervals."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    with speaking(language), files.show_progress(f"{cases} …") as progress:
        strata = requests.read_strata(by)
        how: dict[str, Any] = {"method": method, "link": link, "first_age": first_age, "model_age": model_age}
        how |= {"dispersion": dispersion, "standard": standard, "draws": draws, "seed": seed, "level": level}
        how |= _read_words(cut=cut, trend=trend, periods=periods, trend_error=trend_error)
        reading: dict[str, Any] = {"rename": requests.read_maps(maps or []), "unknown": unknown_code or ()}
        reading["derive"] = {"site": lambda codes: derive_site(codes, groups)}
        reading["years"] = requests.read_span("--years", years) if years else None
        read = files.read_outlook(cases, population, by=strata, **reading)
        progress.say(f"{cases}: {read.cases.total:,.0f} …")
        figures, notes = _project_strata(read, strata, Wanted(part, width, held_out), how)
        show(_name_periods(files.sort_strata(figures, strata), width), form, output, DECIMALS)
        say_notes([*read.notes, *notes], language)


def _read_words(*, cut: str, trend: str, periods: str, trend_error: str) -> dict[str, Any]:
    """Read the options that are words or lists."""
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    return {
        "cut": requests.read_shares("--cut", cut),
        "recent": {"auto": None, "recent": True, "average": False}[trend],
        "periods": _read_periods(periods),
        "trend_error": requests.read_share("--trend-error", trend_error, "measured"),
    }


def _read_periods(text: str) -> int | range | None:
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    if not text:
        return None
    first, last = requests.read_span("--periods", text)
    return first if first == last else range(first, last + 1)


def _project_strata(
    read: "Outlook", strata: tuple[str, ...], wanted: Wanted, how: dict[str, Any]
) -> tuple["pl.DataFrame", list["Reason"]]:
    """Project each stratum by itself; return the part asked for, and a note on each."""
    import polars as pl  # noqa: PLC0415 -- slow import

    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.burden import find_standard  # noqa: PLC0415 -- slow import

    name = how["standard"]
    with _saying(read, ""):
        how["standard"] = find_standard(files.read_standard(name) if Path(name).suffix else name)
    # in the order of the strata, so that the notes have one too
    ordered = files.sort_strata(read.cells, strata)
    groups = ordered.partition_by(*strata, as_dict=True, maintain_order=True) if strata else {(): ordered}
    tables, notes, faults = [], [], []
    for values, cells in groups.items():
        label = files.name_stratum(dict(zip(strata, values, strict=True)), strata)
        try:
            with _saying(read, label):
                table, note = _make_part(cells.drop(strata), wanted, how)
        except files.FileFault as fault:
            faults.append(fault)
            notes.append(files.Reason(f"left out: {fault.reasons.en}", f"không tính: {fault.reasons.vi}"))
            continue
        tables.append(cells.select(strata).head(1).join(table, how="cross") if strata else table)
        notes += [files.Reason(*(f"{label}: {text}" if label else text for text in one)) for one in note]
    if not tables:
        # what ails every stratum ails the question
        raise faults[0]
    return pl.concat(tables), notes


@contextmanager
def _saying(read: "Outlook", label: str) -> Iterator[None]:
    """Turn what cannot be projected into a fault that names the stratum; its rows are not those of a file."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.burden import BurdenError  # noqa: PLC0415 -- slow import

    try:
        yield
    except BurdenError as error:
        reasons = (text.rstrip(".") for text in (error.reason, error.reason_vi))
        reason = files.Reason(*(f"{label}: {text}" if label else text for text in reasons))
        raise read.cases.table.fault(None, None, reason) from error


def _make_part(
    cells: "pl.DataFrame", wanted: Wanted, how: dict[str, Any]
) -> tuple["pl.DataFrame", list["Reason"]]:
    from banyan.science.burden import (  # noqa: PLC0415 -- slow import
        check_projection,
        group_years,
        measure_trend_error,
        project_cases,
    )

    periods = group_years(cells, width=wanted.width)
    if how["trend_error"] is None:
        how = {**how, "trend_error": measure_trend_error(periods, **{**how, "trend_error": 0.0})}
    if wanted.part == "check":
        return check_projection(periods, held_out=wanted.held_out, **how).totals, []
    made = project_cases(periods, **how)
    tables = {
        "totals": lambda: made.totals.select("period", "projected", *TOTALS),
        "ages": lambda: made.cells.select("age_group", "period", "projected", *AGES),
        "change": lambda: made.change,
        "coefficients": lambda: made.coefficients,
    }
    return tables[wanted.part](), [note_projection(made)]


def note_projection(made: "Projection") -> "Reason":
    """Say which method made the figures, and what it chose."""
    from banyan.science.files import Reason  # noqa: PLC0415 -- slow import

    facts = made.facts
    words = [f"{facts['method']}, {facts['link']}, the last {facts['periods_used']} periods"]
    words_vi = [f"{facts['method']}, {facts['link']}, {facts['periods_used']} giai đoạn cuối"]
    if "goodness_p" in facts:
        trend = ("the average trend", "xu hướng trung bình")
        if facts["recent_trend"]:
            trend = ("the recent trend", "xu hướng gần đây")
        words += [
            f"fit p = {facts['goodness_p']:.3f}",
            f"{trend[0]} (curvature p = {facts['curvature_p']:.3f})",
        ]
        words_vi += [
            f"độ phù hợp p = {facts['goodness_p']:.3f}",
            f"{trend[1]} (độ cong p = {facts['curvature_p']:.3f})",
        ]
    spread = f"{facts['dispersion']:.2f}"
    if facts["trend_error"]:
        error = f"{100 * facts['trend_error']:.2f}%"  # type: ignore[operator]
        words.append(f"trend error {error} a year")
        words_vi.append(f"sai số xu hướng {error} mỗi năm")
    words += [f"dispersion {spread}", f"{facts['draws']} draws, seed {facts['seed']}"]
    words_vi += [f"độ phân tán {spread}", f"{facts['draws']} lần mô phỏng, mầm {facts['seed']}"]
    return Reason(", ".join(words), ", ".join(words_vi))


def _name_periods(figures: "pl.DataFrame", width: int) -> "pl.DataFrame":
    """Write a period as its first and last year."""
    import polars as pl  # noqa: PLC0415 -- slow import

    there = [name for name in ("origin", "period") if name in figures.columns]
    if width == 1:
        return figures
    return figures.with_columns(
        pl.format("{}-{}", pl.col(name), pl.col(name) + width - 1).alias(name) for name in there
    )
