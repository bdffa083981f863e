from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.presenters.completeness import build_completeness
from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.quality import build_quality, list_targets, show_strip
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.queries.guard import answer_completeness, answer_quality
from banyan.apps.insight.views.page import FiguresPage


def answer(scope: Scope) -> tuple[Iterable[Figure], dict[str, Any]]:
    quality = answer_quality(scope.register, scope.question)
    parts = {"strip": show_strip(quality, scope), "targets": list_targets(quality)}
    completeness = answer_completeness(scope.register, scope.question)
    return chain(build_quality(quality, scope), build_completeness(completeness, quality, scope)), parts


PAGE = FiguresPage(
    url="figures-quality",
    name=_("Chất lượng"),
    template="insight/quality.html",
    filters=("site", "sex", "place", "first", "last"),
    answer=answer,
    group=_("Tin được đến đâu"),
)
