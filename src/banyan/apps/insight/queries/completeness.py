"""How many cases are missing: stability over the years, and completeness by three methods, where the data allow them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from banyan.apps.insight.choices import ALL_SITES, WHOLE_CITY, SexAsked
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question, choose_cases, choose_people
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.queries.trend import mark_provisional
from banyan.apps.registry.queries.sources import SOURCES, read_sources
from banyan.science.burden import BurdenError
from banyan.science.burden.quality import (
    LEAST_COMPLETE,
    STABILITY_SOURCE,
    capture_recapture,
    check_stability,
    completeness_dcn_mi,
    flow_completeness,
)

FEWEST = 100  # fewer cases say nothing of completeness
FLOW_YEARS = (1.0, 5.0)
FLOW_DRAWS = 100
RECAPTURE, DEATHS, FLOW_EARLY, FLOW_LATE = "recapture", "dcn", "flow_1", "flow_5"
METHODS = (RECAPTURE, DEATHS, FLOW_EARLY, FLOW_LATE)
HELD, FEW, UNSOURCED, UNFIT, SHORT = "held", "few", "unsourced", "unfit", "short"
NAMES = ("completeness", "completeness_lower", "completeness_upper", "flag", "source")
ESTIMATES: dict[str, Any] = {
    "method": pl.String,
    **dict.fromkeys(NAMES[:3], pl.Float64),
    **dict.fromkeys(("flag", "source", "model"), pl.String),
    "observed": pl.Int64,
    **dict.fromkeys(("estimate", "lower", "upper"), pl.Float64),
}


@dataclass(frozen=True, eq=False)
class CompletenessAnswer:
    """How complete the cases of a question are, as far as the data say.

    `stability` has a row for each complete year of the register (year, cases, expected, lower, upper, flag), none where
    `unstable` says why. `estimates` has a row for each of `METHODS` that could be applied: completeness in per cent with
    limits, flag, source, and where they may be told model, observed, estimate, lower, upper (cases); `lacks` says of the
    others why not. `cells` counts cases by which sources know them (`history`, the flags of `SOURCES` in their order) in
    the period; to readers who may not be told it is empty. `unsourced` are cases without any notification.
    """

    question: Question
    stability: pl.DataFrame
    unstable: str
    estimates: pl.DataFrame
    lacks: dict[str, str]
    cells: pl.DataFrame
    unsourced: int | None
    least: float = LEAST_COMPLETE
    rule: str = STABILITY_SOURCE


@dataclass(frozen=True, eq=False)
class Sourced:
    """What the notifications say of the cases of a period, before anybody is told of it."""

    question: Question
    estimates: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ESTIMATES))
    lacks: dict[str, str] = field(default_factory=dict)
    cells: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"history": pl.String, "cases": pl.Int64})
    )
    by_year: pl.DataFrame = field(default_factory=pl.DataFrame)
    unsourced: int = 0


_answers: Memory[Sourced] = Memory(64)
_sources: Memory[pl.DataFrame] = Memory(1)


def answer_sources(register: Register, question: Question) -> Sourced:
    return _answers.recall((register.key, question), lambda: work_out_sources(register, question))


def recall_sources(register: Register) -> pl.DataFrame:
    return _sources.recall(register.key, read_sources)


def work_out_sources(register: Register, question: Question) -> Sourced:
    """Estimate completeness by every method that the cases of the period and their notifications allow."""
    told = recall_sources(register)
    every = choose_cases(register, question, every_year=True).select(COLUMNS).collect()
    marked = every.join(told, on="id", how="left").with_columns(pl.col(SOURCES.keys()).fill_null(value=False))
    now = marked.filter(pl.col("year").is_between(question.first, question.last))
    seen = now.filter(pl.any_horizontal(SOURCES.keys()))
    history = pl.concat_str(pl.col(name).cast(pl.Int8).cast(pl.String) for name in SOURCES).alias("history")
    cells = seen.group_by(history).len("cases").cast({"cases": pl.Int64}).sort("history")
    rows, lacks = [], {}
    for name, estimate in list_methods(now, seen, marked, question):
        try:
            row = estimate()
        except BurdenError:
            row = UNFIT
        if isinstance(row, str):
            lacks[name] = row
        else:
            rows.append({"method": name, **{key: row.get(key) for key in ESTIMATES if key != "method"}})
    return Sourced(
        question=question,
        estimates=pl.DataFrame(rows, schema=ESTIMATES, orient="row"),
        lacks=lacks,
        cells=cells,
        by_year=seen.group_by("year", history).len("cases"),
        unsourced=now.height - seen.height,
    )


COLUMNS = ["id", "site", "year", "incidence_date", "death_date", "last_contact_date", "dco_only", "dci"]
Estimate = Callable[[], dict[str, Any] | str]


def list_methods(
    now: pl.DataFrame, seen: pl.DataFrame, marked: pl.DataFrame, question: Question
) -> list[tuple[str, Estimate]]:
    """Return each method with what applies it; a word says why it cannot be applied."""
    if now.height < FEWEST:
        return [(name, lambda: FEW) for name in METHODS]
    if not seen.height or not all(seen[name].any() for name in SOURCES):
        return [(name, lambda: UNSOURCED) for name in METHODS]
    flow = follow_registration(seen)
    run = cache(lambda: flow_completeness(flow, at=FLOW_YEARS, draws=FLOW_DRAWS).to_dicts())
    return [
        (RECAPTURE, lambda: recapture(seen)),
        (DEATHS, lambda: compare_deaths(now, marked, question)),
        (FLOW_EARLY, lambda: keep_estimate(run()[0], SHORT)),
        (FLOW_LATE, lambda: keep_estimate(run()[1], SHORT)),
    ]


def keep_estimate(found: dict[str, Any], lack: str) -> dict[str, Any] | str:
    """Return what was found, or why nothing was."""
    return found if found["completeness"] is not None else lack


def recapture(seen: pl.DataFrame) -> dict[str, Any] | str:
    return keep_estimate(capture_recapture(seen, list(SOURCES)).estimates.row(0, named=True), UNFIT)


def compare_deaths(now: pl.DataFrame, marked: pl.DataFrame, question: Question) -> dict[str, Any] | str:
    """Hold cases first heard of by a certificate against all certificates of the period, site by site."""
    site = pl.col("site").fill_null("none")
    first = (pl.col("dci") | pl.col("dco_only")).cast(pl.Int64).sum().alias("dcn")
    counted = now.group_by(site).agg(pl.len().alias("cases"), first)
    died = pl.col("death_date").dt.year().is_between(question.first, question.last)
    deaths = marked.filter(pl.col("death") & died).group_by(site).len("deaths")
    counts = (
        counted.join(deaths, on="site", how="left").with_columns(pl.col("deaths").fill_null(0)).sort("site")
    )
    found = completeness_dcn_mi(counts, within=["site"], on_excess="none-missed").row(0, named=True)
    return UNFIT if 2 * found["excess_strata"] > counts.height else keep_estimate(found, UNFIT)


def follow_registration(seen: pl.DataFrame) -> pl.DataFrame:
    """Return the cases as the flow method reads them; who cannot be followed is left out."""
    end = pl.coalesce("death_date", "last_contact_date")
    days = (pl.col("first_notice") - pl.col("incidence_date")).dt.total_days()
    dead = pl.col("death_date").is_not_null()
    return seen.select(
        time_days=(end - pl.col("incidence_date")).dt.total_days(),
        dead=dead,
        registered_days=days.clip(lower_bound=0),
        mentions_cancer=pl.when(dead).then("death"),
    ).filter(pl.col("time_days") >= 0)


def work_out_completeness(
    register: Register, question: Question, by_year: pl.DataFrame, sourced: Sourced
) -> CompletenessAnswer:
    """Put together what the yearly counts that this reader is told say, and what the notifications may."""
    stability, unstable = judge_years(register, question, by_year)
    return CompletenessAnswer(
        question=question,
        stability=stability,
        unstable=unstable,
        estimates=sourced.estimates,
        lacks=sourced.lacks,
        cells=sourced.cells,
        unsourced=sourced.unsourced,
    )


def judge_years(register: Register, question: Question, by_year: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Hold each complete year against the trend of the others; say why where that cannot be."""
    empty = pl.DataFrame(schema={"year": pl.Int64, "cases": pl.Int64})
    years = by_year.select("year", "cases").filter(~mark_provisional(by_year["year"]))
    if by_year.is_empty() or years["cases"].is_null().any():
        return empty, HELD
    people = (
        choose_people(register, question, every_year=True).group_by("year").agg(pl.col("person_years").sum())
    )
    try:
        found = check_stability(years, people, counts="cases")
    except BurdenError:
        return empty, SHORT
    return (found, "") if found["flag"].is_not_null().any() else (empty, FEW)


def is_whole(question: Question) -> bool:
    """Tell whether a question is of all cases of the city: what no other answer can be taken from."""
    whole = (question.site, question.sex, question.place) == (ALL_SITES, SexAsked.BOTH.value, WHOLE_CITY)
    return whole and not question.skin and not question.early
