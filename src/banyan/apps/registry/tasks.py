"""Long work on a batch, done by a worker: fetched by id, handed to the services."""

from datetime import UTC, datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.job import report_progress, run_job
from banyan.apps.network.queries.staff import current_postings, view_as
from banyan.apps.registry.models import Batch
from banyan.apps.registry.services.acceptance import accept_batch
from banyan.apps.registry.services.draft import forget_drafts
from banyan.apps.registry.services.trial import Progress, try_batch


@app.task(queue="registry")
def run_trial(*, job_id: str, batch_id: int, staff_id: int, facility_id: int, language: str) -> None:
    """Run a batch dry."""
    with translation.override(language), run_job(UUID(job_id)) as job:
        if job:
            batch = Batch.objects.get(pk=batch_id)
            try_batch(batch=batch, by=act_as(staff_id, facility_id), progress=progress_of(job_id))
            job.result_path = reverse("batch", args=[batch_id])


@app.task(queue="registry")
def run_acceptance(*, job_id: str, batch_id: int, staff_id: int, facility_id: int, language: str) -> None:
    """Enter a batch into the register."""
    with translation.override(language), run_job(UUID(job_id)) as job:
        if job:
            batch = Batch.objects.get(pk=batch_id)
            accept_batch(batch=batch, by=act_as(staff_id, facility_id), progress=progress_of(job_id))
            job.result_path = reverse("batch", args=[batch_id])


@app.periodic(cron="40 2 * * *")
@app.task(queue="registry", queueing_lock="forget-drafts")
def run_forgetting(timestamp: int) -> None:
    """Delete the drafts that nobody came back to, every night."""
    forget_drafts(now=datetime.fromtimestamp(timestamp, tz=UTC))


def progress_of(job_id: str) -> Progress:
    def report(done: int, step: str) -> None:
        report_progress(job_id=UUID(job_id), done=done, step=step)

    return report


def act_as(staff_id: int, facility_id: int) -> Viewer:
    """Return the member of staff who asked, if she still may import at that facility."""
    postings = current_postings(staff_id, timezone.localdate()).filter(facility_id=facility_id)
    viewers = [view_as(posting) for posting in postings]
    for viewer in viewers:
        if viewer.can(Capability.IMPORT_CASES):
            return viewer
    raise PermissionError("the role that asked for this has ended")
