"""The page "Sống thêm bao lâu?"."""

from collections.abc import Iterator

from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.presenters.survival.curves import (
    show_by_stage,
    show_overall,
    show_survival_answers,
)
from banyan.apps.insight.presenters.survival.outlook import show_deaths, show_further
from banyan.apps.insight.presenters.survival.sentences import explain_design
from banyan.apps.insight.presenters.survival.standard import show_standardised
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.survival import SurvivalAnswer

__all__ = ["build_survival", "explain_design", "show_survival_answers"]


def build_survival(answer: SurvivalAnswer, quality: QualityAnswer, scope: Scope) -> Iterator[Figure]:
    """Yield the figures; where none stands beside another, the last one takes the whole width."""
    staged = bool(answer.stage_patients)
    yield show_overall(answer, quality, scope)
    if staged:
        yield show_by_stage(answer, quality, scope)
    yield show_standardised(answer, quality, scope)
    yield show_deaths(answer, quality, scope)
    yield show_further(answer, quality, scope, width="w12" if staged else "w6")
