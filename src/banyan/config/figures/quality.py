"""`banyan quality`: how good and how complete the cases of a registry are, beside a limit and whose it is."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from banyan.config.figures.options import By, Form, Level, Maps, Output, Seed, Speech, UnknownCodes
from banyan.config.figures.sites import Groups, derive_site
from banyan.config.figures.speaking import say_notes, show, speaking

if TYPE_CHECKING:
    import polars as pl

    from banyan.science.files import Measured, Reason

CaseFile = Annotated[str, typer.Argument(metavar="CASES", help="CSV, TSV (also .gz), XLSX or Parquet.")]
Part = Annotated[
    Literal["indices", "stability", "recapture", "models", "dcn", "flow"],
    typer.Option(help="What is judged."),
]
DeathFile = Annotated[str, typer.Option("--deaths", help="Of indices: deaths with the same strata, for M:I.")]
Scheme = Annotated[
    Literal["encr2022", "iarc"], typer.Option(help="Codes of the basis of diagnosis; 6, 7 and 8 differ.")
]
Limits = Annotated[
    list[str] | None, typer.Option("--limit", help="Own limit of an index: mv=75-99, dco=-5; repeatable.")
]
PopulationFile = Annotated[str, typer.Option("--population", help="Of stability: person-years by year.")]
Degree = Annotated[int, typer.Option(min=0, max=2, help="Of the trend of stability: 0, 1 or 2.")]
Sources = Annotated[str, typer.Option(help="Of recapture, models: columns of 1 and 0, one a source.")]
Within = Annotated[str, typer.Option(help="Of recapture, models, dcn: strata that are summed.")]
Method = Annotated[
    Literal["auto", "chapman", "log-linear"], typer.Option(help="auto: Chapman for two sources.")
]
Criterion = Annotated[Literal["aic", "bic"], typer.Option(help="By which the log-linear model is chosen.")]
Interval = Annotated[Literal["log", "normal", "profile"], typer.Option(help="Of recapture.")]
Formula = Annotated[Literal["ajiki", "plain"], typer.Option(help="Of dcn: whose fatality is taken.")]
Excess = Annotated[
    Literal["refuse", "none-missed"], typer.Option(help="Of dcn: strata with more deaths than cases.")
]
At = Annotated[str, typer.Option(help="Of flow: years since diagnosis, with commas.")]
Breaks = Annotated[str, typer.Option(help="Of flow: ends of intervals for the mention on certificates.")]
Unseen = Annotated[
    Literal["weighted", "as-known"], typer.Option(help="Of flow: whether DCN stand for the silent dead.")
]
Draws = Annotated[int, typer.Option(min=10, help="Of flow: bootstrap samples behind the interval.")]
Least = Annotated[
    float | None, typer.Option(min=1, max=100, help="Completeness below which the flag is low; 90.")
]
INDEX_COLUMNS = ("basis", "age", "age_group", "topography", "stage")
FLOW_COLUMNS = ("time_days", "dead", "registered_days", "mentions_cancer")
DCN_COLUMNS = ("cases", "dcn", "deaths")
DECIMALS = {
    **dict.fromkeys(("percent", "lower", "upper", "low", "high"), 1),
    **dict.fromkeys(("missed", "estimate", "std_err", "expected", "person_years"), 1),
    **dict.fromkeys(("completeness", "completeness_lower", "completeness_upper"), 1),
    **dict.fromkeys(("survival", "unregistered", "mentioned", "missing", "lost", "mi"), 1),
    **dict.fromkeys(("p_value", "deviance"), 4),
}
QUALITY_EXAMPLE = """\b
Example:
  banyan quality docs/examples/cases.csv --by sex
