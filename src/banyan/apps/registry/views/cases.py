from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.services.person import add_person, move_person
from banyan.apps.registry.forms.case import NewCaseForm
from banyan.apps.registry.forms.filter import CaseFilterForm
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.presenters.case import PERSON_FIELDS, SIDE_BY_SIDE
from banyan.apps.registry.presenters.codes import lists_version
from banyan.apps.registry.presenters.list import describe_cases, describe_waiting
from banyan.apps.registry.queries.tumour import COUNTED, count_some, find_cases, waiting_cases
from banyan.apps.registry.services.tumour import add_tumour

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


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_CASES)
def add_case(request: ViewedRequest) -> HttpResponse:
    """Type a case from paper: a new person with her tumour."""
    form = NewCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            person = add_person(by=request.viewer, **form.person_facts())
            facts = form.tumour_facts()
            if facts["ward_code"]:
                move_person(person=person, ward_code=facts["ward_code"], start=None, by=request.viewer)
            tumour = add_tumour(person=person, by=request.viewer, kind=form.cleaned_data["kind"], **facts)
        messages.success(request, _("Đã thêm ca %(number)s.") % {"number": tumour.number})
        return redirect("case", number=tumour.number)
    context = {
        "form": form,
        "person_fields": [form[name] for name in PERSON_FIELDS],
        "tumour_fields": [form[name] for name in ("kind", *SIDE_BY_SIDE)],
        "lists_version": lists_version(),
    }
    return render(request, "registry/new_case.html", context)
