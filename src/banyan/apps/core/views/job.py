from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from banyan.apps.core.choices import JobState
from banyan.apps.core.models import Job
from banyan.apps.core.presenters.job import describe_job
from banyan.apps.core.queries.job import jobs_of
from banyan.apps.core.services.job import request_stop
from banyan.apps.core.views.access import ViewedRequest, signed_in


@require_safe
@signed_in
def show_job(request: ViewedRequest, job_id: UUID) -> HttpResponse:
    """Show how far a job is; htmx asks for the inner part alone every two seconds."""
    job = get_object_or_404(jobs_of(request.viewer), pk=job_id)
    if job.state == JobState.DONE and job.result_path:
        return lead_to_result(request, job)
    template = "core/job_block.html" if request.htmx else "core/job.html"
    return render(request, template, {"job": describe_job(job)})


def lead_to_result(request: ViewedRequest, job: Job) -> HttpResponse:
    return HttpResponseClientRedirect(job.result_path) if request.htmx else redirect(job.result_path)


@require_POST
@signed_in
def stop_job(request: ViewedRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(jobs_of(request.viewer), pk=job_id)
    request_stop(job=job)
    return redirect("job", job_id=job.pk)
