from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.projection import build_projection, show_projection_answers
from banyan.apps.insight.presenters.quality import show_strip
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.queries.guard import answer_projection, answer_quality
from banyan.apps.insight.views.page import FiguresPage


def answer(scope: Scope) -> tuple[Iterable[Figure], dict[str, Any]]:
    projection = answer_projection(scope.register, scope.question)
    quality = answer_quality(scope.register, scope.question)
    parts = {"answers": show_projection_answers(projection), "strip": show_strip(quality, scope)}
    return build_projection(projection, quality, scope), parts


PAGE = FiguresPage(
    url="figures-projection",
    name=_("Dự báo"),
    template="insight/figures.html",
    filters=("site", "sex", "place", "first", "last", "standard"),
    answer=answer,
    group=_("Hỏi dữ liệu"),
    every_year=True,
)
