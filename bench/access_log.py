"""What a line of the access log costs a page, in milliseconds.

    BANYAN_VAR=FOLDER bench/access_log.py [--lines 2000]

An empty database of its own, fsync and synchronous_commit as the server has them. One line a page, as `log_access`
writes it: a row with the fifty people of a list, its seal, the head's row, and the commit. Then eight writers at the
pace of fifty pages a second, and eight who never pause and so mostly wait for one another at the head; and one writer
who does not wait for the disk (synchronous_commit off), to show what the disk's share is.
"""

import argparse
import os
import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 -- after the set-up
from django.db import connection, connections  # noqa: E402

from banyan.apps.core.choices import Role  # noqa: E402
from banyan.apps.core.queries.audit import verify_chain  # noqa: E402
from banyan.apps.core.rules import Viewer, capabilities_of  # noqa: E402
from banyan.apps.core.services.access import log_access  # noqa: E402
from banyan.apps.network.models import Facility, Staff  # noqa: E402

PEOPLE = 50


def make_viewer() -> Viewer:
    place, _ = Facility.objects.get_or_create(
        code="BENCH", defaults={"name_vi": "Bench", "name_en": "Bench", "level": 3, "kind": "registry"}
    )
    staff, _ = Staff.objects.get_or_create(email="bench@banyan.local", defaults={"full_name": "Bench"})
    return Viewer(
        staff_id=staff.pk,
        name="bench",
        role=Role.REGISTRAR,
        facility_id=place.pk,
        facility_name="bench",
        level=3,
        whole_city=True,
        capabilities=capabilities_of(Role.REGISTRAR),
    )


def write(viewer: Viewer, lines: int, first: int, pause: float = 0.0) -> list[float]:
    """Return what each line took, in milliseconds; between two lines each writer pauses."""
    took = []
    for number in range(first, first + lines):
        # readers come when they come, not all at one beat
        time.sleep(random.expovariate(1 / pause) if pause else 0)
        start = time.perf_counter()
        log_access(by=viewer, action="list", subject="tumour", people=range(number, number + PEOPLE))
        took.append((time.perf_counter() - start) * 1000)
    return took


def write_apart(viewer: Viewer, lines: int, first: int, pause: float) -> list[float]:
    try:
        return write(viewer, lines, first, pause)
    finally:
        connections.close_all()


def tell(name: str, took: list[float], seconds: float) -> None:
    cuts = statistics.quantiles(took, n=100)
    print(
        f"{name:34} p50 {cuts[49]:6.2f} ms   p95 {cuts[94]:6.2f} ms   p99 {cuts[98]:6.2f} ms"
        f"   {len(took) / seconds:7.0f} lines a second"
    )


def measure(name: str, viewer: Viewer, lines: int, writers: int, pause: float = 0.0) -> None:
    start = time.perf_counter()
    if writers == 1:
        took = write(viewer, lines, 0)
    else:
        with ThreadPoolExecutor(writers) as pool:
            parts = pool.map(
                lambda n: write_apart(viewer, lines // writers, n * lines, pause), range(writers)
            )
            took = [each for part in parts for each in part]
    tell(name, took, time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=2_000)
    lines = parser.parse_args().lines
    call_command("migrate", verbosity=0)
    viewer = make_viewer()
    with connection.cursor() as cursor:
        for name in ("server_version", "fsync", "synchronous_commit", "wal_sync_method"):
            cursor.execute(f"SHOW {name}")
            print(f"{name}: {cursor.fetchone()[0]}")
    write(viewer, 200, 0)
    measure("one writer", viewer, lines, 1)
    measure("eight writers, 50 pages a second", viewer, lines // 4, 8, pause=8 / 50)
    measure("eight writers without a pause", viewer, lines, 8)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    measure("one writer, not waiting for disk", viewer, lines, 1)
    start = time.perf_counter()
    faults = verify_chain()
    print(f"verify: {len(faults)} faults, {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
