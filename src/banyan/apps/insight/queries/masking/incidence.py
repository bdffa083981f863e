from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import polars as pl

from banyan.apps.insight.choices import WHOLE_CITY, StandardAsked
from banyan.apps.insight.queries.disclosure import Disclosure
from banyan.apps.insight.queries.incidence import Incidence, map_wards
from banyan.apps.insight.queries.masking import HIDDEN, blank, blank_row, round_columns
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.trend import fit_trend
from banyan.apps.insight.rules import FEWEST_FOR_RATE
from banyan.science.burden.standards import find_standard

HALF_DIGIT = 0.05
COUNTS = ("cases", "crude_rate", "crude_rate_lower", "crude_rate_upper")
RATES = {
    "asr": 1, "asr_lower": 1, "asr_upper": 1, "cumulative_rate": 2, "cumulative_risk": 2,
    "cumulative_risk_lower": 2, "cumulative_risk_upper": 2, "smoothed": 1, "smoothed_lower": 1, "smoothed_upper": 1,
}  # fmt: skip
# These would give back digits that the rounding takes away, or counts of their own.
DROPPED = (
    "unknown_age_cases", "empty_bands", "dropped_cases", "folded_bands", "asr_se", "cumulative_rate_se",
    "cumulative_risk_se",
)  # fmt: skip
PRINTED = dict.fromkeys(COUNTS[1:], 1) | RATES


@dataclass(frozen=True, eq=False)
class MaskedIncidence(Incidence):
    """An answer whose hidden counts are empty; rows say so in `suppressed`."""

    told: Disclosure

    @cached_property
    def by_site(self) -> pl.DataFrame | None:
        full = super().by_site
        if full is None:
            return None
        hidden = [not self.told.shows_site(self.question, site) for site in full["site"]]
        period = (self.question.first, self.question.last)
        blurred = [not self.told.tells_ages(self.question, site, period) for site in full["site"]]
        if is_smooth(self.crowd):
            blurred = [False] * full.height
        masked = mask_rates(full, hidden, blurred)
        if self.question.place != WHOLE_CITY:
            # a site that is listed without its number would be known to have a case there
            masked = masked.filter(~pl.col(HIDDEN))
        return masked.sort(HIDDEN, "asr", "site", descending=[False, True, False], nulls_last=True)

    @cached_property
    def by_ward(self) -> pl.DataFrame | None:
        """Return the wards that may be told, smoothed among themselves: a hidden one leaves no trace in the others."""
        if self.question.place != WHOLE_CITY:
            return None
        codes = self.crowd["ward_code"].unique().sort()
        shown = [code for code in codes if self.told.shows_cell(self.question, "ward_code", code)]
        if not shown:
            return None
        return hide_wards(map_wards(self.counts, self.crowd, self.wards, self.question, shown), shown)


def mask_incidence(answer: Incidence, told: Disclosure) -> MaskedIncidence:
    question = answer.question
    total = mask_total(answer, told)
    by_year = mask_years(answer, told)
    before = answer.before if answer.before and told.allows_period(*answer.before) else None
    masked = {field.name: getattr(answer, field.name) for field in fields(Incidence)}
    masked |= {
        "total": total,
        "by_year": by_year,
        "ages": mask_ages(answer.ages, question, before, told),
        "before": before,
        "ratio": round_ratio(answer.ratio) if before and may_compare(answer, before, told) else None,
        "trend": fit_trend(by_year) if by_year.height and not by_year["asr"].is_null().any() else None,
    }
    return MaskedIncidence(**masked, told=told)


def round_ratio(ratio: tuple[float, float, float] | None) -> tuple[float, float, float] | None:
    if ratio is None:
        return None
    value, lower, upper = (round(number, 2) for number in ratio)
    return value, lower, upper


def is_smooth(crowd: pl.DataFrame, years: int = 1) -> bool:
    """Tell whether one case moves no standardised rate by more than half its last printed digit.

    `crowd` are the people of as many years. Where it moves it more, and no age is told with which it could be pooled,
    the rates of all standards together tell the ages of the few.
    """
    people = dict(crowd.group_by("age_group").agg(pl.col("person_years").sum() / years).iter_rows())
    standards = [find_standard(name).weights for name in StandardAsked.values]
    steps = [
        100_000 * weight / sum(weights.values()) / people[age]
        for weights in standards
        for age, weight in weights.items()
        if people.get(age)
    ]
    return max(steps, default=0.0) <= HALF_DIGIT


