from dataclasses import replace

import polars as pl

from banyan.apps.insight.queries.disclosure import Disclosure
from banyan.apps.insight.queries.masking import HIDDEN, blank, blank_row
from banyan.apps.insight.queries.register import STAGES
from banyan.apps.insight.queries.stage import StageAnswer

NUMBERS = (
    "cases", *STAGES, "staged", "late", "unknown_cases", "share", "lower", "upper", "unknown",
)  # fmt: skip


def mask_stage(answer: StageAnswer, told: Disclosure) -> StageAnswer:
    """Leave the stages of a site where every count of them is safe: by year, or for the period only, or not at all."""
    question, layers = answer.question, told.layers
    whole, yearly = (layers.is_open(name, question) for name in ("stage", "stage_by_year"))
    by_site = answer.by_site
    if by_site is not None:
        by_site = by_site.filter(
            pl.Series([layers.is_open("stage", question, site) for site in by_site["site"]], dtype=pl.Boolean)
        )
    return replace(
        answer,
        total={**answer.total, HIDDEN: False} if whole else blank_row(answer.total, NUMBERS),
        by_year=blank(answer.by_year, [not yearly] * answer.by_year.height, NUMBERS),
        by_site=by_site,
        change=answer.change if yearly else None,
    )
