from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.forms.question import QuestionForm
from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.file import CSV, write_csv
from banyan.apps.insight.presenters.incidence import build_incidence, show_answers
from banyan.apps.insight.presenters.quality import show_strip
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.queries.guard import answer_incidence, answer_quality
from banyan.apps.insight.queries.incidence import count_behind
from banyan.apps.insight.queries.register import read_boundaries
from banyan.apps.insight.views.page import (
    FiguresPage,
    download,
    list_faults,
    require_register,
    send,
)

BEHIND = ("cases", "population")


def answer(scope: Scope) -> tuple[Iterable[Figure], dict[str, Any]]:
    incidence = answer_incidence(scope.register, scope.question)
    quality = answer_quality(scope.register, scope.question)
    figures = build_incidence(incidence, quality, scope, read_boundaries)
    return figures, {
        "answers": show_answers(incidence, scope),
        "strip": show_strip(quality, scope),
        "rebuild": scope.register.disclosure is None,
    }


PAGE = FiguresPage(
    url="figures-incidence",
    name=_("Bao nhiêu ca mới?"),
    template="insight/figures.html",
    filters=("site", "sex", "place", "first", "last", "standard"),
    answer=answer,
    group=_("Hỏi dữ liệu"),
    by_ward=True,
)


def download_incidence(request: HttpRequest, page: FiguresPage, slug: str, kind: str) -> HttpResponse:
    """Send a figure, or what the page counted."""
    if slug in BEHIND and kind == "csv":
        return download_behind(request, slug)
    return download(request, page, slug, kind)


def download_behind(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the counted cases or the people behind the page, as the command line reads them."""
    register = require_register(request)
    if register.disclosure and slug == "cases":
        raise Http404  # the finest cells there are
    form = QuestionForm(register, request.GET)
    if not form.is_valid():
        return HttpResponse(
            "\n".join(list_faults(form)),
            status=400,
            content_type="text/plain; charset=utf-8",
        )
    frame = count_behind(register, form.question)[BEHIND.index(slug)]
    return send(write_csv(frame), CSV, name=f"{slug}.csv")
