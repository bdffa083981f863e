from dataclasses import replace

import polars as pl

from banyan.apps.insight.queries.disclosure import Disclosure
from banyan.apps.insight.queries.disclosure.layers import CURVE, STAGE_CURVES
from banyan.apps.insight.queries.masking import round_columns
from banyan.apps.insight.queries.survival import SurvivalAnswer, at_years

PRINTED = {"survival": 1, "lower": 1, "upper": 1}


def mask_survival(answer: SurvivalAnswer, told: Disclosure) -> SurvivalAnswer:
    """Leave a curve at 1, 3 and 5 years, where no fewer die between, or are last seen, than may be told.

    Between those points a curve would tell the deaths of each month. How many were followed from the start is not
    told: less the cases it is those who could not be followed, less the deaths and who is left those lost from sight.
    """
    question, layers = answer.question, told.layers
    whole, staged = (layers.is_open(name, question) for name in (CURVE, STAGE_CURVES))
    return replace(
        answer,
        overall=coarsen(answer.overall if whole else answer.overall.clear(), told.threshold),
        by_stage=coarsen(answer.by_stage if staged else answer.by_stage.clear(), told.threshold),
        patients=None,
        stage_patients=dict.fromkeys(answer.stage_patients) if staged else {},
        left_out={},
        suppressed=not whole,
    )


def coarsen(curve: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Keep the curve at whole years, up to where too few are left."""
    kept = at_years(curve).filter(pl.col("at_risk") >= threshold).drop("std_err")
    return round_columns(kept, PRINTED)
