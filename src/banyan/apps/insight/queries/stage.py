"""Stage at diagnosis: how many of the cases came late."""

from dataclasses import dataclass

import polars as pl

from banyan.apps.insight.choices import ALL_SITES
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question, choose_cases
from banyan.apps.insight.queries.register import STAGES, Register
from banyan.apps.insight.queries.trend import mark_provisional
from banyan.science.burden.intervals import difference_interval, wilson_interval

LATE = ("III", "IV")
FEWEST_STAGED = 30  # below it a site's share says nothing beside the others


@dataclass(frozen=True, eq=False)
class StageAnswer:
    """Shares in per cent. `total` is one row: cases, staged, late, share, lower, upper, unknown (per cent of cases).

    `by_year` has those columns for each year, and I, II, III, IV (cases); `by_site` for each site with enough staged
    cases, or None where one site was asked for. `change` is the difference, in points, between the first and the last
    complete year, with its limits and the two years.
    """

    question: Question
    total: dict[str, float]
    by_year: pl.DataFrame
    by_site: pl.DataFrame | None
    change: tuple[int, int, float, float, float] | None


_answers: Memory[StageAnswer] = Memory(256)


def answer_stage(register: Register, question: Question) -> StageAnswer:
    return _answers.recall((register.key, question), lambda: work_out_stage(register, question))


def work_out_stage(register: Register, question: Question) -> StageAnswer:
    every = choose_cases(register, question, every_year=True).filter("can_be_staged")
    now = every.filter(pl.col("year").is_between(question.first, question.last))
    by_year = share_late(every, ["year"])
    return StageAnswer(
        question=question,
        total=share_late(now, []).row(0, named=True),
        by_year=by_year,
        by_site=rank_late(now) if question.site == ALL_SITES else None,
        change=compare_years(by_year),
    )


def share_late(cases: pl.LazyFrame, by: list[str]) -> pl.DataFrame:
    """Return by-columns, cases, I, II, III, IV, staged, late, unknown_cases, share, lower, upper, unknown."""
    counts = [
        pl.len().alias("cases"),
        *((pl.col("stage_group") == stage).sum().alias(stage) for stage in STAGES),
    ]
    counted = (cases.group_by(by).agg(counts).sort(by) if by else cases.select(counts)).collect()
    summed = counted.with_columns(
        staged=pl.sum_horizontal(*STAGES), late=pl.sum_horizontal(*LATE)
    ).with_columns(unknown_cases=pl.col("cases") - pl.col("staged"))
    lower, upper = wilson_interval(summed["late"].to_numpy(), summed["staged"].to_numpy())
    return summed.with_columns(
        share=100 * pl.col("late") / pl.col("staged"),
        lower=100 * pl.Series(lower),
        upper=100 * pl.Series(upper),
        unknown=100 * pl.col("unknown_cases") / pl.col("cases"),
    ).with_columns(pl.col("share", "lower", "upper", "unknown").fill_nan(None))


def rank_late(cases: pl.LazyFrame) -> pl.DataFrame:
    enough = pl.col("staged") >= FEWEST_STAGED
    return (
        share_late(cases.filter(pl.col("site").is_not_null()), ["site"])
        .filter(enough)
        .sort("share", "site", descending=[True, False])
    )


def compare_years(by_year: pl.DataFrame) -> tuple[int, int, float, float, float] | None:
    """Return first and last complete year, and the difference of their shares in points with its limits."""
    whole = by_year.filter(~mark_provisional(by_year["year"])).drop_nulls("share")
    if whole.height < 2:
        return None
    shares = whole.select("year", "share", "lower", "upper")
    (first, *before), (last, *after) = shares.row(0), shares.row(-1)
    lower, upper = difference_interval(before, after)
    return first, last, after[0] - before[0], lower, upper
