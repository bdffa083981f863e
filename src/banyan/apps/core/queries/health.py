"""Is the house fit to take in work? Few questions, each cheap enough to be asked every few seconds."""

import shutil
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

FULL = 100_000_000  # bytes: with less nothing should be taken in
WORKER_SILENCE = 60  # seconds; a worker speaks every ten

SEEN = """
SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s))
"""
STATES = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1"
OLDEST = """
SELECT coalesce(extract(epoch FROM now() - min(e.at)), 0) FROM procrastinate_jobs j
JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' WHERE j.status = 'todo'
"""
Number = tuple[str, str, dict[str, str], float]

_migrated: set[bool] = set()  # once all migrations are applied they stay so for the life of this program


def check_parts() -> dict[str, bool]:
    """Return each part that work needs, and whether it is there."""
    disk = shutil.disk_usage(settings.VAR).free > FULL
    try:
        return {"database": answers(), "migrations": is_migrated(), "disk": disk, "worker": has_worker()}
    except DatabaseError:
        return {"database": False, "migrations": False, "disk": disk, "worker": False}


def answers() -> bool:
    return ask("SELECT true")


def is_migrated() -> bool:
    if True not in _migrated:
        newest = list_newest()
        query = "SELECT count(*) = %s FROM django_migrations WHERE (app || '.' || name) = ANY(%s)"
        if not ask(query, len(newest), list(newest)):
            return False
        _migrated.add(True)
    return True


@cache
def list_newest() -> tuple[str, ...]:
    """Return the last migration of each app, as this program knows them."""
    return tuple(f"{app}.{name}" for app, name in MigrationLoader(None).graph.leaf_nodes())


def has_worker() -> bool:
    return ask(SEEN, WORKER_SILENCE)


def ask(query: str, *values: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return bool(cursor.fetchone()[0])


def read_numbers() -> Iterator[Number]:
    """Return name, meaning, labels and value of what a scrape asks of the database."""
    with connection.cursor() as cursor:
        cursor.execute(STATES)
        for state, count in cursor.fetchall():
            yield "banyan_jobs", "Jobs by state.", {"state": state}, float(count)
        cursor.execute(OLDEST)
        yield "banyan_job_wait_seconds", "Age of the oldest job that waits.", {}, float(cursor.fetchone()[0])
        cursor.execute("SELECT coalesce(max(last_id), 0) FROM core_accesshead")
        yield (
            "banyan_audit_head",
            "Number of the newest line of the access log.",
            {},
            float(cursor.fetchone()[0]),
        )
        cursor.execute("SELECT pg_database_size(current_database())")
        yield "banyan_database_bytes", "Size of the database.", {}, float(cursor.fetchone()[0])
    yield (
        "banyan_disk_free_bytes",
        "Room where the site's folder is.",
        {},
        float(shutil.disk_usage(settings.VAR).free),
    )
