from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.queries.ward import current_wards
from banyan.apps.people.services.editing import EditConflict
from banyan.apps.people.services.person import CLINICAL as CLINICAL_OF_PERSON
from banyan.apps.registry.choices import DraftForm, EditReason, RecordStatus
from banyan.apps.registry.forms.case import AnswerForm, CaseForm, initial_of, typed_of
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.presenters import case as shown
from banyan.apps.registry.presenters.codes import list_short, lists_version
from banyan.apps.registry.presenters.entry import ask_reason, describe_draft, describe_meeting
from banyan.apps.registry.presenters.history import describe_history
from banyan.apps.registry.queries.draft import find_draft
from banyan.apps.registry.queries.entry import Meeting, find_meeting, read_facts, read_versions
from banyan.apps.registry.queries.history import case_history
from banyan.apps.registry.queries.tumour import next_waiting, standing_notices, visible_tumours
from banyan.apps.registry.rules.entry import MINE, THEIRS, changed_fields, settle
from banyan.apps.registry.rules.tumour import CLINICAL
from banyan.apps.registry.services.draft import drop_draft
from banyan.apps.registry.services.entry import save_case
from banyan.apps.registry.services.tumour import NotReady, confirm_finding, confirm_tumour


def find_tumour(request: ViewedRequest, number: str) -> Tumour:
    """Return a case in the viewer's scope, or nothing at all."""
    return get_object_or_404(visible_tumours(request.viewer).select_related("person"), number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_CASES)
def edit_case(request: ViewedRequest, number: str) -> HttpResponse:
    """Show a case with its sources side by side; save it, or take what a source says into a field."""
    tumour = find_tumour(request, number)
    if request.method != "POST":
        return open_editor(request, tumour)
    if "use" in request.POST:
        return take_source(request, tumour)
    form = CaseForm(request.POST, edition=tumour.edition)
    return save_or_ask(request, tumour, form) if form.is_valid() else show_editor(request, tumour, form)


def open_editor(request: ViewedRequest, tumour: Tumour) -> HttpResponse:
    """Show the case as it stands, or go on with the draft of it."""
    log_access(
        by=request.viewer,
        action="open",
        subject="tumour",
        subject_id=tumour.pk,
        people=[tumour.person_id],
    )
    draft = find_draft(request.viewer, DraftForm.CASE, tumour.pk)
    if draft and "draft" in request.GET:
        typed = CaseForm(draft.fields, edition=tumour.edition)
        if typed.is_valid() and (meeting := meet(tumour, typed)):
            return show_meeting(request, tumour, typed, meeting, revision=draft.revision, status=200)
        again = CaseForm(initial=draft.fields, edition=tumour.edition)
        return show_editor(request, tumour, again, revision=draft.revision, resumed=describe_draft(draft))
    form = CaseForm(initial=initial_of(tumour), edition=tumour.edition)
    return show_editor(request, tumour, form, offer=describe_draft(draft))


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


def meet(tumour: Tumour, form: CaseForm) -> Meeting | None:
    read = (form.cleaned_data["person_version"], form.cleaned_data["tumour_version"])
    return find_meeting(tumour, form.person_facts() | form.tumour_facts(), read)


def save_or_ask(request: ViewedRequest, tumour: Tumour, form: CaseForm) -> HttpResponse:
    """Save; or show what somebody else saved meanwhile; or ask why a coded value changes."""
    meeting = meet(tumour, form)
    decisions = read_decisions(request, meeting) if meeting else {}
    if meeting and not has_decided(request, meeting, decisions):
        return show_meeting(request, tumour, form, meeting, decisions)
    now = read_facts(tumour, form.person_facts() | form.tumour_facts())
    person_facts, tumour_facts = (
        settle(facts, now, decisions) for facts in (form.person_facts(), form.tumour_facts())
    )
    unexplained = changed_fields(now, person_facts | tumour_facts, CLINICAL_OF_PERSON | CLINICAL)
    if unexplained and not form.cleaned_data["reason"]:
        form.add_error("reason", ask_reason(unexplained))
        if meeting:
            return show_meeting(request, tumour, form, meeting, decisions, status=200)
        return show_editor(request, tumour, form)
    versions = meeting.versions if meeting else read_versions(tumour)
    try:
        save_case(
            tumour=tumour,
            person_facts=person_facts,
            tumour_facts=tumour_facts,
            versions=versions,
            reason=form.cleaned_data["reason"],
            by=request.viewer,
        )
    except EditConflict:  # in the instant between the look and the save
        return save_or_ask(request, find_tumour(request, tumour.number), form)
    drop_draft(form=DraftForm.CASE, subject_id=tumour.pk, by=request.viewer)
    return leave_editor(request, tumour)


