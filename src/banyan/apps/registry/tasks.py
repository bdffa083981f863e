"""Long work on a batch, done by a worker: fetched by id, handed to the services."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import polars as pl
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.job import JobStopped, report_progress, run_job
from banyan.apps.network.queries.staff import current_postings, view_as
from banyan.apps.registry.choices import BatchState
from banyan.apps.registry.models import Batch
from banyan.apps.registry.services.acceptance import RegisterMoved, accept_batch
from banyan.apps.registry.services.draft import forget_drafts
from banyan.apps.registry.services.opening import BatchBusy
from banyan.apps.registry.services.trial import BatchClosed, Progress, try_batch
from banyan.apps.registry.services.undoing import CannotUndo, undo_batch
from banyan.science.files import FileFault

log = logging.getLogger(__name__)


class WorkFailed(Exception):
    """Work that could not be done, in a sentence for the person who waits for it."""


@app.task(queue="registry")
def run_trial(*, job_id: str, batch_id: int, staff_id: int, facility_id: int, language: str) -> None:
    """Run a batch dry."""
    with translation.override(language), run_job(UUID(job_id)) as job, saying_why(language):
        if job:
            batch = Batch.objects.get(pk=batch_id)
            try_batch(batch=batch, by=act_as(staff_id, facility_id), progress=progress_of(job_id))
            job.result_path = reverse("batch", args=[batch_id])


@app.task(queue="registry")
def run_acceptance(*, job_id: str, batch_id: int, staff_id: int, facility_id: int, language: str) -> None:
    """Enter a batch into the register."""
    with translation.override(language), run_job(UUID(job_id)) as job, saying_why(language):
        if job:
            batch = Batch.objects.get(pk=batch_id)
            accept_batch(batch=batch, by=act_as(staff_id, facility_id), progress=progress_aside(job_id))
            job.result_path = reverse("batch", args=[batch_id])


@app.task(queue="registry")
def run_undoing(
    *, job_id: str, batch_id: int, staff_id: int, facility_id: int, language: str, reason: str
) -> None:
    """Take an accepted batch back."""
    with translation.override(language), run_job(UUID(job_id)) as job, saying_why(language):
        if job:
            batch = Batch.objects.get(pk=batch_id)
            viewer = act_as(staff_id, facility_id)
            if batch.state != BatchState.UNDONE:  # a task delivered twice does its work once
                undo_batch(batch=batch, reason=reason, by=viewer, progress=progress_aside(job_id))
            job.result_path = reverse("batch", args=[batch_id])


@contextmanager
def saying_why(language: str) -> Iterator[None]:
    """Turn whatever ends the work into one sentence that names no value of any record."""
    try:
        yield
    except (JobStopped, RegisterMoved, BatchBusy, BatchClosed, CannotUndo, PermissionError):
        raise
    except FileFault as fault:
        raise WorkFailed(fault.say(language)) from None
    except (MemoryError, pl.exceptions.PanicException) as error:
        raise WorkFailed(_("Tệp này cần nhiều bộ nhớ hơn mức máy chủ có; hãy chia nhỏ tệp.")) from error
    except Exception as error:
        log.exception("work on a batch failed")
        raise WorkFailed(
            _("Việc này hỏng vì một lỗi chưa lường trước; chưa dòng nào được ghi. Hãy báo người quản trị.")
        ) from error


@app.periodic(cron="40 2 * * *")
@app.task(queue="registry", queueing_lock="forget-drafts")
def run_forgetting(timestamp: int) -> None:
    """Delete the drafts that nobody came back to, every night."""
    forget_drafts(now=datetime.fromtimestamp(timestamp, tz=UTC))


def progress_of(job_id: str) -> Progress:
    def report(done: int, step: str) -> None:
        report_progress(job_id=UUID(job_id), done=done, step=step)

    return report


def progress_aside(job_id: str) -> Progress:
    """Report beside the transaction of the work, on a connection of its own, so that progress is seen."""
    report = progress_of(job_id)

    def report_and_close(done: int, step: str) -> None:
        try:
            report(done, step)
        finally:
            connection.close()

    def report_aside(done: int, step: str) -> None:
        if connection.in_atomic_block:
            with ThreadPoolExecutor(1) as aside:
                aside.submit(report_and_close, done, step).result()
        else:
            report(done, step)

    return report_aside


def act_as(staff_id: int, facility_id: int) -> Viewer:
    """Return the member of staff who asked, if she still may import at that facility."""
    postings = current_postings(staff_id, timezone.localdate()).filter(facility_id=facility_id)
    viewers = [view_as(posting) for posting in postings]
    for viewer in viewers:
        if viewer.can(Capability.IMPORT_CASES):
            return viewer
    raise PermissionError(_("Vai trò đã yêu cầu việc này không còn hiệu lực."))
