"""How a rate changed from year to year: one line, or several joined at the years where the change itself changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import polars as pl
from django.utils import timezone

from banyan.apps.insight.choices import SexAsked
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.rules import is_provisional
from banyan.science.burden.trend import (
    Eapc,
    JoinpointTrend,
    TrendComparison,
    compare_trends,
    fit_joinpoints,
    poisson_eapc,
)

FEWEST_YEARS = 5
# The weighted BIC needs no permutations, so that a page and its files give the same number at once.
RULE: Literal["wbic"] = "wbic"
PERMUTATIONS, SEED = 4499, 1
LAST_YEARS = 5
HELD, FEW, ZERO = "held", "few", "zero"
HYPOTHESES: tuple[Literal["parallelism", "coincidence"], ...] = ("parallelism", "coincidence")


@dataclass(frozen=True, eq=False)
class Trend:
    """The estimated annual change in per cent with its 95 % limits, over the years that are complete."""

    first: int
    last: int
    percent: float
    lower: float
    upper: float
    fitted: pl.DataFrame  # year, value


@dataclass(frozen=True, eq=False)
class Course:
    """The rates of one sex by year and the joined lines through them.

    `rates` has year, cases, asr, asr_lower, asr_upper, provisional and fitted (null where no line passes). Without a
    `model`, `lack` says why: a year is hidden from this reader, there are too few complete ones, or one has no case.
    Where cases are told all the same, `crude` is the change of the crude rate.
    """

    sex: str
    rates: pl.DataFrame
    model: JoinpointTrend | None
    lack: str = ""
    crude: Eapc | None = None

    @property
    def years(self) -> int:
        """How many years could be fitted."""
        return self.rates.height - int(self.rates["provisional"].sum())


@dataclass(frozen=True, eq=False)
class TrendAnswer:
    """The course asked for; where both sexes were, that of each beside it, and what tells the two apart."""

    question: Question
    asked: Course
    sexes: tuple[Course, ...]
    comparisons: tuple[TrendComparison, ...]


def mark_provisional(years: pl.Series, today: date | None = None) -> pl.Series:
    """Tell which years may still grow."""
    day = today or timezone.localdate()
    return pl.Series("provisional", [is_provisional(year, day) for year in years], dtype=pl.Boolean)


def find_lack(whole: pl.DataFrame) -> str:
    """Say why no line can be put through the complete years; nothing where one can."""
    if whole["asr"].is_null().any():
        return HELD
    if whole.height < FEWEST_YEARS:
        return FEW
    return "" if (whole["asr"] > 0).all() else ZERO


def join_lines(whole: pl.DataFrame, most: int | None = None) -> JoinpointTrend:
    """Fit joined lines to complete years; the weights are the variances where they may be told, else the cases."""
    spread: dict[str, Any] = (
        {"std_errs": whole["asr_se"].to_numpy()}
        if "asr_se" in whole.columns
        else {"cases": whole["cases"].to_numpy()}
    )
    years, rates = whole["year"].to_numpy().astype(float), whole["asr"].to_numpy()
    return fit_joinpoints(years, rates, most=most, method=RULE, **spread)


def fit_trend(by_year: pl.DataFrame) -> Trend | None:
    """Fit one rate of change to the complete years; None with fewer than five of them, or one without a case."""
    whole = by_year.filter(~mark_provisional(by_year["year"]))
    if find_lack(whole):
        return None
    line = join_lines(whole, most=0)
    change = line.segments().row(0, named=True)
    return Trend(
        first=int(change["start"]),
        last=int(change["end"]),
        percent=change["apc"],
        lower=change["apc_lower"],
        upper=change["apc_upper"],
        fitted=line.fitted().select("year", value="fitted"),
    )


def work_out_trend(question: Question, rates_of: Callable[[Question], pl.DataFrame]) -> TrendAnswer:
    """Answer from the yearly rates that another page tells the same reader, and from nothing else."""
    sexes = (SexAsked.MALE.value, SexAsked.FEMALE.value) if question.sex == SexAsked.BOTH else ()
    courses = tuple(follow_rates(replace(question, sex=sex), rates_of) for sex in sexes)
    return TrendAnswer(question, follow_rates(question, rates_of), courses, compare_courses(courses))


def follow_rates(question: Question, rates_of: Callable[[Question], pl.DataFrame]) -> Course:
    by_year = rates_of(question)
    inside = by_year.filter(pl.col("year").is_between(question.first, question.last)).sort("year")
    rates = inside.with_columns(mark_provisional(inside["year"]))
    whole = rates.filter(~pl.col("provisional"))
    lack = find_lack(whole)
    model = None if lack else join_lines(whole)
    fitted = model.fitted().select(pl.col("year").cast(rates.schema["year"]), "fitted") if model else None
    return Course(question.sex, add_fitted(rates, fitted), model, lack, fit_crude(whole) if lack else None)


def fit_crude(whole: pl.DataFrame) -> Eapc | None:
    """Fit one change to the counts themselves, among which a year may have none; None where one is hidden."""
    if (
        whole.height < FEWEST_YEARS
        or whole["cases"].is_null().any()
        or (whole["cases"] > 0).sum() < FEWEST_YEARS
    ):
        return None
    years, cases, people = (whole[name].to_numpy() for name in ("year", "cases", "person_years"))
    return poisson_eapc(years, cases, people, dispersion="estimated")


def add_fitted(rates: pl.DataFrame, fitted: pl.DataFrame | None) -> pl.DataFrame:
    if fitted is None:
        return rates.with_columns(fitted=pl.lit(None, pl.Float64))
    return rates.join(fitted, on="year", how="left", maintain_order="left")


def compare_courses(courses: tuple[Course, ...]) -> tuple[TrendComparison, ...]:
    """Ask whether two courses are parallel, and whether they are one; nothing where a line is missing."""
    models = [course.model for course in courses]
    if not models or None in models:
        return ()
    count = max(model.chosen.k for model in models if model)
    both = pl.concat([shape_course(course) for course in courses])
    options: dict[str, Any] = {"k": count, "permutations": PERMUTATIONS, "seed": SEED}
    return tuple(compare_trends(both, "sex", hypothesis=name, **options) for name in HYPOTHESES)


def shape_course(course: Course) -> pl.DataFrame:
    """Return sex, year, rate and std_err or cases of the years that are fitted."""
    whole = course.rates.filter(~pl.col("provisional"))
    spread = pl.col("asr_se").alias("std_err") if "asr_se" in whole.columns else pl.col("cases")
    return whole.select(pl.lit(course.sex).alias("sex"), "year", pl.col("asr").alias("rate"), spread)


def list_windows(course: Course) -> list[tuple[float, float]]:
    """Return the years over which changes are averaged: all of them, and the last five where the change is not one."""
    if course.model is None:
        return []
    first, last = (float(year) for year in course.model.series.x[[0, -1]])
    recent = last - LAST_YEARS + 1
    return [(first, last), *([(recent, last)] if recent > first and course.model.joinpoints else [])]
