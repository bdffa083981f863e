"""What the figures pages have in common: the question in the address, the frame around the answer, the downloads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import requires
from banyan.apps.insight.forms.question import QuestionForm
from banyan.apps.insight.presenters.figure import Figure, show_figures
from banyan.apps.insight.presenters.file import write_file
from banyan.apps.insight.presenters.scope import Scope, write_period
from banyan.apps.insight.queries.guard import register_for
from banyan.apps.insight.queries.register import Register
from banyan.science.burden import BurdenError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    StrOrPromise = str | _StrPromise


@dataclass(frozen=True)
class FiguresPage:
    """One page of figures: how it is called, and how it answers a question.

    `answer` returns the figures and what else its template draws (answers, strip); `lines` names the filters that
    matter to the page, in order.
    """

    url: str
    name: "StrOrPromise"
    template: str
    filters: tuple[str, ...]
    answer: Callable[[Scope], tuple[Iterable[Figure], dict[str, Any]]]
    group: "StrOrPromise"
    by_ward: bool = False  # whether readers without identified access may ask it of one ward
    every_year: bool = False  # whether who names no period gets all years

    def read_form(self, register: Register, data: Any) -> QuestionForm:
        return QuestionForm(register, data, by_ward=self.by_ward, every_year=self.every_year)

    def read_scope(self, form: QuestionForm, register: Register) -> Scope:
        return Scope(form.question, register)


def show_page(request: Any, page: FiguresPage) -> HttpResponse:
    """Answer the question in the address; where it cannot be, say why."""
    register = register_for(request.viewer)
    if register is None:
        return render(
            request, "insight/empty.html", {"page_name": page.name, "crumbs": make_crumbs(page, "")}
        )
    form = page.read_form(register, request.GET)
    if not form.is_valid():
        return refuse_question(request, page, form, list_faults(form))
    scope = page.read_scope(form, register)
    try:
        figures, parts = page.answer(scope)
        cards = show_figures(figures, page.url, scope)
    except BurdenError as fault:
        return refuse_question(request, page, form, [speak_fault(fault)])
    context = {**describe_frame(request, page, form, scope), **parts, "cards": cards}
    return render(request, page.template, context)


def list_faults(form: QuestionForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


def speak_fault(fault: BurdenError) -> str:
    return fault.message_vi if (get_language() or "vi").startswith("vi") else fault.message_en


def refuse_question(
    request: HttpRequest, page: FiguresPage, form: QuestionForm, faults: list[str]
) -> HttpResponse:
    context = {
        "page_name": page.name,
        "page_address": reverse(page.url),
        "faults": faults,
        "form": form,
        "filters": [form[name] for name in page.filters],
        "crumbs": make_crumbs(page, ""),
    }
    return render(request, "insight/refused.html", context, status=400)


def describe_frame(
    request: HttpRequest, page: FiguresPage, form: QuestionForm, scope: Scope
) -> dict[str, Any]:
    address = f"{reverse(page.url)}?{scope.question.query()}"
    return {
        "scope": scope,
        "register": scope.register,
        "form": form,
        "filters": [form[name] for name in page.filters],
        "page_address": reverse(page.url),
        "state_address": address,
        "citation": scope.cite(request.build_absolute_uri(address)),
        "crumbs": make_crumbs(page, scope.title),
        "page_name": page.name,
    }


def make_crumbs(page: FiguresPage, title: str) -> list[tuple["StrOrPromise", str]]:
    own = (page.name, reverse(page.url) if title else "")
    return [(page.group, ""), own, *([(title, "")] if title else [])]


def download(request: Any, page: FiguresPage, slug: str, kind: str) -> HttpResponse:
    """Send one figure of a page as a file, with the state of the address."""
    register = register_for(request.viewer)
    form = register and page.read_form(register, request.GET)
    if not register or not form or not form.is_valid():
        raise Http404
    scope = page.read_scope(form, register)
    try:
        figures, _parts = page.answer(scope)
        figure = next((figure for figure in figures if figure.slug == slug), None)
    except BurdenError:
        raise Http404 from None
    file = figure and write_file(figure, kind, scope, request.build_absolute_uri(request.get_full_path()))
    if not file:
        raise Http404
    return send(
        *file,
        name=f"banyan-{slug}-{scope.question.site}-{write_period(scope.question.first, scope.question.last)}.{kind}",
    )


def list_paths(page: FiguresPage, give: Callable[..., HttpResponse] = download) -> list[URLPattern]:
    """Return the addresses of a page of figures: its own, and that of its files."""

    @require_safe
    @requires(Capability.VIEW_FIGURES)
    def show(request: HttpRequest) -> HttpResponse:
        return show_page(request, page)

    @require_safe
    @requires(Capability.VIEW_FIGURES)
    def show_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
        return give(request, page, slug, kind)

    address = page.url.replace("-", "/", 1)
    return [
        path(f"{address}/", show, name=page.url),
        path(f"{address}/<slug:slug>.<slug:kind>", show_file, name=f"{page.url}-file"),
    ]


def send(content: bytes, content_type: str, *, name: str) -> HttpResponse:
    plain = name.replace("–", "-")
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{plain}"'},
    )


def require_register(request: Any) -> Register:
    register = register_for(request.viewer)
    if register is None:
        raise Http404
    return register