def mask_total(answer: Incidence, told: Disclosure) -> dict[str, Any]:
    question, total = answer.question, answer.total
    kept = {name: value for name, value in total.items() if name not in DROPPED}
    if not told.shows_total(question):
        return blank_row(kept, [*COUNTS, *(name for name in RATES if name in kept)])
    period = (question.first, question.last)
    blurred = not told.tells_ages(question, question.site, period) and not is_smooth(answer.crowd)
    if kept["cases"] and (blurred or kept["cases"] < FEWEST_FOR_RATE):
        kept |= {name: None for name in RATES if name in kept}
    return {
        **{
            name: round(value, PRINTED[name]) if name in PRINTED and value is not None else value
            for name, value in kept.items()
        },
        HIDDEN: False,
    }


def mask_years(answer: Incidence, told: Disclosure) -> pl.DataFrame:
    """Leave the years of the city; a ward has none."""
    question, by_year = answer.question, answer.by_year
    if question.place != WHOLE_CITY:
        return mask_rates(by_year.clear(), [], [])
    smooth, years = is_smooth(answer.crowd, question.length), by_year["year"]
    return mask_rates(
        by_year,
        [not told.shows_year(question, year) for year in years],
        [not smooth and not told.tells_ages(question, question.site, (year, year)) for year in years],
    )


def mask_rates(frame: pl.DataFrame, hidden: list[bool], blurred: list[bool]) -> pl.DataFrame:
    """Empty hidden rows, the standardised rates of those with few cases or `blurred`; round the rest as printed."""
    kept = frame.drop(DROPPED, strict=False)
    masked = blank(kept, hidden, [*COUNTS, *RATES])
    enough = (pl.col("cases") >= FEWEST_FOR_RATE) & ~pl.Series(blurred, dtype=pl.Boolean)
    few = [
        pl.when((pl.col("cases") == 0) | enough).then(pl.col(name)).alias(name)
        for name in RATES
        if name in kept.columns
    ]
    return round_columns(masked.with_columns(few), PRINTED)


def mask_ages(
    ages: pl.DataFrame, question: Question, before: tuple[int, int] | None, told: Disclosure
) -> pl.DataFrame:
    periods = [(question.first, question.last), *([before] if before else [])]
    if question.place != WHOLE_CITY:
        periods = []
    seen = ages.filter(pl.col("series") < len(periods))
    hidden = [
        not told.shows_cell(question, "age_group", age, periods[series])
        for series, age in seen.select("series", "age_group").iter_rows()
    ]
    return blank(seen, hidden, ["cases", "rate", "rate_lower", "rate_upper"])


def may_compare(answer: Incidence, before: tuple[int, int], told: Disclosure) -> bool:
    """Tell whether both periods have enough cases for a rate each."""
    if answer.question.place != WHOLE_CITY:
        return False
    years = pl.col("year").is_between(*before)
    earlier = replace(answer.question, first=before[0], last=before[1])
    return (
        told.shows_total(answer.question)
        and told.shows_total(earlier)
        and answer.total["cases"] >= FEWEST_FOR_RATE
        and answer.by_year.filter(years)["cases"].sum() >= FEWEST_FOR_RATE
    )


def hide_wards(wards: pl.DataFrame, shown: list[str]) -> pl.DataFrame:
    hidden = pl.Series("hidden", [code not in set(shown) for code in wards["ward_code"]], dtype=pl.Boolean)
    masked = (
        mask_rates(wards.drop("hidden"), hidden.to_list(), [False] * wards.height)
        .drop(HIDDEN)
        .with_columns(hidden)
    )
    return masked.with_columns(
        side=pl.when(hidden).then(0).otherwise("side"),
        much=pl.col("much") & ~hidden,
        city=pl.col("city").round(1),
    ).select(wards.columns)
