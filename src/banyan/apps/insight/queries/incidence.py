"""How many new cases: the numbers behind every figure of the page, worked out once for a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from banyan.apps.insight.choices import ALL_SITES, WHOLE_CITY, SexAsked
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question, choose_cases, choose_people, earlier_period
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.queries.trend import Trend, fit_trend
from banyan.apps.insight.rules import MUCH, SMALLEST_COUNT, place_against
from banyan.science.burden import age_rates, count_cases, log_interval, standardise_rates
from banyan.science.burden.smoothing import smooth_ratios
from banyan.science.coding import site_groups

TOP_SITES = 20


@dataclass(frozen=True, eq=False)
class Incidence:
    """The answer. Rates per 100 000 person-years, risks in per cent, all at full precision.

    `total` is one row of `standardise_rates`; `by_year` one a year of the register; `ages` one an age group and
    period (`series` 0 now, 1 before); `ratio` compares the period's ASR with the one before, with 95 % limits.
    `counts`, `ranked` and `crowd` are the period's cases (ward_code, age_group; site, age_group) and people (ward_code,
    age_group): wards and sites are worked out from them when they are first asked for, while other figures are drawn.
    To readers without identified access they are, as all rates, of ages of which the hidden ones are pooled.
    """

    question: Question
    total: dict[str, Any]
    by_year: pl.DataFrame
    ages: pl.DataFrame
    before: tuple[int, int] | None
    ratio: tuple[float, float, float] | None
    trend: Trend | None
    counts: pl.DataFrame
    ranked: pl.DataFrame
    crowd: pl.DataFrame
    wards: pl.DataFrame

    @cached_property
    def by_site(self) -> pl.DataFrame | None:
        """Every site, the highest rate first; None unless all sites were asked for."""
        return rank_sites(self.ranked, self.crowd, self.question) if self.question.site == ALL_SITES else None

    @cached_property
    def by_ward(self) -> pl.DataFrame | None:
        """Every ward as `map_wards` gives it; None unless the whole city was asked for."""
        if self.question.place != WHOLE_CITY:
            return None
        return map_wards(self.counts, self.crowd, self.wards, self.question)


_answers: Memory[Incidence] = Memory(128)


def answer_incidence(register: Register, question: Question) -> Incidence:
    told = register.disclosure
    key = (register.key, question, told.threshold if told else None)
    return _answers.recall(key, lambda: work_out_incidence(register, question))


def work_out_incidence(register: Register, question: Question) -> Incidence:
    cases = count_rows(
        choose_cases(register, question, every_year=True), ["year", "site", "ward_code", "age_group"]
    )
    people = choose_people(register, question, every_year=True)
    before = earlier_period(question, register.years)
    rated, ranked = pool_hidden(register, question, cases, people)
    period = pl.col("year").is_between(question.first, question.last)
    counts = sum_rows(rated.filter(period), ["ward_code", "age_group"], "cases")
    crowd = sum_rows(people.filter(period), ["ward_code", "age_group"], "person_years")
    total = standardise_rates(count_cases(counts, crowd), standard=question.standard)
    by_year = standardise_rates(
        count_cases(rated, people, by=["year"]), by=["year"], standard=question.standard
    )
    return Incidence(
        question=question,
        total=total.with_columns(WHOLE).row(0, named=True),
        by_year=by_year.with_columns(WHOLE),
        ages=join_ages(
            count_cases(cases.filter(period), people.filter(period)), count_earlier(cases, people, before)
        ),
        before=before,
        ratio=compare_periods(total, count_earlier(rated, people, before), question.standard),
        trend=fit_trend(by_year),
        counts=counts,
        ranked=sum_rows(ranked.filter(period), ["site", "age_group"], "cases"),
        crowd=crowd,
        wards=register.wards,
    )


# Pooled ages leave fractions, which add up to whole cases again.
WHOLE = pl.col("cases").round().cast(pl.Int64)


def pool_hidden(
    register: Register, question: Question, cases: pl.DataFrame, people: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cases for the rates of all sites asked for together, and of each; as they are where none is hidden."""
    told = register.disclosure
    if told is None:
        return cases, cases
    rated = told.pool_ages(cases, people, question)
    if question.site != ALL_SITES:
        return rated, rated
    return rated, told.pool_ages(cases, people, question, by_site=True)


def count_rows(cases: pl.LazyFrame, by: list[str]) -> pl.DataFrame:
    return cases.group_by(by).len("cases").collect()


def sum_rows(rows: pl.DataFrame, by: list[str], number: str) -> pl.DataFrame:
    return rows.group_by(by).agg(pl.col(number).sum())


def count_earlier(
    cases: pl.DataFrame, people: pl.DataFrame, before: tuple[int, int] | None
) -> pl.DataFrame | None:
    if before is None:
        return None
    period = pl.col("year").is_between(*before)
    return count_cases(cases.filter(period), people.filter(period))


def join_ages(now: pl.DataFrame, before: pl.DataFrame | None) -> pl.DataFrame:
    """Return series, age_group, cases, person_years, rate, rate_lower, rate_upper."""
    periods = [now] if before is None else [now, before]
    rates = [
        age_rates(cells).insert_column(0, pl.lit(series).alias("series"))
        for series, cells in enumerate(periods)
    ]
    return pl.concat(rates).filter(pl.col("age_group").is_not_null())