"""


def quality(
    *,
    cases: CaseFile,
    by: By = "",
    part: Part = "indices",
    deaths: DeathFile = "",
    basis_scheme: Scheme = "encr2022",
    limit: Limits = None,
    population: PopulationFile = "",
    degree: Degree = 1,
    sources: Sources = "",
    within: Within = "",
    method: Method = "auto",
    criterion: Criterion = "aic",
    interval: Interval = "log",
    formula: Formula = "ajiki",
    on_excess: Excess = "refuse",
    at: At = "1,5",
    breaks: Breaks = "",
    unseen: Unseen = "weighted",
    draws: Draws = 500,
    seed: Seed = 1,
    least: Least = None,
    level: Level = 0.95,
    unknown_code: UnknownCodes = None,
    groups: Groups = "globocan",
    maps: Maps = None,
    form: Form = "table",
    output: Output = None,
    language: Speech = "en",
) -> None:
    """Quality of the data: indices, stability over years, and completeness by three methods."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    with speaking(language), files.show_progress(f"{cases} …") as progress:
        strata, summed = requests.read_strata(by), requests.read_names(within)
        reading: dict[str, Any] = {"rename": requests.read_maps(maps or []), "unknown": unknown_code or ()}
        reading["derive"] = {"site": lambda codes: derive_site(codes, groups)}
        reading["deaths"], reading["population"] = deaths, population
        how: dict[str, Any] = {"basis_scheme": basis_scheme, "limits": _read_limits(limit or [])}
        how |= {"degree": degree, "method": method, "criterion": criterion, "interval": interval}
        how |= {"formula": formula, "on_excess": on_excess, "unseen": unseen, "draws": draws, "seed": seed}
        how |= {"at": requests.read_numbers("--at", at), "least": least, "level": level, "within": summed}
        how["sources"] = requests.read_names(sources)
        if breaks:
            how["breaks"] = requests.read_breaks("--breaks", breaks)
        progress.say(f"{cases} …")
        figures, notes = PARTS[part](cases, strata, how, reading)
        show(files.sort_strata(figures, strata), form, output, DECIMALS)
        say_notes(notes, language)


Judged = tuple["pl.DataFrame", list["Reason"]]


def _read_limits(texts: Sequence[str]) -> dict[str, tuple[float | None, float | None]]:
    """Read ``mv=75-99``, ``mv=75-`` and ``dco=-5``."""
    from banyan.science.files import FileFault, Reason  # noqa: PLC0415 -- slow import

    found: dict[str, tuple[float | None, float | None]] = {}
    for text in texts:
        name, _, span = text.partition("=")
        low, dash, high = span.partition("-")
        try:
            found[name.strip()] = (float(low) if low.strip() else None, float(high) if high.strip() else None)
        except ValueError:
            dash = ""
        if not dash or not (low.strip() or high.strip()):
            reason = Reason(
                f"‘{text}’ is not a limit such as mv=75-99 or dco=-5",
                f"‘{text}’ không phải giới hạn như mv=75-99 hay dco=-5",
            )
            raise FileFault("--limit", reason)
    return found


def _read(
    path: str, columns: Sequence[str], by: Sequence[str], reading: Mapping[str, Any], counts: str = ""
) -> "Measured":
    """Read one file; a name of --map that it does not have is a fault."""
    from banyan.science import files  # noqa: PLC0415 -- slow import

    names = {name: reading[name] for name in ("rename", "unknown", "derive")}
    return files.read_measured(path, columns, by=by, counts=counts, **names)


def _refuse_maps(reading: Mapping[str, Any], *read: "Measured") -> None:
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    requests.refuse_unused_maps(reading["rename"], *(each.table for each in read))


def _choose(how: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: how[name] for name in names if name in how}


def _judge_indices(path: str, by: tuple[str, ...], how: dict[str, Any], reading: dict[str, Any]) -> Judged:
    from banyan.science.burden import BurdenError, quality_indices  # noqa: PLC0415 -- slow import

    cases = _read(path, INDEX_COLUMNS, by, reading, "cases")
    read = [_read(reading["deaths"], (), by, reading, "deaths")] if reading["deaths"] else []
    _refuse_maps(reading, cases, *read)
    dead = read[0].frame.rename({"deaths": "cases"}) if read else None
    options = _choose(how, "basis_scheme", "limits", "level")
    with cases.table.placing(BurdenError):
        found = quality_indices(cases.frame, dead, by=by, counts="cases", **options)
    return found.drop("name_en", "name_vi"), []


