from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from banyan.apps.core.queries.job import jobs_of
from banyan.apps.core.services.job import request_stop
from banyan.apps.core.views.access import ViewedRequest, signed_in


@signed_in
def show_job(request: ViewedRequest, job_id: UUID) -> HttpResponse:
    """Show how far a job is; htmx asks for the inner part alone every two seconds."""
    job = get_object_or_404(jobs_of(request.viewer), pk=job_id)
    if job.result_path and job.state == job.state.__class__("done"):
        return redirect(job.result_path)
    return render(request, "core/job.html", {"job": job})


@require_POST
@signed_in
def stop_job(request: ViewedRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(jobs_of(request.viewer), pk=job_id)
    request_stop(job=job)
    return redirect("job", job_id=job.pk)
