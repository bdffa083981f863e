"""`banyan trend`: the years where a rate changed its course, and its annual change between them."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from banyan.config.figures.options import By, Form, Level, Maps, Output, Seed, Speech
from banyan.config.figures.speaking import say_notes, show, speaking

if TYPE_CHECKING:
    import polars as pl

    from banyan.science.burden import JoinpointTables
    from banyan.science.files import Reason, YearlyRates

RateFile = Annotated[str, typer.Argument(metavar="RATES", help="File: year, rate, std_err or cases.")]
Joinpoints = Annotated[int | None, typer.Option("--joinpoints", min=0, help="The most that are tried.")]
Least = Annotated[int, typer.Option("--least", min=0, help="The fewest that are tried.")]
Method = Annotated[
    Literal["permutation", "bic", "bic3", "wbic"], typer.Option(help="By which their number is chosen.")
]
Permutations = Annotated[
    int, typer.Option(min=1, help="Of the permutation test, and of --interval resampled.")
]
ModelName = Annotated[
    Literal["log-linear", "linear"], typer.Option(help="Lines through logarithms, or through rates.")
]
WeightName = Annotated[
    Literal["auto", "std_err", "cases", "constant"],
    typer.Option(help="auto: std_err where the file has it, else cases, else constant."),
]
Zero = Annotated[float | None, typer.Option(help="What stands for a rate of 0; without it one is refused.")]
Ends = Annotated[int, typer.Option(min=1, help="Fewest years outside the first and last joinpoint.")]
Between = Annotated[int, typer.Option(min=0, help="Fewest years between two joinpoints.")]
Finer = Annotated[int, typer.Option(min=0, max=99, help="Places for joinpoints between two years.")]
Rho = Annotated[str, typer.Option(help="Correlation of the errors of neighbouring years, or estimate.")]
Windows = Annotated[
    list[str] | None, typer.Option("--window", help="Years to average over, as 2010-2019; repeatable.")
]
Interval = Annotated[
    Literal["delta", "conditional", "resampled"], typer.Option(help="Of the averages of --part averages.")
]
Part = Annotated[
    Literal["segments", "averages", "models", "tests", "places", "fitted"],
    typer.Option(help="What is given of each trend."),
]
CHANGE = ("slope", "std_err", "slope_lower", "slope_upper", "df", "p_value")
COLUMNS = {
    "segments": ("segment", "start", "end", "apc", "apc_lower", "apc_upper", *CHANGE),
    "averages": ("start", "end", "aapc", "aapc_lower", "aapc_upper", *CHANGE),
}
DECIMALS = {
    **dict.fromkeys(("slope", "std_err", "slope_lower", "slope_upper", "wsse", "mse"), 5),
    **dict.fromkeys(("p_value", "bic", "bic3", "wbic", "weight", "statistic", "alpha"), 4),
}
TREND_EXAMPLE = """\b
Example:
  banyan trend docs/examples/trend.csv --by sex --joinpoints 3 --seed 1
"""


def trend(
    *,
    rates: RateFile,
    by: By = "",
    joinpoints: Joinpoints = None,
    least: Least = 0,
    method: Method = "permutation",
    permutations: Permutations = 4499,
    seed: Seed = 0,
    model: ModelName = "log-linear",
    weights: WeightName = "auto",
    zero: Zero = None,
    ends: Ends = 2,
    between: Between = 2,
    finer: Finer = 0,
    rho: Rho = "0",
    window: Windows = None,
    interval: Interval = "delta",
    level: Level = 0.95,
    part: Part = "segments",
    maps: Maps = None,
    form: Form = "table",
    output: Output = None,
    language: Speech = "en",
) -> None:
    """Trends with joinpoints: the years where a rate turned, and its change per cent a year between them."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    with speaking(language), files.show_progress(f"{rates} …") as progress:
        strata, names = requests.read_strata(by), requests.read_maps(maps or [])
        windows = [requests.read_span("--window", text) for text in window or []]
        correlation = requests.read_correlation("--rho", rho)
        read = files.read_yearly_rates(rates, by=strata, rename=names)
        requests.refuse_unused_maps(names, read.table)
        progress.say(f"{rates}: {read.frame.height:,} …")
        how: dict[str, Any] = {"least": least, "most": joinpoints, "method": method, "model": model}
        how |= {"permutations": permutations, "seed": seed, "zero": zero, "level": level, "rho": correlation}
        how |= {"ends": ends, "between": between, "finer": finer, "windows": windows, "interval": interval}
        found = _fit(read, by=strata, weights=None if weights == "auto" else weights, **how)
        figures = files.sort_strata(getattr(found, part), strata)
        show(_lay_out(figures, part, strata), form, output, DECIMALS)
        say_notes(note_trends(found), language)


def _fit(read: "YearlyRates", **how: Any) -> "JoinpointTables":
    """Fit every stratum; what is wrong with the rates names its file and line."""
    from banyan.science.burden import BurdenError, joinpoint_trends  # noqa: PLC0415 -- slow import

    with read.table.placing(BurdenError):
        return joinpoint_trends(read.frame, rate=read.rate, std_err=read.std_err or "std_err", **how)


def _lay_out(figures: "pl.DataFrame", part: str, strata: tuple[str, ...]) -> "pl.DataFrame":
    """Choose the columns of a part; years that are whole are written so, and a list of them as one text."""
    import polars as pl  # noqa: PLC0415 -- slow import

    chosen = figures.select(*strata, *COLUMNS[part]) if part in COLUMNS else figures
    whole = [
        pl.col(name).cast(pl.Int64)
        for name in ("start", "end", "year")
        if name in chosen.columns and (chosen[name] == chosen[name].round()).all()
    ]
    lists = [
        pl.col(name).list.eval(pl.format("{}", pl.element()).str.strip_suffix(".0")).list.join(";")
        for name, kind in chosen.schema.items()
        if kind == pl.List
    ]
    finite = pl.selectors.float()  # a perfect fit has a criterion of minus infinity, which JSON cannot write
    return chosen.with_columns(pl.when(finite.is_finite()).then(finite)).with_columns(*whole, *lists)


def note_trends(found: "JoinpointTables") -> list["Reason"]:
    """Say what the figures stand on: weights, the choice of the number of joinpoints, and zeros replaced."""
    from banyan.science.files import Reason  # noqa: PLC0415 -- slow import

    first = found.trends[0]
    weights = {
        "std_err": Reason("weights from standard errors", "trọng số theo sai số chuẩn"),
        "cases": Reason("weights from the numbers of cases", "trọng số theo số ca"),
        "constant": Reason("all years weigh the same", "mọi năm có trọng số như nhau"),
    }[first.series.weights]
    ways = (
        f"{first.permutations:,} permutations, seed {first.seed}"
        if first.method == "permutation"
        else first.method
    )
    ways_vi = (
        f"kiểm định hoán vị, {first.permutations} lần, mầm {first.seed}"
        if first.method == "permutation"
        else first.method
    )
    notes = [Reason(f"{weights.en}; joinpoints by {ways}", f"{weights.vi}; số điểm gãy theo {ways_vi}")]
    if any(one.series.rho for one in found.trends):
        values = ", ".join(f"{one.series.rho:.3f}" for one in found.trends)
        notes.append(Reason(f"correlation of errors {values}", f"tương quan của sai số {values}"))
    if found.replaced:
        notes.append(
            Reason(
                f"{found.replaced} rates of 0 were replaced", f"{found.replaced} tỷ suất bằng 0 đã được thay"
            )
        )
    return notes
