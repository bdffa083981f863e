"""A whole Banyan in processes of its own, to be killed, filled up and cut off; small, so that it starts quickly.

Nothing here waits for a time to pass: it waits for a state, until a deadline.
"""

import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import psycopg
import pytest

HERE = Path(__file__).parent
DEADLINE = 120.0  # seconds for anything: two cores carry other tests meanwhile
FIRST_START = 300.0  # the database is made, the tables, the pages' files
TOKEN = "a" * 32
PEOPLE = """
from datetime import date
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.models import Facility, Staff
from banyan.apps.network.services.second_factor import PASSED
from banyan.apps.network.services.session import begin_clock
from banyan.apps.network.services.staff import add_staff, post_staff

centre = Facility.objects.filter(kind=FacilityKind.REGISTRY).earliest("id")
staff = Staff.objects.filter(email="ha@banyan.test").first()
if not staff:
    staff = add_staff(email="ha@banyan.test", full_name="Trần Thu Hà", password=None)
    post_staff(staff=staff, facility=centre, role="registrar", start=date(2020, 1, 1))
session = SessionStore()
session[SESSION_KEY] = str(staff.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
session.create()
begin_clock(session=session, staff_id=staff.pk, address="127.0.0.1", device="test")
session[PASSED] = True
session.save()
print(session.session_key)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One site after the other, in one of xdist's workers."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("faults"))


def wait_until(what: Callable[[], Any], patience: float = DEADLINE) -> Any:
    """Return what is asked for as soon as it is true; what the database cannot answer yet is not true yet."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            if found := what():
                return found
        except (psycopg.OperationalError, OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    pytest.fail(f"not true after {patience:.0f} s")


@dataclass(frozen=True)
class Answer:
    status: int
    place: str
    body: str


class Site:
    """`banyan serve` on a folder, with one registrar signed in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = find_port()
        self.log = folder.parent / f"{folder.name}.log"
        self.session = ""
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))
        }
        return {
            **kept,
            "BANYAN_VAR": str(self.folder),
            "BANYAN_DEMO": "0",
            "BANYAN_STATIC": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "BANYAN_LOG": "json",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "banyan", "serve", "--port", str(self.port), "--no-demo"]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        wait_until(self.is_ready, FIRST_START)

    def is_ready(self) -> bool:
        if self.server is not None and self.server.poll() is not None:
            pytest.fail("the server ended by itself:\n" + self.log.read_text()[-3000:])
        return self.get("/health/ready").status == 200

    def stop(self) -> int:
        """End it as an operating system does."""
        if self.server is None or self.server.poll() is not None:
            return 0
        self.server.send_signal(signal.SIGTERM)
        return self.server.wait(DEADLINE)

    def banyan(self, *words: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of the site's commands."""
        return subprocess.run(
            [sys.executable, "-m", "banyan", *words],
            env={**self.environment, **environment},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )

    def run(self, script: str) -> str:
        """Run a few lines of Python on the site's database."""
        code = f"import django; django.setup()\n{script}"
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": "banyan.config.settings"}
        if (self.folder / "postgres" / "postmaster.pid").exists():
            environment["DATABASE_URL"] = self.address
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def sign_in(self) -> None:
        self.session = self.run(PEOPLE)

    @property
    def address(self) -> str:
        lines = (self.folder / "postgres" / "postmaster.pid").read_text().splitlines()
        return f"postgresql://postgres@/postgres?host={lines[4]}&port={lines[3]}"

    def connect(self, **options: Any) -> psycopg.Connection:
        return psycopg.connect(self.address, autocommit=True, **options)

    def ask(self, query: str, *values: Any) -> list[tuple]:
        with self.connect() as connection:
            return connection.execute(query, values or None).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        return self.ask(query, *values)[0][0]

    def get(self, path: str) -> Answer:
        return self.send("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(fields).encode(), kind)

    def upload(self, path: str, name: str, data: bytes, fields: dict[str, str]) -> Answer:
        mark = secrets.token_hex(8)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        parts += [head.encode(), b"Content-Type: text/csv\r\n\r\n", data, f"\r\n--{mark}--\r\n".encode()]
        return self.send(
            "POST", path, b"".join(parts), {"Content-Type": f"multipart/form-data; boundary={mark}"}
        )

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        cookies = f"banyan_session={self.session}; banyan_csrf={TOKEN}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, body, {"Cookie": cookies, "X-CSRFToken": TOKEN, **headers})
            answer = connection.getresponse()
            return Answer(
                answer.status, answer.getheader("Location", ""), answer.read().decode(errors="replace")
            )
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """Return the process that works on queued jobs, as the run's own record has it."""
        record = json.loads((self.folder / "children.json").read_text())
        alive = [one["pid"] for one in record if psutil.pid_exists(one["pid"])]
        return [pid for pid in alive if "run_worker" in psutil.Process(pid).cmdline()]

    def kill_worker(self) -> None:
        """Kill -9, and whatever it had started."""
        [pid] = self.workers()
        worker = psutil.Process(pid)
        for process in [*worker.children(recursive=True), worker]:
            process.kill()
        worker.wait(DEADLINE)

    # a file of cases on its way into the register, by the pages

    def receive(self, name: str, data: bytes) -> int:
        """Upload a file and try it; return the batch, tried."""
        answer = self.upload("/batches/new/", name, data, {"origin": "Sông Nhuệ", "kind": "discharge"})
        assert answer.status == 302, answer.body[:2000]
        batch = int(re.search(r"/batches/(\d+)/", answer.place)[1])
        fields = self.ask("SELECT mapping, reading FROM registry_batch WHERE id = %s", batch)[0]
        typed = fields[0] | fields[1]
        answer = self.post(f"/batches/{batch}/columns/", typed)
        assert answer.status == 302, answer.body[:2000]
        wait_until(lambda: self.one("SELECT state FROM registry_batch WHERE id = %s", batch) == "tried")
        wait_until(
            lambda: self.one("SELECT count(*) FROM core_job WHERE state IN ('waiting', 'running')") == 0
        )
        return batch

    def accept(self, batch: int) -> str:
        """Ask for the batch to enter; return the job that does it."""
        answer = self.post(f"/batches/{batch}/accept/", {})
        assert answer.status == 302, answer.body[:2000]
        return re.search(r"/jobs/([0-9a-f-]+)/", answer.place)[1]

    def end_of(self, job: str) -> str:
        """Wait for the end of a job; return how it ended."""
        query = "SELECT state FROM core_job WHERE id = %s AND finished_at IS NOT NULL"
        return wait_until(lambda: self.ask(query, job))[0][0]

    def counts(self) -> dict[str, int]:
        tables = ("people_person", "registry_tumour", "registry_notification", "registry_tumourevent")
        return {table: self.one(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608 -- the names above


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A site with one registrar; a test that stops it starts it again."""
    # not pytest's own folder: other runs of pytest clear the older ones away
    home = Path(tempfile.mkdtemp(prefix="banyan-faults-"))
    one = Site(home / "site")
    try:
        one.start()
        one.sign_in()
        yield one
    finally:
        one.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def taken(site: Site) -> Path:
    """A backup of the site at work, into which something was imported and of which something was read."""
    assert site.end_of(site.accept(site.receive("mau.csv", write_file(20, 50_000)))) == "done"
    for (number,) in site.ask("SELECT number FROM registry_tumour ORDER BY id LIMIT 4"):
        assert site.get(f"/cases/{number}/").status == 200
    folder = site.folder.parent / "backups"
    done = site.banyan("backup", str(folder))
    assert done.returncode == 0, done.stderr
    [path] = folder.glob("*.zip")
    return path


@pytest.fixture(scope="session")
def make_site() -> Callable[[Path], Site]:
    return Site


@pytest.fixture
def until() -> Callable[..., Any]:
    return wait_until


class Hold:
    """Stops a writer at one statement, as a slow disk would: a trigger waits there for a lock that the test holds."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.holder = site.connect()
        self.holder.execute("SELECT pg_advisory_lock(42)")
        self.holder.execute(
            "CREATE OR REPLACE FUNCTION hold_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "PERFORM pg_advisory_xact_lock(42); RETURN COALESCE(NEW, OLD); END $$"
        )
        self.tables: list[str] = []

    def __call__(self, table: str, event: str) -> Callable[[], int | None]:
        """Hold at an event of a table; the function that is returned gives the database process that waits."""
        self.holder.execute(f"CREATE TRIGGER hold_here BEFORE {event} EXECUTE FUNCTION hold_here()")
        self.tables.append(table)
        waiting = "SELECT max(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted"
        return lambda: self.site.one(waiting)

    def release(self) -> None:
        self.holder.execute("SELECT pg_advisory_unlock_all()")

    def clear(self) -> None:
        self.release()
        for table in self.tables:
            self.holder.execute(f"DROP TRIGGER IF EXISTS hold_here ON {table}")
        self.holder.close()


@pytest.fixture(scope="session")
def holding() -> Callable[[Site], AbstractContextManager[Hold]]:
    @contextmanager
    def hold_site(site: Site) -> Iterator[Hold]:
        hold = Hold(site)
        try:
            yield hold
        finally:
            hold.clear()

    return hold_site


@pytest.fixture
def hold(site: Site, holding) -> Iterator[Hold]:
    with holding(site) as one:
        yield one


@pytest.fixture
def make_file() -> Callable[[int, int], bytes]:
    return write_file


def write_file(rows: int, first: int) -> bytes:
    """Write a file of so many made-up cases, of people who are nobody else's."""
    head = "Số hồ sơ;Họ và tên;Giới;Ngày sinh;Ngày chẩn đoán;Vị trí;Mô bệnh học;Hành vi;Cơ sở chẩn đoán"

    lines = [head]
    for number in range(first, first + rows):
        born = f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/{1940 + number % 40}"
        lines.append(f"{number};{name_by_number(number)};Nam;{born};02/05/2024;C34.1;8140;3;7.1")
    return "\r\n".join(lines).encode("utf-8-sig")


@pytest.fixture(scope="session")
def name_nobody() -> Callable[[int], str]:
    return name_by_number


def name_by_number(number: int) -> str:
    """Return a name that is like no other: three made-up syllables from a number."""
    heads, tails = (
        ["B", "C", "D", "G", "H", "K", "L", "M", "N", "P", "T", "V"],
        ["ung", "anh", "oi", "uyet", "iem", "ac"],
    )
    syllables = [
        heads[number // 72**place % 12] + tails[number // 12 // 72**place % 6] for place in (0, 1, 2)
    ]
    return "Mẫu " + " ".join(syllables)