def _judge_stability(path: str, by: tuple[str, ...], how: dict[str, Any], reading: dict[str, Any]) -> Judged:
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.burden import BurdenError, check_stability  # noqa: PLC0415 -- slow import

    cases = _read(path, ("year",), by, reading, "cases")
    people = None
    if reading["population"]:
        read = files.read_population(
            reading["population"], by=by, rename=reading["rename"], unknown=reading["unknown"]
        )
        people = read.cells
        files.requests.refuse_unused_maps(reading["rename"], cases.table, read.table)
    else:
        _refuse_maps(reading, cases)
    with cases.table.placing(BurdenError):
        found = check_stability(cases.frame, people, by=by, counts="cases", **_choose(how, "degree", "level"))
    return found, []


def _judge_recapture(path: str, by: tuple[str, ...], how: dict[str, Any], reading: dict[str, Any]) -> Judged:
    found = _recapture(path, by, how, reading)
    return found.estimates, _note_models(found)


def _judge_models(path: str, by: tuple[str, ...], how: dict[str, Any], reading: dict[str, Any]) -> Judged:
    return _recapture(path, by, how, reading).models, []


def _recapture(path: str, by: tuple[str, ...], how: dict[str, Any], reading: dict[str, Any]) -> Any:
    from banyan.science.burden import BurdenError, capture_recapture  # noqa: PLC0415 -- slow import

    strata = tuple(dict.fromkeys([*by, *how["within"]]))
    cases = _read(path, how["sources"], strata, reading, "cases")
    _refuse_maps(reading, cases)
    cases.table.require(*how["sources"])
    options = _choose(how, "within", "method", "criterion", "interval", "least", "level")
    with cases.table.placing(BurdenError):
        return capture_recapture(cases.frame, how["sources"], by=by, counts="cases", **options)


def _note_models(found: Any) -> list["Reason"]:
    """Say what capture-recapture supposes, and how many models were compared."""
    from banyan.science.files import Reason  # noqa: PLC0415 -- slow import

    if found.models.is_empty():
        return [
            Reason(
                "Chapman's estimate supposes two independent sources; where one feeds the other, it is too low",
                "ước lượng Chapman giả định hai nguồn độc lập; nguồn này cấp tin cho nguồn kia thì số ước lượng thấp hơn thực tế",
            )
        ]
    number = found.models["model"].n_unique()
    return [
        Reason(
            f"{number} log-linear models were compared; --part models lists them",
            f"đã so sánh {number} mô hình log-tuyến tính; --part models liệt kê",
        )
    ]


def _judge_dcn(path: str, by: tuple[str, ...], how: dict[str, Any], reading: dict[str, Any]) -> Judged:
    from banyan.science.burden import BurdenError, completeness_dcn_mi  # noqa: PLC0415 -- slow import

    counts = _read(path, DCN_COLUMNS, tuple(dict.fromkeys([*by, *how["within"]])), reading)
    _refuse_maps(reading, counts)
    counts.table.require(*DCN_COLUMNS)
    options = _choose(how, "within", "formula", "on_excess", "least", "level")
    with counts.table.placing(BurdenError):
        return completeness_dcn_mi(counts.frame, by=by, **options), []


def _judge_flow(path: str, by: tuple[str, ...], how: dict[str, Any], reading: dict[str, Any]) -> Judged:
    from banyan.science.burden import BurdenError, flow_completeness  # noqa: PLC0415 -- slow import

    patients = _read(path, FLOW_COLUMNS, by, reading)
    _refuse_maps(reading, patients)
    patients.table.require(*FLOW_COLUMNS)
    options = _choose(how, "at", "breaks", "unseen", "draws", "seed", "least", "level")
    with patients.table.placing(BurdenError):
        return flow_completeness(patients.frame, by=by, **options), []


PARTS = {
    "indices": _judge_indices,
    "stability": _judge_stability,
    "recapture": _judge_recapture,
    "models": _judge_models,
    "dcn": _judge_dcn,
    "flow": _judge_flow,
}