def compare_periods(
    total: pl.DataFrame, before: pl.DataFrame | None, standard: str
) -> tuple[float, float, float] | None:
    """Return the ratio of the two standardised rates with log-normal limits; None where one has no case."""
    if before is None:
        return None
    earlier = standardise_rates(before, standard=standard)
    (now, now_se), (then, then_se) = (table.select("asr", "asr_se").row(0) for table in (total, earlier))
    if not now or not then:
        return None
    lower, upper = log_interval(now / then, np.hypot(now_se / now, then_se / then))
    return now / then, float(lower), float(upper)


def rank_sites(cases: pl.DataFrame, people: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Return the standardised rate of every site that the sex asked for can have, the highest first."""
    fitting = [group.key for group in site_groups() if fits_sex(group.sex, question.sex)]
    cells = count_cases(cases.filter(pl.col("site").is_in(fitting)), people, by=["site"])
    rates = standardise_rates(cells, by=["site"], standard=question.standard)
    return rates.with_columns(WHOLE).sort("asr", "site", descending=[True, False])


def fits_sex(sex: str, asked: str) -> bool:
    return sex == "both" or asked == SexAsked.BOTH or (sex == "male") == (asked == SexAsked.MALE)


def map_wards(
    cases: pl.DataFrame,
    people: pl.DataFrame,
    wards: pl.DataFrame,
    question: Question,
    smoothed: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Return a row a ward: its own standardised rate, its smoothed one, and where that stands against the city's.

    Columns: ward_code, name, kind, latitude, longitude, cases, people (a year), asr, asr_lower, asr_upper, smoothed,
    smoothed_lower, smoothed_upper, city (the rate of all wards together), hidden (fewer cases than may be shown),
    side (1 above, 0 not told apart, -1 below), much (beyond a quarter more, a fifth less). With `smoothed` only those
    wards are smoothed, among themselves.
    """
    known = people.select("ward_code").unique()
    located = cases.join(known, on="ward_code", how="semi")
    cells = count_cases(located, people, by=["ward_code"])
    rates = standardise_rates(cells, by=["ward_code"], standard=question.standard)
    city = (
        standardise_rates(cells.drop("ward_code"), standard=question.standard).row(0, named=True)["asr"]
        or 0.0
    )
    expected = expect_cases(cells).filter(pl.col("expected") > 0)
    chosen = expected if smoothed is None else expected.filter(pl.col("ward_code").is_in(smoothed))
    smooth = smooth_ratios(chosen)
    scaled = {new: pl.col(old) * city for old, new in RATIOS.items()}
    shown = rates.join(smooth, on="ward_code", how="left").with_columns(**scaled, city=pl.lit(city))
    return classify_wards(shown.join(wards, on="ward_code", how="left").with_columns(WHOLE), question)


RATIOS = {"ratio": "smoothed", "ratio_lower": "smoothed_lower", "ratio_upper": "smoothed_upper"}


def expect_cases(cells: pl.DataFrame) -> pl.DataFrame:
    """Return each ward's observed cases, and those expected at the age-specific rates of all wards together."""
    known = cells.filter(pl.col("age_group").is_not_null())
    rate = pl.col("cases").sum().over("age_group") / pl.col("person_years").sum().over("age_group")
    expected = (rate.fill_nan(0.0) * pl.col("person_years")).alias("expected")
    return (
        known.with_columns(expected)
        .group_by("ward_code")
        .agg(pl.col("cases").sum().alias("observed"), pl.col("expected").sum())
    )


def classify_wards(wards: pl.DataFrame, question: Question) -> pl.DataFrame:
    sides = [
        0 if lower is None else place_against(round(lower, 1), round(upper, 1), round(city, 1))
        for lower, upper, city in wards.select("smoothed_lower", "smoothed_upper", "city").iter_rows()
    ]
    ratio = pl.col("smoothed") / pl.col("city")
    hidden = pl.col("cases") < SMALLEST_COUNT
    side = pl.when(hidden).then(0).otherwise(pl.Series("side", sides, dtype=pl.Int64))
    return wards.with_columns(
        hidden=hidden,
        side=side,
        much=((ratio > MUCH) | (ratio < 1 / MUCH)).fill_null(value=False),
        people=pl.col("person_years") / question.length,
        name=pl.col("name").fill_null(pl.col("ward_code")),
        kind=pl.col("kind").fill_null(""),
    ).select(
        "ward_code", "name", "kind", "latitude", "longitude", "cases", "people", "person_years",
        "asr", "asr_lower", "asr_upper", "smoothed", "smoothed_lower", "smoothed_upper", "city", "hidden", "side", "much",
    )  # fmt: skip


def count_behind(register: Register, question: Question) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the counted cases and the people behind a page, as `banyan rates` reads them."""
    cases, people = choose_cases(register, question), choose_people(register, question)
    keys = ["sex", "age_group", "year", "site"]
    counted = count_rows(cases, keys).select(*keys, "cases").sort(keys, nulls_last=True)
    groups = ["sex", "age_group", "year"]
    return counted, people.group_by(groups).agg(pl.col("person_years").sum()).sort(groups)
