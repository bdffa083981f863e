"""How far the data can be trusted: the measures of quality by site and year."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question, choose_cases
from banyan.apps.insight.queries.register import WITHOUT_STAGE, Register
from banyan.apps.insight.rules import TARGETS, grade_quality

FEWEST_CASES = 20  # below it shares are not judged
UNGRADED = "–"
HELD = "suppressed"  # a key of totals from which hidden numbers were taken


@dataclass(frozen=True, eq=False)
class QualityAnswer:
    """Shares in per cent: mv, dco, unknown_stage, unknown_age, psu, and sources (a case), with `cases`.

    `total` is one row for the period, `by_year` one a year of the register, `by_site` one a site in the period.
    """

    question: Question
    total: dict[str, Any]
    by_year: pl.DataFrame
    by_site: pl.DataFrame

    @property
    def is_judged(self) -> bool:
        """A handful of cases has no quality: one case is 100 % of everything."""
        cases = self.total["cases"]
        return bool(cases is not None and cases >= FEWEST_CASES and not self.is_held)

    @property
    def is_held(self) -> bool:
        """Whether a measure is hidden from this reader: without it there is no grade."""
        return HELD in self.total and any(self.total[name] is None for name in TARGETS)

    @property
    def missed(self) -> list[str]:
        return missed_targets(self.total) if self.is_judged else []

    @property
    def grade(self) -> str:
        return grade_quality(len(self.missed)) if self.is_judged else UNGRADED


_answers: Memory[QualityAnswer] = Memory(256)


def answer_quality(register: Register, question: Question) -> QualityAnswer:
    return _answers.recall((register.key, question), lambda: work_out_quality(register, question))


def work_out_quality(register: Register, question: Question) -> QualityAnswer:
    every = choose_cases(register, question, every_year=True)
    now = every.filter(pl.col("year").is_between(question.first, question.last))
    return QualityAnswer(
        question=question,
        total=measure_quality(now, []).row(0, named=True),
        by_year=measure_quality(every, ["year"]),
        by_site=measure_quality(now.filter(pl.col("site").is_not_null()), ["site"]),
    )


def measure_quality(cases: pl.LazyFrame, by: list[str]) -> pl.DataFrame:
    """Return by-columns, cases, mv, dco, unknown_age, psu, sources, unknown_stage; null where there is no case."""
    shares = {
        "mv": pl.col("microscopic"),
        "dco": pl.col("dco_only"),
        "unknown_age": pl.col("age").is_null(),
        "psu": pl.col("site").eq_missing(pl.lit("unspecified")),
        "unknown_stage": pl.col("stage_group").is_null().filter(pl.col("can_be_staged")),
    }
    measures = [
        pl.len().alias("cases"),
        *((share.mean() * 100).alias(name) for name, share in shares.items()),
        pl.col("sources").mean().alias("sources"),
    ]
    return (cases.group_by(by).agg(measures).sort(by) if by else cases.select(measures)).collect()


def missed_targets(measures: dict[str, Any]) -> list[str]:
    """Name the targets that one row of measures misses."""
    return [name for name, target in TARGETS.items() if target.is_missed(measures[name])]


def can_be_staged(site: str) -> bool:
    return site not in WITHOUT_STAGE
