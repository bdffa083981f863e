"""`banyan serve`: database, migrations, demo city, web server and worker, from one process that ends them all."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from banyan.config.children import Children, end_leftovers
from banyan.config.database import DatabaseFault, start_server, stop_server
from banyan.config.preflight import NotReady, check_all
from banyan.config.site import choose_site, set_up

MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of our own is made in it, for our account alone
WORKER = "banyan worker"  # its name in the database, by which the next one finds what a killed one left


class Ended(BaseException):
    """SIGTERM came."""


def serve(*, port: int, demo: bool) -> int:
    """Run Banyan until it is told to stop. Returns the exit code."""
    started = time.monotonic()
    os.environ.setdefault("BANYAN_STATIC", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    folder = choose_site(demo=demo)
    signal.signal(signal.SIGTERM, raise_ended)
    # a shell that starts us in the background has Ctrl-C ignored; `kill -INT` should still end us
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with only_one(folder):
            return run_all(port=port, demo=demo, folder=folder, started=started)
    except (NotReady, DatabaseFault) as fault:
        print(f"banyan: {fault}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, Ended):
        print("\nbanyan: stopped; the data are kept.")
        return 0


def raise_ended(_number: int, _frame: object) -> None:
    raise Ended


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for this run; the lock goes with the process, even when it is killed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "lock").open("w")
    except OSError as error:
        raise NotReady(f"the data folder {folder} cannot be written to: {error.strerror}") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotReady(
                f"Banyan already runs on {folder}; stop it first, or give BANYAN_VAR another folder"
            ) from error
        yield


def run_all(*, port: int, demo: bool, folder: Path, started: float) -> int:
    record = folder / "children.json"
    if ended := end_leftovers(record):
        print(f"banyan: ended {ended} processes that an earlier, killed run had left")
    check_all(port=port, folder=folder)
    server = None if os.environ.get("DATABASE_URL") else start_server(folder.resolve() / "postgres")
    children = Children(record)
    try:
        if server is not None:
            os.environ["DATABASE_URL"] = server.get_uri()
        prepare(demo=demo)
        start_children(children, port, folder)
        announce(port=port, demo=demo, seconds=time.monotonic() - started)
        code = children.wait_for_one()
        print(f"banyan: a part of it ended by itself (exit code {code}); stopping the rest", file=sys.stderr)
        return code or 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        children.stop()
        if server is not None:
            stop_server(server)


def prepare(*, demo: bool) -> None:
    """Bring the database and the static files up to date; each step says that it runs."""
    from django.core.management import call_command  # noqa: PLC0415 -- Django, not before the site is chosen

    set_up()
    with subprocess.Popen([sys.executable, "-m", "django", "build_static", "-v0"]) as pages:
        say("database")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_demo" if demo else "load_places")
        if not demo:
            call_command("create_administrator")
        say("pages")
    if pages.returncode:
        raise NotReady("the static files could not be made; the lines above say why")


def say(step: str) -> None:
    print(f"banyan: {step} …", flush=True)


def start_children(children: Children, port: int, folder: Path) -> None:
    environment = {
        "PROMETHEUS_MULTIPROC_DIR": str(make_metrics_folder(folder)),
        "BANYAN_LOG_LEVEL": choose_level(),
    }
    web = [sys.executable, "-m", "gunicorn", "banyan.config.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    children.start([*web, "--config", "python:banyan.config.web"], environment)
    children.start(
        [sys.executable, "-m", "django", "run_worker"], {**environment, "PGAPPNAME": WORKER}, kept=True
    )


def make_metrics_folder(folder: Path) -> Path:
    """Make the folder of the counts anew: those of an earlier run are not this one's.

    It lies in memory where the system has a place for that: the counts are written through a memory map, and on a
    full disk such a write would kill the process that counts.
    """
    name = f"banyan-{os.getuid()}-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"
    for place in (MEMORY / name, folder / "metrics"):
        try:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o700)
        except OSError:
            continue  # no such place here, or somebody else's: the next one
        return place.resolve()
    raise NotReady(f"the data folder {folder} cannot be written to")


def choose_level() -> str:
    """Let a line for each request go to a log, and not to somebody who sits at a terminal."""
    return os.environ.get("BANYAN_LOG_LEVEL") or ("WARNING" if sys.stderr.isatty() else "INFO")


def announce(*, port: int, demo: bool, seconds: float) -> None:
    from django.core.management import call_command  # noqa: PLC0415 -- Django is set up by now

    wait_for_answer(port)
    print(f"banyan: http://localhost:{port}/ is ready after {seconds:.0f} s; Ctrl-C stops it.")
    if demo:
        call_command("list_demo_accounts")
    sys.stdout.flush()


def wait_for_answer(port: int, patience: float = 30.0) -> None:
    """Return when the web server answers a request; the caller notices on its own when it died instead."""
    from urllib.request import urlopen  # noqa: PLC0415 -- only here

    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/live", timeout=patience):
                return
        except OSError:
            time.sleep(0.1)
