from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.choices import ErasureState
from banyan.apps.people.forms.erasure import AskErasureForm, DecideErasureForm, HoldForm
from banyan.apps.people.models import Erasure, LegalHold
from banyan.apps.people.presenters.erasure import describe_erasures
from banyan.apps.people.queries.erasure import visible_erasures
from banyan.apps.people.services.erasure import (
    NotAllowed,
    approve_erasure,
    ask_erasure,
    duties_to_keep,
    end_hold,
    place_hold,
    refuse_erasure,
)
from banyan.apps.people.views.person import describe_frame, find_record


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE_RIGHTS)
def ask(request: ViewedRequest, number: str) -> HttpResponse:
    """Ask that a person's identity be taken away, or see what stands against it."""
    person = find_record(request, number)
    form = AskErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_erasure(person=person, reason=form.cleaned_data["reason"], by=request.viewer)
        except NotAllowed:
            messages.error(request, _("Còn nghĩa vụ phải giữ nguyên hồ sơ; chưa xóa được."))
            return redirect("person-erasure", number=number)
        messages.success(request, _("Đã ghi. Một người khác phải duyệt thì mới xóa."))
        return redirect("erasures")
    log_access(by=request.viewer, action="open", subject="person", subject_id=person.pk, people=[person.pk])
    context = {
        **describe_frame(request, person),
        "form": form,
        "hold_form": HoldForm(prefix="hold"),
        "holds": person.holds.filter(until__isnull=True),
        "duties": duties_to_keep(person.pk),
    }
    return render(request, "people/erasure.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Capability.MANAGE_RIGHTS)
def hold(request: ViewedRequest, number: str) -> HttpResponse:
    """Write down a duty to keep the record whole."""
    person = find_record(request, number)
    form = HoldForm(request.POST, prefix="hold")
    if form.is_valid():
        place_hold(person=person, reason=form.cleaned_data["reason"], by=request.viewer)
        messages.success(request, _("Đã ghi nghĩa vụ giữ hồ sơ."))
    else:
        messages.error(request, _("Ghi nghĩa vụ là gì."))
    return redirect("person-erasure", number=number)


@require_POST
@requires(Capability.MANAGE_RIGHTS)
def release(request: ViewedRequest, number: str, hold_id: int) -> HttpResponse:
    person = find_record(request, number)
    end_hold(hold=get_object_or_404(LegalHold, pk=hold_id, person=person), by=request.viewer)
    messages.success(request, _("Nghĩa vụ giữ hồ sơ đã hết."))
    return redirect("person-erasure", number=number)


@require_safe
@requires(Capability.MANAGE_RIGHTS)
def list_erasures(request: ViewedRequest) -> HttpResponse:
    """Show what waits for a second person, then what was decided."""
    erasures = list(visible_erasures(request.viewer))
    log_access(
        by=request.viewer, action="list", subject="erasure", people=[each.person_id for each in erasures]
    )
    context = {"erasures": describe_erasures(erasures, request.viewer), "form": DecideErasureForm()}
    return render(request, "people/erasures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE_RIGHTS)
def decide(request: ViewedRequest, erasure_id: int) -> HttpResponse:
    """Approve or refuse what another asked for; approved, the identity goes at once and for good."""
    asked = visible_erasures(request.viewer).filter(state=ErasureState.ASKED)
    erasure = get_object_or_404(asked.exclude(asked_by=request.viewer.staff_id), pk=erasure_id)
    form = DecideErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return settle(request, erasure, form.cleaned_data)
    log_access(
        by=request.viewer, action="open", subject="erasure", subject_id=erasure.pk, people=[erasure.person_id]
    )
    context = {
        "erasure": describe_erasures([erasure], request.viewer)[0],
        "duties": duties_to_keep(erasure.person_id),
        "form": form,
    }
    return render(request, "people/decide_erasure.html", context, status=422 if form.is_bound else 200)


def settle(request: ViewedRequest, erasure: Erasure, facts: dict[str, str]) -> HttpResponse:
    act = approve_erasure if facts["state"] == ErasureState.DONE else refuse_erasure
    try:
        act(erasure=erasure, words=facts["words"], by=request.viewer)
    except NotAllowed:
        messages.error(request, _("Còn nghĩa vụ phải giữ nguyên hồ sơ, hoặc đã có người quyết định."))
    else:
        messages.success(request, _("Đã ghi quyết định."))
    return redirect("erasures")
