"""Whose follow-up a survival figure counts: those diagnosed in a period, or what happened in it to everybody."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import polars as pl
from django.utils.http import urlencode

from banyan.apps.insight.choices import DesignAsked
from banyan.apps.insight.queries.question import Question, choose_cases
from banyan.apps.insight.queries.register import Register
from banyan.science.burden import BurdenError, design_patients

HORIZON = 5
LONGEST = 10  # years: five more for those who have lived for five
AUTOPSY = "7.3"
FOLLOWED = [
    "sex", "age", "birth_date", "incidence_date", "death_date", "last_contact_date",
    "dco_only", "basis", "stage_group",
]  # fmt: skip
REASONS = ("dco", "sex", "age", "follow_up")


@dataclass(frozen=True)
class SurvivalQuestion(Question):
    """A question, and by which design its survival is worked out."""

    design: str = DesignAsked.COMPLETE.value

    def query(self) -> str:
        return f"{super().query()}&{urlencode({'design': self.design})}"


def name_design(question: Question) -> str:
    """Return the design of a question; who names none asks for the complete one."""
    return question.design if isinstance(question, SurvivalQuestion) else DesignAsked.COMPLETE.value


@dataclass(frozen=True, eq=False)
class Followed:
    """Tumours as the estimators read them: sex, age_days, diagnosis_date, entry_days, time_days, dead, stage_group.

    `left_out` counts those without follow-up by reason, and `count` those followed within five years, both of
    diagnoses that bear on five years' survival; `patients` reach back for ten.
    """

    patients: pl.DataFrame
    count: int
    left_out: dict[str, int]


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


def follow_patients(register: Register, question: Question) -> Followed:
    """Return whose follow-up answers a question, by its design."""
    if name_design(question) == DesignAsked.PERIOD:
        return follow_period(register, question)
    if name_design(question) == DesignAsked.COHORT:
        refuse_short_cohort(register, question)
    patients, left_out = choose_patients(choose_cases(register, question).select(FOLLOWED).collect())
    return Followed(patients.with_columns(entry_days=pl.lit(0.0)), patients.height, left_out)


def follow_period(register: Register, question: Question) -> Followed:
    """Count only what happened within the period asked for: who was diagnosed before it enters when it begins."""
    cases = choose_cases(register, question, every_year=True).filter(pl.col("year") <= question.last)
    every, _others = choose_patients(cases.select(FOLLOWED).collect())
    recent = cases.filter(pl.col("year") >= question.first - HORIZON)
    _patients, left_out = choose_patients(recent.select(FOLLOWED).collect())
    window = (date(question.first, 1, 1) - timedelta(days=1), date(question.last, 12, 31))
    designed = design_patients(every, design="period", window=window).patients
    within = designed.filter(pl.col("entry_days") < LONGEST * 365.25)
    count = within.filter(pl.col("entry_days") < HORIZON * 365.25).height
    return Followed(within.with_columns(pl.col("dead") == 1), count, left_out)


def find_last_day(register: Register) -> date | None:
    """Return the last day on which anybody in the register was seen, alive or dying."""
    last = register.cases.select(pl.coalesce("death_date", "last_contact_date").max()).item()
    return cast("date | None", last)


def refuse_short_cohort(register: Register, question: Question) -> None:
    """Refuse a cohort whose last patients could not yet be followed for five years.

    Raises
    ------
    BurdenError
    """
    last = find_last_day(register)
    if last is None or last >= date(question.last + HORIZON, 12, 31):
        return
    whole = last.year - HORIZON - (last < date(last.year, 12, 31))
    raise BurdenError(
        f"A cohort is followed for {HORIZON} years, and the follow-up ends on {last:%d/%m/%Y}: "
        f"ask for years up to {whole}, or choose another design.",
        f"Thuần tập cần được theo dõi đủ {HORIZON} năm, mà theo dõi kết thúc ngày {last:%d/%m/%Y}: "
        f"chọn các năm đến {whole}, hoặc chọn cách tính khác.",
    )
