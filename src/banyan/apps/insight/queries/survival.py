"""How long people live with their cancer: net survival, as if nobody died of anything else."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question, choose_cases
from banyan.apps.insight.queries.register import STAGES, Register
from banyan.science.burden import net_survival, viet_nam_life_table

YEARS = (1, 3, 5)
HORIZON = 5
MONTHS = [month / 12 for month in range(1, HORIZON * 12 + 1)]
AUTOPSY = "7.3"
FOLLOWED = [
    "sex", "age", "birth_date", "incidence_date", "death_date", "last_contact_date",
    "dco_only", "basis", "stage_group",
]  # fmt: skip
FEWEST = 30  # a curve on fewer people is not drawn


@dataclass(frozen=True, eq=False)
class SurvivalAnswer:
    """Survival in per cent at `years` of 1, 2, … 60 months.

    `overall` and `by_stage` (column `stage`) have years, survival, std_err, lower, upper, at_risk, events; `left_out`
    counts the tumours without follow-up by reason; `patients` those used, `stage_patients` those of each stage (None:
    hidden from this reader).
    """

    question: Question
    overall: pl.DataFrame
    by_stage: pl.DataFrame
    patients: int | None
    stage_patients: dict[str, int | None]
    left_out: dict[str, int]
    suppressed: bool = False  # hidden from this reader


_answers: Memory[SurvivalAnswer] = Memory(128)


def answer_survival(register: Register, question: Question) -> SurvivalAnswer:
    return _answers.recall((register.key, question), lambda: work_out_survival(register, question))


def work_out_survival(register: Register, question: Question) -> SurvivalAnswer:
    patients, left_out = choose_patients(choose_cases(register, question).select(FOLLOWED).collect())
    staged = patients.drop_nulls("stage_group")
    counts = dict(staged.group_by("stage_group").len().iter_rows())
    enough = [stage for stage in STAGES if counts.get(stage, 0) >= FEWEST]
    return SurvivalAnswer(
        question=question,
        overall=estimate(patients, []),
        by_stage=estimate(staged.filter(pl.col("stage_group").is_in(enough)), ["stage_group"]),
        patients=patients.height,
        stage_patients={stage: counts[stage] for stage in enough},
        left_out=left_out,
    )


REASONS = ("dco", "sex", "age", "follow_up")


def follow_cases(cases: pl.DataFrame) -> pl.DataFrame:
    """Add to each tumour how long it was followed (time_days, dead, age_days) and why it cannot be (`reason`).

    A case known from its death certificate alone, or found at autopsy, has no time to live; each tumour is left out
    for the first reason that holds.
    """
    end = pl.coalesce("death_date", "last_contact_date")
    followed = cases.with_columns(
        dead=pl.col("death_date").is_not_null(),
        time_days=(end - pl.col("incidence_date")).dt.total_days(),
        age_days=pl.coalesce(
            (pl.col("incidence_date") - pl.col("birth_date")).dt.total_days().cast(pl.Float64),
            (pl.col("age") + 0.5) * 365.25,
        ),
    )
    faults = (
        pl.col("dco_only") | (pl.col("basis") == AUTOPSY).fill_null(value=False),
        ~pl.col("sex").is_in(["1", "2"]).fill_null(value=False),
        pl.col("age_days").is_null() | (pl.col("age_days") < 0),
        pl.col("time_days").is_null() | (pl.col("time_days") < 0),
    )
    named = zip(REASONS, faults, strict=True)
    return followed.with_columns(
        reason=pl.coalesce(*(pl.when(fault).then(pl.lit(name)) for name, fault in named))
    )


def choose_patients(cases: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the tumours that can be followed, as `net_survival` reads them, and how many others there are by reason."""
    marked = follow_cases(cases)
    left_out = dict(marked.drop_nulls("reason").group_by("reason").len().iter_rows())
    kept = marked.filter(pl.col("reason").is_null()).rename({"incidence_date": "diagnosis_date"})
    columns = ["sex", "age_days", "diagnosis_date", "time_days", "dead", "stage_group"]
    return kept.select(columns), {name: left_out.get(name, 0) for name in REASONS}


def estimate(patients: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    if patients.is_empty():
        return pl.DataFrame(schema={**dict.fromkeys(by, pl.String), **SCHEMA})
    net = net_survival(patients, viet_nam_life_table(), at=MONTHS, by=by)
    per_cent = [pl.col(name) * 100 for name in ("survival", "std_err", "lower", "upper")]
    return net.with_columns(per_cent).select(*by, *SCHEMA)


SCHEMA: dict[str, Any] = {
    "years": pl.Float64,
    "survival": pl.Float64,
    "std_err": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "at_risk": pl.Int64,
    "events": pl.Int64,
}


def at_years(curve: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a curve at 1, 3 and 5 years."""
    return curve.filter((pl.col("years") * 12).round().cast(pl.Int64).is_in([12 * year for year in YEARS]))
