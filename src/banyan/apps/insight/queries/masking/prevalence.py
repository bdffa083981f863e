"""Prevalence for readers without identified access: worked out of what other pages tell them, and of nothing else."""

from dataclasses import replace
from typing import Any

import polars as pl

from banyan.apps.insight.choices import ALL_SITES, SexAsked
from banyan.apps.insight.queries.disclosure import Disclosure
from banyan.apps.insight.queries.disclosure.layers import CURVE
from banyan.apps.insight.queries.masking import HIDDEN
from banyan.apps.insight.queries.prevalence import NUMBERS, SHARES, PrevalenceAnswer, add_proportions
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import SKIN
from banyan.apps.insight.queries.survival import YEARS
from banyan.science.burden import prevalence_from_cases

DCO_DIGITS = 1
SCHEMA = {
    "site": pl.String,
    "sex": pl.String,
    "years": pl.Int64,
    **dict.fromkeys(NUMBERS, pl.Float64),
    HIDDEN: pl.Boolean,
}


def mask_prevalence(answer: PrevalenceAnswer, told: Disclosure) -> PrevalenceAnswer:
    """Estimate from yearly cases and survival, as the incidence and the survival page tell them to the same reader.

    So a figure says nothing that its reader could not work out. How many are alive, dead or lost on the day is not
    told: less the deaths of the survival page it would be those who died in between.
    """
    spans = tuple(years for years in answer.spans if years in YEARS)
    units = answer.figures.select("site", "sex").unique(maintain_order=True).iter_rows()
    rows = [row for site, sex in units for row in estimate_unit(answer, site, sex, told)]
    figures = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return replace(
        answer,
        spans=spans,
        figures=add_proportions(figures, answer.people).select(
            "site", "sex", "years", *NUMBERS, *SHARES.values(), HIDDEN
        ),
        left_out={},
        parts=answer.parts.clear(),
        estimated=True,
    )


def estimate_unit(answer: PrevalenceAnswer, site: str, sex: str, told: Disclosure) -> list[dict[str, Any]]:
    """Return a row for each number of years, empty where it may not be told."""
    asked = replace(answer.question, site=site, sex=sex)
    rows = []
    curve = read_told_curve(answer, asked, told)
    for years in (years for years in answer.spans if years in YEARS):
        found = estimate_years(answer, asked, told, curve, years)
        small = found is not None and 0 < found["prevalent"] < told.threshold
        shown = found if found is not None and not small else dict.fromkeys(NUMBERS)
        numbers = {name: shown[name] for name in NUMBERS}
        hidden = found is None or small
        rows.append({"site": site, "sex": sex, "years": years, **numbers, HIDDEN: hidden})
    return rows


def estimate_years(
    answer: PrevalenceAnswer, asked: Question, told: Disclosure, curve: pl.DataFrame, years: int
) -> dict[str, Any] | None:
    wanted = range(asked.last - years + 1, asked.last + 1)
    if curve.is_empty() or curve["years"].max() < years:  # type: ignore[operator]
        return None
    if not all(told.shows_year(asked, year) for year in wanted):
        return None
    living = 1 - read_dco(answer, asked, told)
    own = choose_parts(answer.parts, asked)
    counts = dict(own.group_by("year").agg(pl.col("cases").sum()).iter_rows())
    cases = pl.DataFrame({"year": wanted, "cases": [living * counts.get(year, 0) for year in wanted]})
    return prevalence_from_cases(cases, curve, years=[years]).row(0, named=True)


def find_period(asked: Question, told: Disclosure) -> Question | None:
    """Return the question of the last two bands up to the last day, whose survival is taken."""
    ends = [band[1] for band in told.bands]
    if asked.last not in ends:
        return None
    at = ends.index(asked.last)
    return replace(asked, first=told.bands[max(at - 1, 0)][0])


def choose_parts(parts: pl.DataFrame, asked: Question) -> pl.DataFrame:
    """Return the parts of one site or all, and one sex or all."""
    site = pl.col("site").ne_missing(SKIN) if asked.site == ALL_SITES else pl.col("site") == asked.site
    sex = pl.lit(value=True) if asked.sex == SexAsked.BOTH else pl.col("sex") == asked.sex
    return parts.filter(site, sex)


def read_dco(answer: PrevalenceAnswer, asked: Question, told: Disclosure) -> float:
    """Return the share known from a death certificate alone, as the quality page prints it; 0 where it may not."""
    period = find_period(asked, told)
    if period is None or not told.layers.is_open("dco", period):
        return 0.0
    own = choose_parts(answer.parts, period).filter(pl.col("year").is_between(period.first, period.last))
    dco, cases = own.select(pl.col("dco", "cases").sum()).row(0)
    return round(100 * dco / cases, DCO_DIGITS) / 100 if cases else 0.0


def read_told_curve(answer: PrevalenceAnswer, asked: Question, told: Disclosure) -> pl.DataFrame:
    """Return observed survival at 1, 3 and 5 years, from the deaths and the numbers followed that are told.

    An actuarial life table: who is neither dead nor followed at the end of an interval was there for half of it.
    """
    empty = pl.DataFrame(schema={"years": pl.Int64, "survival": pl.Float64, "std_err": pl.Float64})
    period = find_period(asked, told)
    if period is None or not told.layers.is_open(CURVE, period) or not told.shows_total(period):
        return empty
    own = choose_parts(answer.parts, period).filter(pl.col("year").is_between(period.first, period.last))
    sums = own.select(pl.exclude("site", "sex", "year").sum()).row(0, named=True)
    left, died = (1 - read_dco(answer, asked, told)) * sums["cases"], 0
    survival, spread, rows = 1.0, 0.0, []
    for year in YEARS:
        at_risk, events = sums[f"at_risk_{year}"], sums[f"events_{year}"]
        if at_risk < told.threshold:
            break
        deaths = events - died
        left = max(left, deaths + at_risk)
        exposed = left - (left - deaths - at_risk) / 2
        survival *= 1 - deaths / exposed
        spread += deaths / (exposed * (exposed - deaths))
        rows.append((year, survival, survival * spread**0.5))
        left, died = at_risk, events
    return pl.DataFrame(rows, schema=empty.schema, orient="row")
