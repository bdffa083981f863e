from dataclasses import replace

import polars as pl

from banyan.apps.insight.choices import WHOLE_CITY
from banyan.apps.insight.queries.disclosure import Disclosure
from banyan.apps.insight.queries.disclosure.layers import MEASURES
from banyan.apps.insight.queries.masking import HIDDEN, blank, round_columns
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.rules import FEWEST_FOR_RATE

UNKNOWN_AGE = "unknown_age"
PRINTED = {**dict.fromkeys(MEASURES, 1), UNKNOWN_AGE: 1, "sources": 1}


def mask_quality(answer: QualityAnswer, told: Disclosure) -> QualityAnswer:
    """Leave the measures of which every count of the site, sex and period is safe; sources are a mean, not a share."""
    question, layers = answer.question, told.layers
    shown = told.shows_total(question)
    total = {name: value for name, value in answer.total.items() if name != "psu"}
    for name in MEASURES:
        if not layers.is_open(name, question):
            total[name] = None
    if not told.shows_unknown_age(question, question.site):
        total[UNKNOWN_AGE] = None
    if not shown or total["cases"] < FEWEST_FOR_RATE:
        total["sources"] = None
    total |= {name: round(total[name], 1) for name in PRINTED if total[name] is not None}
    total |= {"cases": total["cases"] if shown else None, HIDDEN: not shown}
    return replace(
        answer, total=total, by_year=mask_by_year(answer, told), by_site=mask_by_site(answer, told)
    )


def mask_by_year(answer: QualityAnswer, told: Disclosure) -> pl.DataFrame:
    question = answer.question
    frame = answer.by_year.drop("psu") if question.place == WHOLE_CITY else answer.by_year.drop("psu").clear()
    masked = blank(
        frame, [not told.shows_year(question, year) for year in frame["year"]], ["cases", "sources"]
    )
    closed = [name for name in MEASURES if not told.layers.is_open(f"{name}_by_year", question)]
    closed.append(UNKNOWN_AGE)  # ages are told for bands of years only
    few = pl.when(pl.col("cases") >= FEWEST_FOR_RATE).then(pl.col("sources")).alias("sources")
    return round_columns(
        masked.with_columns(pl.lit(None, pl.Float64).alias(name) for name in closed).with_columns(few),
        PRINTED,
    )


def mask_by_site(answer: QualityAnswer, told: Disclosure) -> pl.DataFrame:
    question = answer.question
    frame = answer.by_site.drop("psu") if question.place == WHOLE_CITY else answer.by_site.drop("psu").clear()
    sites = frame["site"].to_list()
    masked = blank(frame, [not told.shows_site(question, site) for site in sites], ["cases", "sources"])
    opened = {name: [told.layers.is_open(name, question, site) for site in sites] for name in MEASURES}
    opened[UNKNOWN_AGE] = [told.shows_unknown_age(question, site) for site in sites]
    shut = [
        pl.when(pl.Series(flags, dtype=pl.Boolean)).then(pl.col(name)).alias(name)
        for name, flags in opened.items()
    ]
    few = pl.when(pl.col("cases") >= FEWEST_FOR_RATE).then(pl.col("sources")).alias("sources")
    return round_columns(masked.with_columns(*shut, few), PRINTED)
