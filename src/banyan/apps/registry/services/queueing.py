"""Hand long work on a batch to a worker; the task is called by its name, since a service stands below it."""

from django.db import transaction
from procrastinate.contrib.django import app

from banyan.apps.core.models import Job
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.job import open_job
from banyan.apps.registry.models import Batch

TRIAL = "banyan.apps.registry.tasks.run_trial"
ACCEPTANCE = "banyan.apps.registry.tasks.run_acceptance"
UNDOING = "banyan.apps.registry.tasks.run_undoing"
QUEUE = "registry"


@transaction.atomic
def queue_work(
    *, batch: Batch, task: str, subject: str, total: int, language: str, by: Viewer, **words: str
) -> Job:
    """Open a job that its owner can watch, and queue the task that does it; `words` are its own."""
    job = open_job(by=by, kind="batch", subject=subject[:200], total=total)
    batch.job = job.pk
    batch.save()
    app.configure_task(task, queue=QUEUE).defer(
        job_id=str(job.pk),
        batch_id=batch.pk,
        staff_id=by.staff_id,
        facility_id=by.facility_id,
        language=language,
        **words,
    )
    return job
