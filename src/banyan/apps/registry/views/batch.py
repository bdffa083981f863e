from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.registry.choices import BatchState, DraftForm, RowVerdict
from banyan.apps.registry.forms.batch import CorrectionForm, MappingForm, UploadForm
from banyan.apps.registry.models import Batch, HeldRow
from banyan.apps.registry.presenters import batch as shown
from banyan.apps.registry.presenters.download import AT_A_TIME, tabulate_refused, write_csv, write_xlsx
from banyan.apps.registry.presenters.entry import describe_draft
from banyan.apps.registry.presenters.labels import label_field, pick_language
from banyan.apps.registry.queries.batch import (
    OPEN,
    changed_rows,
    count_rules,
    earlier_batches,
    known_cases,
    refused_rows,
    sample_reasons,
    visible_batches,
)
from banyan.apps.registry.queries.draft import find_draft
from banyan.apps.registry.services.correction import cells_of, correct_row
from banyan.apps.registry.services.draft import drop_draft
from banyan.apps.registry.services.queueing import ACCEPTANCE, TRIAL, queue_work
from banyan.apps.registry.services.receiving import drop_batch, map_columns, receive_files
from banyan.science.files import FileFault

PER_PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def find_batch(request: ViewedRequest, batch_id: int) -> Batch:
    return get_object_or_404(visible_batches(request.viewer), pk=batch_id)


def log_rows(
    request: ViewedRequest, batch: Batch, rows: Iterable[HeldRow] = (), action: str = "open"
) -> None:
    """Write down that rows of a file were seen, and whom of the register they are about."""
    people = [row.person_id for row in rows if row.person_id]
    log_access(by=request.viewer, action=action, subject="batch", subject_id=batch.pk, people=people)


