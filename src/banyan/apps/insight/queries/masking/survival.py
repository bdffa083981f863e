from dataclasses import replace

import polars as pl

from banyan.apps.insight.choices import DesignAsked
from banyan.apps.insight.queries.disclosure import Disclosure, gates
from banyan.apps.insight.queries.disclosure.layers import CURVE, STAGE_CURVES
from banyan.apps.insight.queries.masking import round_columns
from banyan.apps.insight.queries.survival import SurvivalAnswer, at_years

PRINTED = {"survival": 1, "lower": 1, "upper": 1}
P_DIGITS = 3


def mask_survival(answer: SurvivalAnswer, told: Disclosure) -> SurvivalAnswer:
    """Leave a curve at 1, 3 and 5 years, where no fewer die between, or are last seen, than may be told.

    Between those points a curve would tell the deaths of each month. How many were followed from the start is not
    told: less the cases it is those who could not be followed, less the deaths and who is left those lost from sight.
    What is worked out of the same patients in another way (by the years of death, in the ages of a standard) needs its
    own gate beside, and comes without counts.
    """
    question, layers = answer.question, told.layers
    by_time = answer.design == DesignAsked.PERIOD

    def passes(gate: str) -> bool:
        return told.gates.is_open(gate, question, by_time=by_time)

    whole, staged = (layers.is_open(name, question) for name in (CURVE, STAGE_CURVES))
    if by_time:
        whole, staged = whole and passes(gates.CURVE), staged and passes(gates.STAGES_APART)
    standard = answer.standardised.clear()
    if whole and passes(gates.STANDARD):
        parts = staged and passes(gates.STAGE_STANDARD)
        standard = answer.standardised.filter(pl.col("stage_group").is_null() | parts)
    return replace(
        answer,
        overall=coarsen(answer.overall if whole else answer.overall.clear(), told.threshold, by_time),
        by_stage=coarsen(answer.by_stage if staged else answer.by_stage.clear(), told.threshold, by_time),
        patients=None,
        stage_patients=dict.fromkeys(answer.stage_patients) if staged else {},
        left_out={},
        standardised=leave_known(standard, answer.overall, told.threshold),
        conditional=leave_further(answer.conditional, told.threshold, shown=whole and passes(gates.LATER)),
        crude=leave_deaths(answer.crude, told.threshold, shown=whole and passes(gates.CRUDE)),
        stages_differ=round_p(answer.stages_differ) if staged else None,
        suppressed=not whole,
    )


def coarsen(curve: pl.DataFrame, threshold: int, by_time: bool) -> pl.DataFrame:  # noqa: FBT001
    """Keep the curve at whole years, up to where too few are left; of deaths in a window no count is told."""
    kept = at_years(curve).filter(pl.col("at_risk") >= threshold).drop("std_err")
    if by_time:
        kept = kept.with_columns(pl.lit(None, pl.Int64).alias(name) for name in ("at_risk", "events"))
    return round_columns(kept, PRINTED)


def leave_known(standard: pl.DataFrame, curve: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Keep the times at which enough people are followed."""
    known = at_years(curve).filter(pl.col("at_risk") >= threshold)["years"].round().implode()
    return round_columns(standard.filter(pl.col("years").round().is_in(known)).drop("std_err"), PRINTED)


def leave_further(further: pl.DataFrame, threshold: int, *, shown: bool) -> pl.DataFrame:
    """Keep what rests on enough people at its end."""
    kept = further.filter((pl.col("at_risk") >= threshold) & shown)
    return round_columns(kept.drop("std_err", "at_risk"), PRINTED)


def leave_deaths(deaths: pl.DataFrame, threshold: int, *, shown: bool) -> pl.DataFrame:
    """Keep the probabilities at 1, 3 and 5 years; the years lost would tell of the deaths between."""
    kept = at_years(deaths).filter((pl.col("at_risk") >= threshold) & shown)
    return round_columns(kept.drop("std_err", "lost_years", "at_risk"), PRINTED | {"probability": 1})


def round_p(value: float | None) -> float | None:
    return None if value is None else round(value, P_DIGITS)
