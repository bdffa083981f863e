from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.forms.survival import SurvivalForm
from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.quality import show_strip
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.presenters.survival import (
    build_survival,
    explain_design,
    show_survival_answers,
)
from banyan.apps.insight.queries.guard import answer_quality, answer_survival
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.views.page import FiguresPage


def answer(scope: Scope) -> tuple[Iterable[Figure], dict[str, Any]]:
    survival = answer_survival(scope.register, scope.question)
    quality = answer_quality(scope.register, scope.question)
    parts = {
        "answers": show_survival_answers(survival),
        "strip": show_strip(quality, scope),
        "design_words": explain_design(survival.design, scope.period),
    }
    return build_survival(survival, quality, scope), parts


class SurvivalPage(FiguresPage):
    """The page of survival, whose question has a design."""

    def read_form(self, register: Register, data: Any) -> SurvivalForm:
        return SurvivalForm(register, data, by_ward=self.by_ward)


PAGE = SurvivalPage(
    url="figures-survival",
    name=_("Sống thêm bao lâu?"),
    template="insight/survival.html",
    filters=("site", "sex", "place", "first", "last", "design"),
    answer=answer,
    group=_("Hỏi dữ liệu"),
)