@require_safe
@requires(Capability.IMPORT_CASES)
def list_batches(request: ViewedRequest) -> HttpResponse:
    page = Paginator(visible_batches(request.viewer), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "registry/batches.html", {"page": page, "batches": shown.describe_batches(page)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.IMPORT_CASES)
def receive_batch(request: ViewedRequest) -> HttpResponse:
    """Take a file in; what cannot be a table is said at once."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = receive_files(
                files=[(file.name, file) for file in form.cleaned_data["files"]],
                origin=form.cleaned_data["origin"],
                facility_id=request.viewer.facility_id,
                kind=form.cleaned_data["kind"],
                by=request.viewer,
            )
        except FileFault as fault:
            form.add_error("files", fault.say("vi" if (get_language() or "vi").startswith("vi") else "en"))
        else:
            return redirect("batch-columns", batch_id=batch.pk)
    return render(request, "registry/receive.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.IMPORT_CASES)
def map_batch(request: ViewedRequest, batch_id: int) -> HttpResponse:
    """Say which column is which field, then run the batch dry."""
    batch = find_batch(request, batch_id)
    if batch.state not in OPEN:
        return redirect("batch", batch_id=batch.pk)
    form = MappingForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        map_columns(batch=batch, mapping=form.mapping(), reading=form.reading(), by=request.viewer)
        return start_job(request, batch, TRIAL, _("Chạy thử %(name)s") % {"name": batch.name}, batch.rows)
    context = {
        "batch": batch,
        "form": form,
        "steps": shown.list_steps(batch),
        "earlier": earlier_batches(batch).first(),
    }
    return render(request, "registry/columns.html", context)


def start_job(
    request: ViewedRequest, batch: Batch, task: str, subject: str, total: int, **words: str
) -> HttpResponse:
    """Hand long work to a worker and show how far it is."""
    language = get_language() or "vi"
    job = queue_work(
        batch=batch, task=task, subject=subject, total=total, language=language, by=request.viewer, **words
    )
    return redirect("job", job_id=job.pk)


@require_safe
@requires(Capability.IMPORT_CASES)
def show_batch(request: ViewedRequest, batch_id: int) -> HttpResponse:
    """Show what would become of the rows of a batch."""
    batch = find_batch(request, batch_id)
    if batch.state in {BatchState.RECEIVED, BatchState.MAPPED}:
        return redirect("batch-columns", batch_id=batch.pk)
    rule, unsure = request.GET.get("rule", ""), request.GET.get("unsure") == "1"
    refused = Paginator(refused_rows(batch, rule), PER_PAGE).get_page(request.GET.get("page"))
    changed = Paginator(changed_rows(batch, unsure_only=unsure), PER_PAGE).get_page(
        request.GET.get("changed")
    )
    counts = count_rules(batch)
    held = list(changed) if request.viewer.whole_city else []
    context = {
        "batch": batch,
        "steps": shown.list_steps(batch),
        "parts": shown.draw_bar(batch),
        "entering": batch.held.filter(verdict__in=[RowVerdict.NEW, RowVerdict.CHANGED]).count(),
        "refused": refused,
        "refused_lines": shown.describe_refused(refused),
        "reasons": shown.describe_reasons(counts, sample_reasons(batch, [name for name, _count in counts])),
        "rule": rule,
        "changed": changed,
        "changed_fields": shown.describe_changed(held, known_cases(held)),
        "unsure": unsure,
        "is_tried": batch.state == BatchState.TRIED,
        "is_accepted": batch.state == BatchState.ACCEPTED,
        "is_undone": batch.state == BatchState.UNDONE,
        "earlier": earlier_batches(batch).first(),
    }
    log_rows(request, batch, [*refused, *held])
    return render(request, "registry/batch.html", context)


@require_POST
@requires(Capability.IMPORT_CASES)
def accept(request: ViewedRequest, batch_id: int) -> HttpResponse:
    """Enter the rows that are new or change something; only the registry itself accepts."""
    batch = find_batch(request, batch_id)
    if not request.viewer.whole_city or batch.state not in {BatchState.TRIED, BatchState.ACCEPTED}:
        raise Http404
    waiting = batch.held.filter(verdict__in=[RowVerdict.NEW, RowVerdict.CHANGED]).count()
    return start_job(request, batch, ACCEPTANCE, _("Nhập %(name)s") % {"name": batch.name}, waiting)


@require_POST
@requires(Capability.IMPORT_CASES)
def drop(request: ViewedRequest, batch_id: int) -> HttpResponse:
    batch = find_batch(request, batch_id)
    if batch.state not in OPEN:
        raise Http404
    drop_batch(batch=batch, by=request.viewer)
    messages.success(request, _("Đã bỏ lô %(name)s; không dòng nào vào sổ.") % {"name": batch.name})
    return redirect("batches")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.IMPORT_CASES)
def correct(request: ViewedRequest, batch_id: int, row_id: int) -> HttpResponse:
    """Set a refused row right where it lies; it is read and judged again at once."""
    batch = find_batch(request, batch_id)
    row = get_object_or_404(HeldRow, batch=batch, pk=row_id, verdict=RowVerdict.REFUSED)
    if batch.state == BatchState.UNDONE:
        return redirect("batch", batch_id=batch.pk)
    draft = find_draft(request.viewer, DraftForm.ROW, row.pk)
    goes_on = draft is not None and request.method != "POST" and "draft" in request.GET
    typed = draft.fields if draft and goes_on else request.POST
    form = CorrectionForm(typed or None, mapping=batch.mapping, cells=cells_of(row))
    if request.method == "POST" and form.is_valid():
        row = correct_row(row=row, cells=form.cleaned_data, by=request.viewer)
        drop_draft(form=DraftForm.ROW, subject_id=row.pk, by=request.viewer)
        draft = None
        if row.verdict != RowVerdict.REFUSED:
            messages.success(request, _("Dòng %(line)d đã đọc được và chờ nhập.") % {"line": row.line})
            return redirect("batch", batch_id=batch.pk)
    reasons = [(reason["field"], pick_language(reason["vi"], reason["en"])) for reason in row.reasons]
    others = [(label_field(field), words) for field, words in form.blame(reasons)]
    context = {
        "batch": batch,
        "row": row,
        "form": form,
        "others": others,
        "resumed" if goes_on else "offer": describe_draft(draft),
        "revision": draft.revision if draft and goes_on else 0,
    }
    log_rows(request, batch, [row])
    return render(request, "registry/correct.html", context)


@require_safe
@requires(Capability.IMPORT_CASES)
def download_refused(request: ViewedRequest, batch_id: int, form: str) -> HttpResponseBase:
    """Give the refused rows with their reasons, for the sender to set right."""
    batch = find_batch(request, batch_id)
    log_rows(request, batch, action="export")
    tables = tabulate_refused(batch, refused_rows(batch).iterator(chunk_size=AT_A_TIME))
    name = f"refused-{batch.pk}.{form}"
    if form == "xlsx":
        return FileResponse(write_xlsx(tables), as_attachment=True, filename=name, content_type=XLSX)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(write_csv(tables), content_type="text/csv; charset=utf-8", headers=headers)
