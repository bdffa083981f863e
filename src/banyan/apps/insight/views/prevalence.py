from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.prevalence import build_prevalence, show_prevalence_answers
from banyan.apps.insight.presenters.quality import show_strip
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.queries.guard import answer_prevalence, answer_quality
from banyan.apps.insight.views.page import FiguresPage


def answer(scope: Scope) -> tuple[Iterable[Figure], dict[str, Any]]:
    prevalence = answer_prevalence(scope.register, scope.question)
    quality = answer_quality(scope.register, scope.question)
    parts = {
        "answers": show_prevalence_answers(prevalence),
        "strip": show_strip(quality, scope),
        "index_date": prevalence.index_date,
    }
    return build_prevalence(prevalence, quality, scope), parts


PAGE = FiguresPage(
    url="figures-prevalence",
    name=_("Bao nhiêu người đang mắc?"),
    template="insight/prevalence.html",
    filters=("site", "sex", "place", "first", "last"),
    answer=answer,
    group=_("Hỏi dữ liệu"),
)