def has_seen(request: ViewedRequest, meeting: Meeting) -> bool:
    """Return whether the question that she answered was about these very versions."""
    seen = (request.POST.get("seen_person"), request.POST.get("seen_tumour"))
    return seen == tuple(map(str, meeting.versions))


def read_decisions(request: ViewedRequest, meeting: Meeting) -> dict[str, str]:
    if not has_seen(request, meeting):
        return {}
    said = {field: request.POST.get(f"decide_{field}", "") for field in meeting.fields}
    return {field: choice for field, choice in said.items() if choice in {MINE, THEIRS}}


def has_decided(request: ViewedRequest, meeting: Meeting, decisions: dict[str, str]) -> bool:
    return has_seen(request, meeting) and set(decisions) == set(meeting.fields)


def leave_editor(request: ViewedRequest, tumour: Tumour) -> HttpResponse:
    if "next" in request.POST:
        following = next_waiting(request.viewer, tumour)
        messages.success(request, _("Đã lưu ca %(number)s.") % {"number": tumour.number})
        return redirect("case", number=following.number) if following else redirect("cases-waiting")
    messages.success(request, _("Đã lưu, mã suy ra và kiểm tra đã chạy lại."))
    return redirect("case", number=tumour.number)


def show_meeting(
    request: ViewedRequest,
    tumour: Tumour,
    form: CaseForm,
    meeting: Meeting,
    decisions: Mapping[str, str] | None = None,
    *,
    status: int = 409,
    **extra: Any,
) -> HttpResponse:
    """Show both sides of each field; what was typed stays in the form below."""
    asked = has_seen(request, meeting)
    stands = CaseForm(initial=initial_of(tumour), edition=tumour.edition)
    view = describe_meeting(meeting, form, stands, decisions or {}, asked=asked)
    return show_editor(request, tumour, form, meeting=view, status=status, **extra)


def show_editor(
    request: ViewedRequest, tumour: Tumour, form: CaseForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    if request.method == "POST":  # the record is shown again, to whoever did not open it first too
        log_access(
            by=request.viewer,
            action="edit",
            subject="tumour",
            subject_id=tumour.pk,
            people=[tumour.person_id],
        )
    notifications = list(
        standing_notices(tumour).select_related("facility").order_by("-date", "-id")[: shown.COLUMNS]
    )
    findings = shown.describe_findings(tumour.findings.all())
    rows = shown.list_rows(form, tumour, notifications)
    differences = sum(said.state == "differs" for row in rows for said in row.said)
    context = {
        "tumour": tumour,
        "form": form,
        "banner": shown.describe_banner(tumour, ward=name_ward(tumour.ward_code)),
        "person_fields": shown.list_plain_rows(form, shown.PERSON_FIELDS),
        "sources": shown.describe_sources(notifications),
        "rows": rows,
        "differences": differences,
        "differences_words": _("%(count)d chỗ nguồn nói khác nhau") % {"count": differences},
        "lists_version": lists_version(),
        "short_lists": list_short(get_language()),
        "reasons": EditReason.choices,
        "revision": request.POST.get("draft_revision") or 0,
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
    log_access(
        by=request.viewer, action="history", subject="tumour", subject_id=tumour.pk, people=[tumour.person_id]
    )
    context = {
        "tumour": tumour,
        "banner": shown.describe_banner(tumour, ward=name_ward(tumour.ward_code)),
        "edits": describe_history(case_history(tumour)),
    }
    return render(request, "registry/history.html", context)
