"""How long people live with their cancer: net survival, as if nobody died of anything else, and what dies of what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from banyan.apps.insight.queries.design import HORIZON, follow_patients, name_design
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import STAGES, Register
from banyan.science.burden import (
    compare_net_survival,
    conditional_survival,
    crude_probability,
    net_survival,
    standardise_survival,
    viet_nam_life_table,
)

YEARS = (1, 3, 5)
MONTHS = [month / 12 for month in range(1, HORIZON * 12 + 1)]
GIVEN = (0, 1, 2, 3, 5)  # years lived already, of which each is asked for five more
LATER = [float(given + HORIZON) for given in GIVEN if given]
FEWEST = 30  # a curve on fewer people is not drawn
PER_CENT = ("survival", "std_err", "lower", "upper")
# The standard cancer populations are made for groups of sites (Corazziari and others 2004); the first is for all others.
STANDARD_OF = {
    "prostate": "icss1-prostate",
    **dict.fromkeys(("nasopharynx", "melanoma", "cervix", "brain", "thyroid"), "icss2"),
    **dict.fromkeys(("testis", "hodgkin"), "icss3"),
}


@dataclass(frozen=True, eq=False)
class SurvivalAnswer:
    """Survival in per cent at `years` of 1, 2, … 60 months, by the design of the question.

    `overall` and `by_stage` (column `stage_group`) have years, survival, std_err, lower, upper, at_risk, events. `left_out`
    counts the tumours without follow-up by reason; `patients` those used, `stage_patients` those of each stage (None:
    hidden from this reader). `standardised` has stage_group (null: all), years, survival, its limits and `merged`, in the
    ages of `standard`; `conditional` given_years, survival for five more years, its limits; `crude` cause, years,
    probability, its limits, lost_years. `stages_differ` is the p-value of the test between stages.
    """

    question: Question
    overall: pl.DataFrame
    by_stage: pl.DataFrame
    patients: int | None
    stage_patients: dict[str, int | None]
    left_out: dict[str, int]
    standardised: pl.DataFrame
    conditional: pl.DataFrame
    crude: pl.DataFrame
    stages_differ: float | None = None
    suppressed: bool = False  # hidden from this reader

    @property
    def design(self) -> str:
        return name_design(self.question)

    @property
    def standard(self) -> str:
        return find_survival_standard(self.question.site)


_answers: Memory[SurvivalAnswer] = Memory(128)


def find_survival_standard(site: str) -> str:
    return STANDARD_OF.get(site, "icss1")


def answer_survival(register: Register, question: Question) -> SurvivalAnswer:
    return _answers.recall((register.key, question), lambda: work_out_survival(register, question))


def work_out_survival(register: Register, question: Question) -> SurvivalAnswer:
    followed = follow_patients(register, question)
    staged = followed.patients.drop_nulls("stage_group")
    counts = dict(
        staged.filter(pl.col("entry_days") < HORIZON * 365.25).group_by("stage_group").len().iter_rows()
    )
    enough = [stage for stage in STAGES if counts.get(stage, 0) >= FEWEST]
    compared = staged.filter(pl.col("stage_group").is_in(enough))
    curve = estimate(followed.patients, [], [*MONTHS, *LATER])
    by_stage = estimate(compared, ["stage_group"])
    answered: dict[str | None, tuple[pl.DataFrame, pl.DataFrame]] = {None: (followed.patients, curve)}
    for stage in enough:
        own = pl.col("stage_group") == stage
        answered[stage] = (compared.filter(own), by_stage.filter(own))
    return SurvivalAnswer(
        question=question,
        overall=curve.filter(pl.col("years") <= HORIZON),
        by_stage=by_stage,
        patients=followed.count,
        stage_patients={stage: counts[stage] for stage in enough},
        left_out=followed.left_out,
        standardised=standardise(answered, find_survival_standard(question.site)),
        conditional=survive_further(curve),
        crude=estimate_deaths(followed.patients),
        stages_differ=compare_stages(compared) if len(enough) > 1 else None,
    )


def estimate(patients: pl.DataFrame, by: list[str], at: Sequence[float] = MONTHS) -> pl.DataFrame:
    if patients.is_empty():
        return pl.DataFrame(schema={**dict.fromkeys(by, pl.String), **SCHEMA})
    net = net_survival(patients, viet_nam_life_table(), at=at, by=by)
    return cut_gaps(net.with_columns(pl.col(PER_CENT) * 100).select(*by, *SCHEMA), patients, by, PER_CENT)


SCHEMA: dict[str, Any] = {
    "years": pl.Float64,
    "survival": pl.Float64,
    "std_err": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "at_risk": pl.Int64,
    "events": pl.Int64,
}


def cut_gaps(
    table: pl.DataFrame, patients: pl.DataFrame, by: list[str], names: Sequence[str]
) -> pl.DataFrame:
    """Say nothing from the first month in which nobody was followed, though others come into view later."""
    if patients["entry_days"].max() == 0:
        return table
    alone = (pl.col("at_risk") == 0).cum_max()
    empty = alone.over(by) if by else alone
    return table.with_columns(pl.when(~empty).then(pl.col(name)).alias(name) for name in names)


def survive_further(curve: pl.DataFrame) -> pl.DataFrame:
    """Return survival for five more years of those who have lived for some: given_years, its limits, at_risk at the end."""
    if curve.is_empty():
        return NO_CONDITIONAL.clear()
    shares = curve.with_columns(pl.col("survival", "std_err") / 100)
    further = conditional_survival(shares, given=[float(years) for years in GIVEN])
    ends = curve.select("years", "at_risk", "events")
    kept = further.filter((pl.col("further_years") - HORIZON).abs() < 1e-9)
    return (
        kept.join(ends, on="years", maintain_order="left")
        .with_columns(pl.col(PER_CENT) * 100)
        .select(NO_CONDITIONAL.columns)
    )


NO_CONDITIONAL = pl.DataFrame(
    schema={"given_years": pl.Float64, **dict.fromkeys(PER_CENT, pl.Float64), "at_risk": pl.Int64}
)


def estimate_deaths(patients: pl.DataFrame) -> pl.DataFrame:
    """Return the crude probability of death of this cancer and of other causes, in per cent, by month."""
    if patients.is_empty():
        return NO_DEATHS.clear()
    crude = crude_probability(patients, viet_nam_life_table(), at=MONTHS)
    shares = ("probability", "std_err", "lower", "upper")
    known = crude.with_columns(pl.col(shares) * 100).select(NO_DEATHS.columns)
    return cut_gaps(known, patients, ["cause"], (*shares, "lost_years"))


NO_DEATHS = pl.DataFrame(
    schema={
        "cause": pl.String, "years": pl.Float64,
        **dict.fromkeys(("probability", "std_err", "lower", "upper", "lost_years"), pl.Float64), "at_risk": pl.Int64,
    }
)  # fmt: skip


def standardise(answered: dict[str | None, tuple[pl.DataFrame, pl.DataFrame]], standard: str) -> pl.DataFrame:
    """Return survival in the ages of a standard, of all (stage_group null) and of each stage, of (patients, curve) of each."""
    found = [
        standardise_part(part, curve, standard).with_columns(stage_group=pl.lit(stage, pl.String))
        for stage, (part, curve) in answered.items()
        if part.height >= FEWEST and at_years(curve)["survival"].count()
    ]
    return pl.concat(found).select(NO_STANDARD.columns) if found else NO_STANDARD.clear()


def standardise_part(part: pl.DataFrame, curve: pl.DataFrame, standard: str) -> pl.DataFrame:
    """Return survival at as many of 1, 3 and 5 years as the curve of all ages reaches.

    An age group whose own ends sooner is merged with its neighbour.
    """
    known = at_years(curve).drop_nulls("survival")["years"].to_list()
    found = standardise_survival(part, viet_nam_life_table(), standard=standard, on_missing="merge", at=known)
    return found.with_columns(pl.col(PER_CENT) * 100)


NO_STANDARD = pl.DataFrame(
    schema={
        "stage_group": pl.String, "years": pl.Float64, **dict.fromkeys(PER_CENT, pl.Float64), "merged": pl.String
    }
)  # fmt: skip


def compare_stages(staged: pl.DataFrame) -> float:
    """Return the p-value of the hypothesis that all stages have the same net survival up to five years."""
    test = compare_net_survival(
        staged, viet_nam_life_table(), group="stage_group", until_years=float(HORIZON)
    )
    return test.p_value


def at_years(curve: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a curve at 1, 3 and 5 years."""
    return curve.filter((pl.col("years") * 12).round().cast(pl.Int64).is_in([12 * year for year in YEARS]))
