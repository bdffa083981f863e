"""The one door between the figures and their readers: what a page tells passes here.

`register_for` decides who sees every count. For the others each answer leaves with its hidden numbers taken out, and all
that is worked out from them, before any sentence, picture or file is made.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from banyan.apps.core.rules import Viewer
from banyan.apps.insight.queries import (
    comparison,
    completeness,
    incidence,
    prevalence,
    projection,
    quality,
    stage,
    survival,
    trend,
)
from banyan.apps.insight.queries.comparison import Comparison
from banyan.apps.insight.queries.completeness import CompletenessAnswer
from banyan.apps.insight.queries.contrast import Contrast
from banyan.apps.insight.queries.disclosure import Disclosure, disclose
from banyan.apps.insight.queries.incidence import Incidence
from banyan.apps.insight.queries.masking.comparison import mask_comparison
from banyan.apps.insight.queries.masking.completeness import mask_completeness
from banyan.apps.insight.queries.masking.incidence import mask_incidence
from banyan.apps.insight.queries.masking.prevalence import mask_prevalence
from banyan.apps.insight.queries.masking.projection import spread_told
from banyan.apps.insight.queries.masking.quality import mask_quality
from banyan.apps.insight.queries.masking.stage import mask_stage
from banyan.apps.insight.queries.masking.survival import mask_survival
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.prevalence import PrevalenceAnswer
from banyan.apps.insight.queries.projection import ProjectionAnswer
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import Register, read_register
from banyan.apps.insight.queries.rows import Extract, extract_rows
from banyan.apps.insight.queries.stage import StageAnswer
from banyan.apps.insight.queries.survival import SurvivalAnswer
from banyan.apps.insight.queries.trend import TrendAnswer
from banyan.apps.insight.rules import sees_every_count

_disclosures: Memory[Disclosure] = Memory(2)
_masked: Memory[Any] = Memory(512)

Answer = TypeVar("Answer")
Asked = TypeVar("Asked", bound=Question)


def register_for(viewer: Viewer) -> Register | None:
    """Return the register as the viewer may see it, or None while there is none."""
    register = read_register()
    if register is None or sees_every_count(viewer):
        return register
    return replace(register, disclosure=_disclosures.recall(register, lambda: disclose(register)))


def rows_for(register: Register) -> Extract:
    """Return the rows without identity; they are the same whoever asks."""
    told = register.disclosure or _disclosures.recall(register, lambda: disclose(register))
    return extract_rows(register, told)


def answer_incidence(register: Register, question: Question) -> Incidence:
    return tell(register, question, incidence.answer_incidence, mask_incidence)


def answer_quality(register: Register, question: Question) -> QualityAnswer:
    return tell(register, question, quality.answer_quality, mask_quality)


def answer_completeness(register: Register, question: Question) -> CompletenessAnswer:
    """Answer from the yearly counts that the quality page tells this reader, and from what the notifications may."""
    told = register.disclosure
    key = ("completeness", register.key, told.threshold if told else None, question)
    answer: CompletenessAnswer = _masked.recall(
        key,
        lambda: completeness.work_out_completeness(
            register,
            question,
            answer_quality(register, question).by_year,
            tell(register, question, completeness.answer_sources, mask_completeness),
        ),
    )
    return answer


def answer_stage(register: Register, question: Question) -> StageAnswer:
    return tell(register, question, stage.answer_stage, mask_stage)


def answer_survival(register: Register, question: Question) -> SurvivalAnswer:
    return tell(register, question, survival.answer_survival, mask_survival)


def answer_trend(register: Register, question: Question) -> TrendAnswer:
    """Answer from the yearly rates that the incidence page tells this reader."""
    told = register.disclosure
    key = ("trend", register.key, told.threshold if told else None, question)
    answer: TrendAnswer = _masked.recall(
        key,
        lambda: trend.work_out_trend(question, lambda asked: answer_incidence(register, asked).by_year),
    )
    return answer


def answer_projection(register: Register, question: Question) -> ProjectionAnswer:
    """Answer from cases by year and age, or from the margins that the incidence page tells this reader."""
    told = register.disclosure
    key = ("projection", register.key, told.threshold if told else None, question)
    answer: ProjectionAnswer = _masked.recall(key, lambda: project(register, question, told))
    return answer


def project(register: Register, question: Question, told: Disclosure | None) -> ProjectionAnswer:
    if told is None:
        known = projection.count_years(register, question)
        return projection.work_out_projection(register, question, known)
    people, _source = projection.foresee_people(register, question)
    counts = spread_told(question, told, people, lambda asked: answer_incidence(register, asked))
    return projection.work_out_projection(register, question, counts, by_margins=True)


def answer_prevalence(register: Register, question: Question) -> PrevalenceAnswer:
    return tell(register, question, prevalence.answer_prevalence, mask_prevalence)


def answer_comparison(register: Register, contrast: Contrast) -> Comparison:
    return tell(register, contrast, comparison.answer_comparison, mask_comparison)


def tell(
    register: Register,
    question: Asked,
    answer: Callable[[Register, Asked], Answer],
    mask: Callable[[Answer, Disclosure], Answer],
) -> Answer:
    """Answer in full, or masked by what the register may tell; a masked answer is kept with its wards worked out."""
    told = register.disclosure
    if told is None:
        return answer(register, question)
    key = (mask, register.key, told.threshold, question)
    masked: Answer = _masked.recall(key, lambda: mask(answer(register, question), told))
    return masked
