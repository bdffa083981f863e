"""What somebody types is kept on the server a moment later: never in the browser, for machines are shared."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.registry.choices import DraftForm, RowVerdict
from banyan.apps.registry.forms.case import CaseForm, NewCaseForm
from banyan.apps.registry.models import Draft, HeldRow
from banyan.apps.registry.queries.batch import visible_batches
from banyan.apps.registry.queries.draft import find_draft
from banyan.apps.registry.queries.tumour import visible_tumours
from banyan.apps.registry.services.draft import NewerDraft, drop_draft, keep_draft


@require_POST
@requires(Capability.EDIT_CASES)
def keep_new_case(request: ViewedRequest) -> HttpResponse:
    return keep_or_drop(request, DraftForm.NEW_CASE, 0, NewCaseForm.base_fields, reverse("case-new"))


@require_POST
@requires(Capability.EDIT_CASES)
def keep_case(request: ViewedRequest, number: str) -> HttpResponse:
    tumour = get_object_or_404(visible_tumours(request.viewer), number=number)
    back = reverse("case", args=[number])
    return keep_or_drop(request, DraftForm.CASE, tumour.pk, CaseForm.base_fields, back)


@require_POST
@requires(Capability.IMPORT_CASES)
def keep_row(request: ViewedRequest, batch_id: int, row_id: int) -> HttpResponse:
    batch = get_object_or_404(visible_batches(request.viewer), pk=batch_id)
    row = get_object_or_404(HeldRow, batch=batch, pk=row_id, verdict=RowVerdict.REFUSED)
    back = reverse("batch-row", args=[batch_id, row_id])
    return keep_or_drop(request, DraftForm.ROW, row.pk, batch.mapping, back)


def keep_or_drop(
    request: ViewedRequest, form: str, subject_id: int, names: Iterable[str], back: str
) -> HttpResponse:
    """Keep what was typed, or throw it away; a script is answered in a few bytes, a plain form with its page."""
    if "discard" in request.POST:
        drop_draft(form=form, subject_id=subject_id, by=request.viewer)
        messages.success(request, _("Đã bỏ bản nháp."))
        return redirect(back)
    is_script = request.headers.get("Accept") == "application/json"
    known = find_draft(request.viewer, form, subject_id)
    # a press of the button is a wish to write over; a script may only follow its own last word
    newest = known.revision if known else 0
    try:
        draft = keep_draft(
            form=form,
            subject_id=subject_id,
            typed=request.POST,
            names=names,
            revision=read_revision(request) if is_script else newest,
            by=request.viewer,
        )
    except NewerDraft as newer:
        return JsonResponse(tell_draft(newer.draft), status=409)
    if is_script:
        return JsonResponse(tell_draft(draft))
    messages.success(request, _("Đã giữ nháp; chưa lưu vào sổ."))
    return redirect(f"{back}?draft=open")


def read_revision(request: ViewedRequest) -> int:
    text = request.POST.get("draft_revision", "")
    return int(text) if text.isdecimal() and len(text) <= 9 else 0


def tell_draft(draft: Draft) -> dict[str, object]:
    return {"revision": draft.revision, "at": f"{timezone.localtime(draft.updated_at):%H:%M}"}
