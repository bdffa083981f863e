from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.forms.request import (
    AnswerForm,
    CloseForm,
    ExtendForm,
    IdentityForm,
    RequestForm,
    RestrictForm,
)
from banyan.apps.people.models import RightsRequest
from banyan.apps.people.presenters import request as shown
from banyan.apps.people.queries.request import by_deadline, visible_requests
from banyan.apps.people.queries.restriction import is_restricted
from banyan.apps.people.services import request as steps
from banyan.apps.people.services.restriction import lift_restriction, restrict_person
from banyan.apps.people.views.person import describe_frame, find_person

PER_PAGE = 50
FORMS = {"identity": IdentityForm, "answer": AnswerForm, "extend": ExtendForm, "close": CloseForm}
# each step writes what its form holds
TAKE: dict[str, Callable[..., RightsRequest]] = {
    "identity": steps.check_identity,
    "answer": steps.answer_request,
    "extend": steps.extend_request,
    "close": steps.close_request,
}


def find_request(request: ViewedRequest, number: str) -> RightsRequest:
    return get_object_or_404(visible_requests(request.viewer), number=number)


@require_safe
@requires(Capability.RECORD_CONSENT)
def list_requests(request: ViewedRequest) -> HttpResponse:
    """Show what people asked about their data, what is over its day first."""
    page = Paginator(by_deadline(visible_requests(request.viewer)), PER_PAGE).get_page(
        request.GET.get("page")
    )
    log_access(by=request.viewer, action="list", subject="request", people=[each.person_id for each in page])
    context = {"page": page, "requests": shown.describe_requests(page, timezone.localdate())}
    return render(request, "people/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.RECORD_CONSENT)
def receive(request: ViewedRequest, number: str) -> HttpResponse:
    """Take a request of one person down."""
    person = find_person(request, number)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        received = steps.receive_request(person=person, by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Đã ghi yêu cầu %(number)s.") % {"number": received.number})
        return redirect("request", number=received.number)
    log_access(
        by=request.viewer, action="request", subject="person", subject_id=person.pk, people=[person.pk]
    )
    context = {**describe_frame(request, person), "form": form}
    return render(request, "people/new_request.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(Capability.RECORD_CONSENT)
def show_request(request: ViewedRequest, number: str) -> HttpResponse:
    return show_page(request, find_request(request, number))


def show_page(
    request: ViewedRequest, row: RightsRequest, step: str = "", bound: forms.Form | None = None
) -> HttpResponse:
    log_access(by=request.viewer, action="open", subject="request", subject_id=row.pk, people=[row.person_id])
    context: dict[str, Any] = {
        "row": row,
        "line": shown.describe_request(row, timezone.localdate()),
        "facts": shown.list_facts(row),
        "steps": shown.describe_steps(row.steps.select_related("staff")),
        "forms": {name: form() for name, form in FORMS.items()} | ({step: bound} if bound else {}),
        "bound": bound,
        "may_settle": request.viewer.can(Capability.MANAGE_RIGHTS) and not row.closed_at,
        "restricted": is_restricted(row.person_id),
        "restrict_form": RestrictForm(initial={"reason": row.number}),
    }
    return render(request, "people/request.html", context, status=422 if bound else 200)


@require_POST
@requires(Capability.MANAGE_RIGHTS)
def take_step(request: ViewedRequest, number: str, step: str) -> HttpResponse:
    """Check who asks, answer, extend or close."""
    row = find_request(request, number)
    if step not in FORMS:
        raise Http404
    form = FORMS[step](request.POST)
    if not form.is_valid():
        return show_page(request, row, step, form)
    try:
        TAKE[step](request=row, by=request.viewer, **form.cleaned_data)
    except steps.OutOfOrder:
        messages.error(
            request,
            _("Chưa làm được: yêu cầu đã khép, đã gia hạn một lần, hoặc chưa kiểm tra người hỏi."),
        )
    else:
        messages.success(request, _("Đã ghi."))
    return redirect("request", number=number)


@require_POST
@requires(Capability.MANAGE_RIGHTS)
def change_restriction(request: ViewedRequest, number: str) -> HttpResponse:
    """Take a person's record out of ordinary use, or put it back."""
    person = find_person(request, number)
    if is_restricted(person.pk):
        lift_restriction(person=person, by=request.viewer)
        messages.success(request, _("Hồ sơ %(number)s dùng lại bình thường.") % {"number": number})
    else:
        form = RestrictForm(request.POST)
        if form.is_valid():
            restrict_person(person=person, reason=form.cleaned_data["reason"], by=request.viewer)
            messages.success(request, _("Hồ sơ %(number)s đã hạn chế.") % {"number": number})
        else:
            messages.error(request, _("Ghi lý do hạn chế."))
    return redirect("person", number=number)
