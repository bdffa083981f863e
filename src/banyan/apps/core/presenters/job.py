from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from banyan.apps.core.choices import JobState
from banyan.apps.core.models import Job
from banyan.apps.core.rules.figures import format_duration

STATUS = {
    JobState.WAITING: "quiet",
    JobState.RUNNING: "info",
    JobState.DONE: "ok",
    JobState.FAILED: "urgent",
    JobState.STOPPED: "warn",
}


@dataclass(frozen=True, kw_only=True)
class JobView:
    """A job as its owner sees it: how far, how long still, and what she can do."""

    pk: UUID
    subject: str
    status: str
    state: str
    step: str
    done: int
    total: int
    percent: int
    time_left: str
    goes_on: bool
    stops: bool
    has_failed: bool
    problem: str
    result_path: str
    started_at: datetime | None
    finished_at: datetime | None


def describe_job(job: Job) -> JobView:
    goes_on = job.state in {JobState.WAITING, JobState.RUNNING}
    return JobView(
        pk=job.pk,
        subject=job.subject,
        status=STATUS[JobState(job.state)],
        state=str(JobState(job.state).label),
        step=job.step,
        done=job.done,
        total=job.total,
        percent=round(100 * min(job.done, job.total) / job.total) if job.total else 0,
        time_left=estimate_time_left(job, timezone.now()) if goes_on else "",
        goes_on=goes_on,
        stops=goes_on and job.stop_requested,
        has_failed=job.state == JobState.FAILED,
        problem=job.problem,
        result_path=job.result_path if job.state == JobState.DONE else "",
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def estimate_time_left(job: Job, now: datetime) -> str:
    """Return the time the rest takes at the pace so far; nothing before a pace is known."""
    if not job.started_at or not job.done or job.done >= job.total:
        return ""
    elapsed = (now - job.started_at).total_seconds()
    return format_duration(elapsed * (job.total - job.done) / job.done)
