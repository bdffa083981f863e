from typing import cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
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


@require_safe
@requires(Capability.VIEW_PERSONS)
def list_cases(request: ViewedRequest) -> HttpResponse:
    """Show the cases that a filter asks for, a page at a time."""
    form = CaseFilterForm(request.GET)
    page = CappedPaginator(find_cases(request.viewer, form.wanted()), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "cases": describe_cases(page),
        "more_than": COUNTED if page.paginator.count >= COUNTED else 0,
    }
    return render(request, "registry/cases.html", context)


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
    return render(request, "registry/waiting.html", context)
