from collections.abc import Iterable
from typing import cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.services.kept import asked_text, keep_text
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.registry.forms.filter import CaseFilterForm
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.presenters.list import describe_cases, describe_waiting
from banyan.apps.registry.queries.tumour import COUNTED, count_some, find_cases, waiting_cases

PER_PAGE = 50


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a list that is counted only as far as anybody would leaf."""

    @cached_property
    def count(self) -> int:
        return min(count_some(cast("QuerySet[Tumour]", self.object_list)), COUNTED)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.VIEW_PERSONS)
def list_cases(request: ViewedRequest) -> HttpResponse:
    """Show the cases that a filter asks for, a page at a time. Names and numbers come by POST and are kept here."""
    if request.method == "POST":
        return keep_question(request)
    form = CaseFilterForm({**request.GET.dict(), "q": asked_text(request.session, request.GET)})
    page = CappedPaginator(find_cases(request.viewer, form.wanted()), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "cases": describe_cases(page),
        "more_than": COUNTED if page.paginator.count >= COUNTED else 0,
    }
    log_list(request, page)
    return render(request, "registry/cases.html", context)


def keep_question(request: ViewedRequest) -> HttpResponse:
    """Keep the name or number, and lead to an address that holds the rest of the filter."""
    address = {
        name: value
        for name in CaseFilterForm.base_fields
        if (value := request.POST.get(name, "")) and name != "q"
    }
    if text := request.POST.get("q", "").strip():
        address["kept"] = keep_text(request.session, text)
    return redirect(f"{reverse('cases')}?{urlencode(address)}" if address else "cases")


def log_list(request: ViewedRequest, tumours: Iterable[Tumour]) -> None:
    log_access(
        by=request.viewer, action="list", subject="tumour", people=[tumour.person_id for tumour in tumours]
    )


@require_safe
@requires(Capability.EDIT_CASES)
def list_waiting(request: ViewedRequest) -> HttpResponse:
    """Show what the registrar has to answer or finish, by harm."""
    page = CappedPaginator(waiting_cases(request.viewer), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cases": describe_waiting(page),
        "more_than": COUNTED if page.paginator.count >= COUNTED else 0,
    }
    log_list(request, page)
    return render(request, "registry/waiting.html", context)
