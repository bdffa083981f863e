"""What a worker does first: takes up the jobs that another left when it was killed.

Their effect is once all the same: each job does its work in one transaction, and one that has ended is not begun again.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from banyan.apps.core.choices import JobState
from banyan.apps.core.models import Job

WORKER_LOCK = 7_040_301
PATIENCE = 5.0  # seconds in which the database notices that a killed worker has gone
SILENCE = 60.0  # seconds without a word after which a worker elsewhere counts as gone
TRIES = 3  # a job under which the worker died so often is not begun again

NAME = "banyan worker"  # as the database knows it: `banyan serve` sets it in the worker's environment
END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = %s AND pid <> ALL(%s)
"""
ORPHANS = """
SELECT j.id, j.attempts FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))
"""
LIVING = (
    "SELECT args ->> 'job_id' FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND args ? 'job_id'"
)

log = logging.getLogger("banyan.worker")


@contextmanager
def being_a_worker() -> Iterator[None]:
    """Hold the sign that a worker lives, and queue again what a dead one left.

    The sign is a lock that goes with the process. Who gets it knows that no other worker lives: then nothing has to
    be waited for. Who does not get it goes by the silence of the others.
    """
    sign = connection.copy()  # a connection that does nothing else, and is not closed for its age
    alone = take_sign(sign)
    if alone:
        end_traces(sign)
    taken = take_up_orphans(silence=SILENCE)
    lost = close_lost_jobs()
    log.info("worker-start", extra={"count": len(taken), "kind": "alone" if alone else "one-of-several"})
    if lost:
        log.warning("jobs-lost", extra={"count": lost})
    try:
        yield
    finally:
        sign.close()


def take_sign(sign: BaseDatabaseWrapper) -> bool:
    """Try for the lock as long as a killed worker's connection may still be seen."""
    until = monotonic() + PATIENCE
    while not (taken := try_lock(sign)) and monotonic() < until:
        sleep(0.1)
    return taken


def try_lock(sign: BaseDatabaseWrapper) -> bool:
    with sign.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORKER_LOCK])
        return bool(cursor.fetchone()[0])


def end_traces(sign: BaseDatabaseWrapper) -> None:
    """End what a killed worker still has open in the database, so that nothing of it is in the next one's way."""
    ours = [wrapper.connection.info.backend_pid for wrapper in (sign, connection)]
    with connection.cursor() as cursor:
        cursor.execute("SET application_name = %s", [NAME])
        cursor.execute(END_OTHERS, [NAME, ours])
        cursor.execute("DELETE FROM procrastinate_workers")


def take_up_orphans(*, silence: float) -> list[int]:
    """Queue again each job whose worker is gone; return their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS, [silence])
        found = cursor.fetchall()
    for number, attempts in found:
        if attempts + 1 >= TRIES:
            app.job_manager.cancel_job_by_id(
                number, abort=True
            )  # what is to be ended is not queued again below
        app.job_manager.retry_job_by_id(number, retry_at=timezone.now())
    return [number for number, _attempts in found]


@transaction.atomic
def close_lost_jobs() -> int:
    """Tell the owners of jobs that nobody will go on with; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(LIVING)
        living = {UUID(row[0]) for row in cursor.fetchall()}
    open_jobs = Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING]).exclude(pk__in=living)
    sentence = _(
        "Máy chủ dừng giữa chừng nhiều lần. Không có gì được ghi dở dang. Báo cho người vận hành, rồi thử lại."
    )
    return open_jobs.update(state=JobState.FAILED, problem=sentence, finished_at=timezone.now())
