"""Jobs of the person's pages: fetch, delegate, report."""

from uuid import UUID

from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django import app

from banyan.apps.core.services.job import report_progress, run_job
from banyan.apps.people.services.pairs import find_pairs


@app.task(queue="registry")
def run_finding(*, job_id: str, language: str) -> None:
    """Look for records that may be one person."""
    with translation.override(language), run_job(UUID(job_id)) as job:
        if job:
            find_pairs(lambda done, total: report_progress(job_id=UUID(job_id), done=done, total=total))
            job.result_path = reverse("duplicates")
