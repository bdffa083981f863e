from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.queries.ward import current_wards
from banyan.apps.people.queries.history import Change
from banyan.apps.people.services.editing import EditConflict
from banyan.apps.people.services.person import change_person
from banyan.apps.registry.choices import RecordStatus
from banyan.apps.registry.forms.case import AnswerForm, CaseForm, initial_of, typed_of
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.presenters import case as shown
from banyan.apps.registry.presenters.codes import lists_version
from banyan.apps.registry.presenters.history import describe_conflict, describe_history
from banyan.apps.registry.queries.history import case_history
from banyan.apps.registry.queries.tumour import next_waiting, visible_tumours
from banyan.apps.registry.services.tumour import NotReady, change_tumour, confirm_finding, confirm_tumour


def find_tumour(request: ViewedRequest, number: str) -> Tumour:
    """Return a case in the viewer's scope, or nothing at all."""
    return get_object_or_404(visible_tumours(request.viewer).select_related("person"), number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_CASES)
def edit_case(request: ViewedRequest, number: str) -> HttpResponse:
    """Show a case with its sources side by side; save it, or take what a source says into a field."""
    tumour = find_tumour(request, number)
    if request.method != "POST":
        log_access(by=request.viewer, action="open", subject="tumour", subject_id=tumour.pk)
        return show_editor(request, tumour, CaseForm(initial=initial_of(tumour), edition=tumour.edition))
    if "use" in request.POST:
        return take_source(request, tumour)
    form = CaseForm(request.POST, edition=tumour.edition)
    if not form.is_valid():
        return show_editor(request, tumour, form)
    try:
        save_case(request, tumour, form)
    except EditConflict as conflict:
        return show_conflict(request, tumour, form, conflict.changes)
    return leave_editor(request, tumour)


def take_source(request: ViewedRequest, tumour: Tumour) -> HttpResponse:
    """Fill one field with what a source says; nothing is saved yet."""
    name, _sep, value = request.POST["use"].partition(":")
    if name not in shown.SIDE_BY_SIDE:
        return redirect("case", number=tumour.number)
    typed = typed_of(request.POST, name, value)
    return show_editor(request, tumour, CaseForm(initial=typed, edition=tumour.edition), taken=name)


def name_ward(code: str) -> str:
    ward = current_wards().filter(code=code).first() if code else None
    return ward.name if ward else ""


def save_case(request: ViewedRequest, tumour: Tumour, form: CaseForm) -> None:
    """Save person and tumour together, each under the version that was read."""
    facts, reason = form.cleaned_data, form.cleaned_data["reason"]
    with transaction.atomic():
        change_person(
            person=tumour.person,
            changes=form.person_facts(),
            version=facts["person_version"] or tumour.person.version,
            by=request.viewer,
            reason=reason,
        )
        # the checks read the person as she is now
        fresh = Tumour.objects.select_related("person").get(pk=tumour.pk)
        change_tumour(
            tumour=fresh,
            changes=form.tumour_facts(),
            version=facts["tumour_version"] or tumour.version,
            reason=reason,
            by=request.viewer,
        )


def leave_editor(request: ViewedRequest, tumour: Tumour) -> HttpResponse:
    if "next" in request.POST:
        following = next_waiting(request.viewer, tumour)
        messages.success(request, _("Đã lưu ca %(number)s.") % {"number": tumour.number})
        return redirect("case", number=following.number) if following else redirect("cases-waiting")
    messages.success(request, _("Đã lưu, mã suy ra và kiểm tra đã chạy lại."))
    return redirect("case", number=tumour.number)


def show_conflict(
    request: ViewedRequest, tumour: Tumour, form: CaseForm, changes: list[Change]
) -> HttpResponse:
    """Show both: what the other person changed, and what was typed; the next save is over the newer version."""
    tumour.refresh_from_db()
    tumour.person.refresh_from_db()
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in form.fields}
    typed |= {"tumour_version": tumour.version, "person_version": tumour.person.version}
    again = CaseForm(initial=typed, edition=tumour.edition)
    return show_editor(request, tumour, again, conflict=describe_conflict(changes), status=409)


def show_editor(
    request: ViewedRequest, tumour: Tumour, form: CaseForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    notifications = list(
        tumour.notifications.select_related("facility").order_by("-date", "-id")[: shown.COLUMNS]
    )
    findings = shown.describe_findings(tumour.findings.all())
    rows = shown.list_rows(form, tumour, notifications)
    differences = sum(said.state == "differs" for row in rows for said in row.said)
    context = {
        "tumour": tumour,
        "form": form,
        "banner": shown.describe_banner(tumour, ward=name_ward(tumour.ward_code)),
        "person_fields": [form[name] for name in shown.PERSON_FIELDS],
        "sources": shown.describe_sources(notifications),
        "rows": rows,
        "differences": differences,
        "differences_words": _("%(count)d chỗ nguồn nói khác nhau") % {"count": differences},
        "lists_version": lists_version(),
        "findings": findings,
        "counts": shown.count_findings(findings),
        "dates": shown.list_dates(tumour, notifications),
        "derived": shown.list_derived(tumour),
        "is_confirmed": tumour.status == RecordStatus.CONFIRMED,
        **extra,
    }
    return render(request, "registry/case.html", context, status=status)


@require_POST
@requires(Capability.EDIT_CASES)
def answer_finding(request: ViewedRequest, number: str, finding_id: int) -> HttpResponse:
    """Confirm a rare or open finding with a reason."""
    tumour = find_tumour(request, number)
    finding = get_object_or_404(tumour.findings, pk=finding_id, confirmed_by__isnull=True)
    form = AnswerForm(request.POST)
    if form.is_valid():
        confirm_finding(finding=finding, reason=form.cleaned_data["reason"], by=request.viewer)
        messages.success(request, _("Đã ghi lý do."))
    else:
        messages.error(request, _("Ghi lý do rồi mới xác nhận được."))
    return redirect("case", number=number)


@require_POST
@requires(Capability.EDIT_CASES)
def confirm_case(request: ViewedRequest, number: str) -> HttpResponse:
    tumour = find_tumour(request, number)
    try:
        confirm_tumour(tumour=tumour, version=tumour.version, by=request.viewer)
    except NotReady:
        messages.error(request, _("Còn chỗ chưa trả lời trong phần kiểm tra; trả lời xong mới xác nhận ca."))
    else:
        messages.success(request, _("Ca đã xác nhận."))
    return redirect("case", number=number)


@require_safe
@requires(Capability.EDIT_CASES)
def show_history(request: ViewedRequest, number: str) -> HttpResponse:
    """Show who changed which field from what to what, when and why."""
    tumour = find_tumour(request, number)
    log_access(by=request.viewer, action="history", subject="tumour", subject_id=tumour.pk)
    context = {
        "tumour": tumour,
        "banner": shown.describe_banner(tumour, ward=name_ward(tumour.ward_code)),
        "edits": describe_history(case_history(tumour)),
    }
    return render(request, "registry/history.html", context)
