"""Jobs of the person's pages: fetch, delegate, report."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from banyan.apps.core.services.job import report_progress, run_job
from banyan.apps.people.services.pairs import find_pairs
from banyan.apps.people.services.retention import run_retention


@app.task(queue="registry")
def run_finding(*, job_id: str, language: str) -> None:
    """Look for records that may be one person."""
    with translation.override(language), run_job(UUID(job_id)) as job:
        if job:
            find_pairs(lambda done, total: report_progress(job_id=UUID(job_id), done=done, total=total))
            job.result_path = reverse("duplicates")


@app.periodic(cron="0 3 2 1 *")
@app.task(queue="registry", queueing_lock="retention")
def list_retention(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate says when it was due
    """List once a year, on 2 January, what has been kept for as long as the rules say."""
    run_retention(on=timezone.localdate())
