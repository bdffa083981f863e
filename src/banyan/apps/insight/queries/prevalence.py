"""How many people are alive on the last day of a period with a cancer of the years before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from banyan.apps.insight.choices import ALL_SITES, SexAsked
from banyan.apps.insight.queries.design import AUTOPSY, follow_cases
from banyan.apps.insight.queries.incidence import fits_sex
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question, choose_cases, choose_people
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.queries.survival import YEARS
from banyan.science.burden import limited_prevalence
from banyan.science.coding import site_groups

SPANS = (1, 3, 5, 10)
PER = 100_000
ELDER, OLD = 60, 70  # survival of those lost is that of the same site and one of three ages at diagnosis
DAYS = 365.25
COLUMNS = [
    "person", "site", "sex", "year", "age", "birth_date", "incidence_date", "death_date", "last_contact_date",
    "dco_only", "basis",
]  # fmt: skip
COUNTS = ("diagnosed", "died", "alive", "lost", "lost_alive", "held")
NUMBERS = ("prevalent", "lower", "upper")
SHARES = {"prevalent": "proportion", "lower": "proportion_lower", "upper": "proportion_upper"}


@dataclass(frozen=True, eq=False)
class PrevalenceAnswer:
    """People alive at the end of `index_date`, counted once in each site and sex.

    `figures` has a row for each site ("all": together), sex ("0": both) and number of `years` (null: all registered,
    since `since`): prevalent, lower, upper, proportion, proportion_lower, proportion_upper (per 100 000 people of the
    last year) and, where they may be told, diagnosed, died, alive, lost, lost_alive, held. `left_out` counts tumours by
    reason. `parts` are the cases and ends by site, sex and year from which it is estimated for readers who may not be
    told (`estimated`); to them it is empty.
    """

    question: Question
    index_date: date
    since: int
    spans: tuple[int | None, ...]
    figures: pl.DataFrame
    people: dict[str, float]
    left_out: dict[str, int]
    parts: pl.DataFrame = field(default_factory=pl.DataFrame)
    estimated: bool = False

    @property
    def suppressed(self) -> bool:
        """Tell whether nothing of the site asked for may be told to this reader."""
        own = self.figures.filter(pl.col("site") == self.question.site)
        return self.estimated and bool(own["prevalent"].is_null().all())


_answers: Memory[PrevalenceAnswer] = Memory(128)


def answer_prevalence(register: Register, question: Question) -> PrevalenceAnswer:
    return _answers.recall((register.key, question), lambda: work_out_prevalence(register, question))


def work_out_prevalence(register: Register, question: Question) -> PrevalenceAnswer:
    """Count who is alive on the last day; who was lost from sight before counts by the chance to be."""
    index, since = date(question.last, 12, 31), find_first_year(register.years, question.last)
    chosen = choose_cases(register, question, every_year=True)
    cases = chosen.filter(pl.col("year").is_between(since, question.last)).select(COLUMNS).collect()
    spans = find_spans(question.last - since + 1)
    counted, left_out = count_alive(mark_alive(cases), index, spans, question)
    people = count_people(register, question)
    return PrevalenceAnswer(
        question=question,
        index_date=index,
        since=since,
        spans=spans,
        figures=add_proportions(counted, people),
        people=people,
        left_out=left_out,
        parts=count_parts(cases),
    )


def find_first_year(years: Sequence[int], last: int) -> int:
    """Return the first of the years that lead to the last one without a gap."""
    known, first = set(years), last
    while first - 1 in known:
        first -= 1
    return first


def find_spans(length: int) -> tuple[int | None, ...]:
    """Return the numbers of years that a register of that length knows, None for all if that is another one."""
    spans = [years for years in SPANS if years <= length]
    return (*spans, None) if length not in spans else tuple(spans)


def mark_alive(cases: pl.DataFrame) -> pl.DataFrame:
    """Return tumours as `limited_prevalence` reads them; who is known from a death alone never lived with it."""
    found_dead = pl.col("dco_only") | (pl.col("basis") == AUTOPSY).fill_null(value=False)
    end = pl.coalesce("death_date", pl.when(found_dead).then("incidence_date"), "last_contact_date")
    age = pl.col("age")
    return cases.select(
        "person",
        "site",
        "sex",
        pl.col("incidence_date").alias("diagnosis_date"),
        # Without a later contact no more is known than that somebody lived when the diagnosis was made.
        pl.max_horizontal(end, "incidence_date").alias("exit_date"),
        (pl.col("death_date").is_not_null() | found_dead).alias("dead"),
        pl.when(age < ELDER).then(0).when(age < OLD).then(1).when(age >= OLD).then(2).alias("age_band"),
    )


def count_alive(
    patients: pl.DataFrame, index: date, spans: tuple[int | None, ...], question: Question
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Count in the site asked for, by sex too where both are, and in each site where all are."""
    how: dict[str, Any] = {"years": spans, "tumours": "persons", "survival_by": ["site", "age_band"]}
    whole = limited_prevalence(patients, index, **how)
    asked = {"site": pl.lit(question.site), "sex": pl.lit(question.sex)}
    tables = [whole.table.with_columns(**asked)]
    if question.sex == SexAsked.BOTH:
        known = patients.filter(pl.col("sex").is_in(question.sexes))
        sexes = limited_prevalence(known, index, by=["sex"], **how).table
        tables.append(sexes.with_columns(site=asked["site"]))
    if question.site == ALL_SITES:
        fitting = [group.key for group in site_groups() if fits_sex(group.sex, question.sex)]
        inside = patients.filter(pl.col("site").is_in(fitting))
        sites = limited_prevalence(inside, index, by=["site"], **how).table
        tables.append(sites.with_columns(sex=asked["sex"]))
    columns = ["site", "sex", "years", *NUMBERS, *COUNTS]
    return pl.concat([table.select(columns) for table in tables]), dict(whole.left_out)


def count_people(register: Register, question: Question) -> dict[str, float]:
    """Return the people of the last year by sex, and of all asked for under the sex of the question."""
    people = choose_people(register, question, every_year=True).filter(pl.col("year") == question.last)
    by_sex = dict(people.group_by("sex").agg(pl.col("person_years").sum()).iter_rows())
    return {**by_sex, question.sex: float(people["person_years"].sum())}


def add_proportions(figures: pl.DataFrame, people: dict[str, float]) -> pl.DataFrame:
    crowd = pl.col("sex").replace_strict(people, default=None, return_dtype=pl.Float64)
    shares = [
        pl.when(crowd > 0).then(PER * pl.col(name) / crowd).alias(share) for name, share in SHARES.items()
    ]
    return figures.with_columns(shares)


def count_parts(cases: pl.DataFrame) -> pl.DataFrame:
    """Count by site, sex and year the cases, those of a death alone, and who died and who was seen by 1, 3 and 5 years."""
    followed = follow_cases(cases)
    known = pl.col("reason").is_null()
    ends = [
        expression
        for year in YEARS
        for expression in (
            (known & (pl.col("time_days") >= DAYS * year)).sum().alias(f"at_risk_{year}"),
            (known & pl.col("dead") & (pl.col("time_days") <= DAYS * year)).sum().alias(f"events_{year}"),
        )
    ]
    return followed.group_by("site", "sex", "year").agg(
        pl.len().alias("cases"), pl.col("dco_only").sum().alias("dco"), *ends
    )
