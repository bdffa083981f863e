from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.quality import show_strip
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.presenters.stage import build_stage, show_stage_answers
from banyan.apps.insight.queries.guard import answer_quality, answer_stage
from banyan.apps.insight.views.page import FiguresPage


def answer(scope: Scope) -> tuple[Iterable[Figure], dict[str, Any]]:
    stages = answer_stage(scope.register, scope.question)
    quality = answer_quality(scope.register, scope.question)
    return build_stage(stages, quality, scope), {
        "answers": show_stage_answers(stages),
        "strip": show_strip(quality, scope),
    }


PAGE = FiguresPage(
    url="figures-stage",
    name=_("Phát hiện muộn"),
    template="insight/figures.html",
    filters=("site", "sex", "place", "first", "last"),
    answer=answer,
    group=_("Hỏi dữ liệu"),
)
