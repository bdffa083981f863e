"""A job's life: opened by a person, moved on by a worker, ended once."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from banyan.apps.core.choices import JobState
from banyan.apps.core.models import Job
from banyan.apps.core.rules import Viewer


class JobStopped(Exception):
    """The person who waits asked for an end."""


def open_job(*, by: Viewer, kind: str, subject: str, total: int = 0) -> Job:
    return Job.objects.create(owner_id=by.staff_id, kind=kind, subject=subject, total=total)


def report_progress(*, job_id: UUID, done: int, total: int | None = None, step: str = "") -> None:
    """Store how far the job is. Raises JobStopped when its owner has asked for an end.

    Call it outside the transaction of the work itself, or nobody sees it before the end.
    """
    changes: dict[str, object] = {"done": done, "step": step}
    if total is not None:
        changes["total"] = total
    Job.objects.filter(pk=job_id).update(**changes)
    if Job.objects.filter(pk=job_id, stop_requested=True).exists():
        raise JobStopped


def request_stop(*, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(stop_requested=True)


def finish_job(*, job_id: UUID, state: str, problem: str = "", result_path: str = "") -> None:
    Job.objects.filter(pk=job_id).update(
        state=state, problem=problem, result_path=result_path, finished_at=timezone.now()
    )


@contextmanager
def run_job(job_id: UUID) -> Iterator[Job | None]:
    """Wrap a worker's task: started, then done, stopped or failed; never left "running".

    Yields None when the job has ended already (a task delivered twice does its work once).
    """
    job = start_job(job_id)
    if job is None:
        yield None
        return
    try:
        yield job
    except JobStopped:
        finish_job(job_id=job_id, state=JobState.STOPPED)
    except Exception as error:
        finish_job(job_id=job_id, state=JobState.FAILED, problem=str(error))
        raise
    else:
        finish_job(job_id=job_id, state=JobState.DONE, result_path=job.result_path)


@transaction.atomic
def start_job(job_id: UUID) -> Job | None:
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or job.state in {JobState.DONE, JobState.STOPPED, JobState.FAILED}:
        return None
    job.state = JobState.RUNNING
    job.started_at = timezone.now()
    job.save(update_fields=["state", "started_at"])
    return job
