from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.quality import show_strip
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.presenters.trend import build_trend, show_trend_answers
from banyan.apps.insight.queries.guard import answer_quality, answer_trend
from banyan.apps.insight.views.page import FiguresPage


def answer(scope: Scope) -> tuple[Iterable[Figure], dict[str, Any]]:
    trend = answer_trend(scope.register, scope.question)
    quality = answer_quality(scope.register, scope.question)
    parts = {"answers": show_trend_answers(trend), "strip": show_strip(quality, scope)}
    return build_trend(trend, quality, scope), parts


PAGE = FiguresPage(
    url="figures-trend",
    name=_("Xu hướng"),
    template="insight/figures.html",
    filters=("site", "sex", "place", "first", "last", "standard"),
    answer=answer,
    group=_("Hỏi dữ liệu"),
    every_year=True,
)
