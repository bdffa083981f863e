"""Taking a backup of a site that goes on working."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction

from banyan.config.backup.archive import DUMP, FILES, KEYS, Archive, write_archive
from banyan.config.backup.manifest import LEFT_OUT, ask, describe_database, server_version
from banyan.config.postgresql.programs import find_program, read_major
from banyan.config.preflight import NotReady

SPARE = 50_000_000  # bytes that are left free on the disk of the backup
COMPLAINT = re.compile(r"\b(?:ERROR|FATAL|error|fatal):\s*(.+)")
KEY_FILES = ("secret_key", "*.key")


def take_backup(*, target: Path, with_keys: bool) -> tuple[Path, dict[str, Any]]:
    """Write a backup into a folder; return its path and its manifest.

    Counts, audit head and dump are of one moment (one exported snapshot); the files are copied after it, so
    that each file that a row names is among them. Raises NotReady, with nothing left behind.
    """
    program = find_program("pg_dump", at_least=server_version() // 10_000)
    make_folder(target)
    check_room(target)
    path = target / f"banyan-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    try:
        with write_archive(path) as archive, hold_snapshot() as snapshot:
            manifest = {**describe_database(), "pg_dump": read_major(program)}
            with run_dump(program, snapshot) as dump:
                archive.add(DUMP, dump)
            add_files(archive, Path(settings.MEDIA_ROOT))
            manifest["keys"] = add_keys(archive) if with_keys else 0
            archive.close(manifest)
    except OSError as error:
        raise NotReady(
            f"the backup could not be written to {target}: {error.strerror}; nothing is left of it"
        ) from error
    return path, manifest


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NotReady(f"the folder {folder} cannot be made: {error.strerror}") from error


def check_room(target: Path) -> None:
    """Refuse where the disk has no room: the dump is packed, to less than half of what the database takes."""
    database = ask("SELECT pg_database_size(current_database())")[0][0]
    files = sum(path.stat().st_size for path in list_files(Path(settings.MEDIA_ROOT)))
    needed, free = database // 2 + files + SPARE, shutil.disk_usage(target).free
    if free < needed:
        raise NotReady(
            f"only {free // 1_000_000} MB are free where {target} is; this backup may need {needed // 1_000_000} MB"
        )


@contextmanager
def hold_snapshot() -> Iterator[str]:
    """Keep one moment of the database in sight; the name lets pg_dump see the same."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield ask("SELECT pg_export_snapshot()")[0][0]


@contextmanager
def run_dump(program: Path, snapshot: str) -> Iterator[IO[bytes]]:
    """Give the dump as it is made. Raises NotReady, in pg_dump's words, when it does not end well."""
    command = [str(program), "--format=custom", "--compress=3", f"--snapshot={snapshot}", "--no-password"]
    command += [f"--exclude-table-data={table}" for table in LEFT_OUT]
    with tempfile.TemporaryFile() as words:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, env=name_database()) as process:  # noqa: S603 -- found by us
            assert process.stdout is not None  # noqa: S101 -- a pipe was asked for
            try:
                yield process.stdout
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise NotReady(f"pg_dump failed: {read_words(words)}")


def name_database() -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs find our database; a password never stands in a command."""
    given = connection.get_connection_params()
    known = {
        "dbname": "PGDATABASE",
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
    }
    known |= {
        name: f"PG{name.upper()}" for name in ("sslmode", "sslrootcert", "sslcert", "sslkey", "service")
    }
    ours = {theirs: str(given[name]) for name, theirs in known.items() if given.get(name)}
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PG")}, **ours}


def read_words(words: IO[bytes]) -> str:
    """Return what a program said of its fault: its first complaint, else its last line."""
    words.seek(0)
    lines = words.read().decode(errors="replace").strip().splitlines()
    complaints = [found[1] for line in lines if (found := COMPLAINT.search(line))]
    told = (complaints or lines[-1:] or ["it did not say why"])[0]
    return told.removesuffix(".")


def list_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def add_files(archive: Archive, folder: Path) -> None:
    for path in list_files(folder):
        with path.open("rb") as file:
            archive.add(FILES + path.relative_to(folder).as_posix(), file)


def add_keys(archive: Archive) -> int:
    """Add the keys that lie in the site's folder, and return how many; those of the environment are not ours to keep."""
    found = sorted({path for pattern in KEY_FILES for path in settings.VAR.glob(pattern) if path.is_file()})
    for path in found:
        with path.open("rb") as file:
            archive.add(KEYS + path.name, file)
    return len(found)
