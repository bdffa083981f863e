from collections.abc import Iterable
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.forms.contrast import ContrastForm
from banyan.apps.insight.presenters.comparison import build_comparison
from banyan.apps.insight.presenters.contrast import ContrastScope, show_contrast_answers, show_strips
from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.queries.guard import answer_comparison, answer_quality
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.views.page import FiguresPage


def answer(scope: Scope) -> tuple[Iterable[Figure], dict[str, Any]]:
    asked = cast("ContrastScope", scope)
    comparison = answer_comparison(asked.register, asked.question)
    questions = [*(side.question for side in comparison.sides), comparison.sides[0].whole.question]
    one, two, whole = (answer_quality(asked.register, question) for question in questions)
    return build_comparison(comparison, (one, two), whole, asked), {
        "answers": show_contrast_answers(comparison, asked),
        "strips": show_strips((one, two), comparison, asked),
    }


class ContrastPage(FiguresPage):
    """A page whose question has two sides."""

    def read_form(self, register: Register, data: Any) -> ContrastForm:
        return ContrastForm(register, data, by_ward=self.by_ward)

    def read_scope(self, form: Any, register: Register) -> ContrastScope:
        return ContrastScope(form.question, register)


PAGE = ContrastPage(
    url="figures-comparison",
    name=_("So sánh"),
    template="insight/comparison.html",
    filters=("site", "sex", "place", "first", "last", "against", "other_first", "other_last", "standard"),
    answer=answer,
    group=_("Hỏi dữ liệu"),
    by_ward=True,
)
