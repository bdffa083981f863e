"""Putting a backup back: everything or nothing, and checked before it counts."""

import shutil
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from banyan.apps.core.queries.audit import Fault, Head, read_head, verify_chain
from banyan.config.backup.archive import BLOCK, DUMP, FILES, KEYS, check_parts, extract
from banyan.config.backup.manifest import ask, count_rows, has, server_version
from banyan.config.backup.taking import list_files, make_folder, name_database, read_words
from banyan.config.postgresql.programs import find_program
from banyan.config.preflight import NotReady

OUR_SCHEMAS = """
SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%%'
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# what pg_restore of version 17 and newer writes at the head of a script, and older servers do not know
NEWER_SETTING = b"SET transaction_timeout = 0;\n"

Confirm = Callable[[str], bool]


def restore_backup(
    *, store: zipfile.ZipFile, manifest: dict[str, Any], path: Path, replace: Confirm | None
) -> list[Fault]:
    """Restore into the site that the settings name; return what is wrong with its access log: nothing, as a rule.

    Counts and audit head are compared inside the transaction: where they differ, nothing has changed. `replace` is
    asked, with the name of what would be lost, before anything that is there is replaced. Raises NotReady.
    """
    check_parts(store, manifest, path)
    check_editions(manifest)
    check_alone()
    clear = make_way(replace)
    waiting = unpack_files(store)
    try:
        load_dump(store, manifest, clear=clear)
        put_files(store, waiting)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return compare(manifest)


def check_editions(manifest: dict[str, Any]) -> None:
    """Refuse what this Banyan or this server is too old for."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest["migrations"]) - known):
        raise NotReady(
            f"this backup is of a newer Banyan ({manifest['banyan']}; it has {newer[-1]}): "
            "bring Banyan up to date first; nothing was changed"
        )
    server = server_version() // 10_000
    if server < manifest["server_major"]:
        raise NotReady(
            f"this backup is of PostgreSQL {manifest['server_major']}, and the server here is {server}; "
            f"restore it into {manifest['server_major']} or newer; nothing was changed"
        )


def check_alone() -> None:
    if others := ask(OTHERS)[0][0]:
        raise NotReady(
            f"{others} other programs are connected to this database; stop Banyan and them first; nothing was changed"
        )


def make_way(replace: Confirm | None) -> bool:
    """Return whether there is something to replace, and it may be."""
    tables = sum(count_rows().values())
    files = len(list_files(Path(settings.MEDIA_ROOT)))
    if not count_rows() and not files:
        return False
    name = f"{connection.get_connection_params()['dbname']} in {settings.VAR}"
    if replace is None:
        raise NotReady(
            f"{name} is not empty: {tables} rows, {files} files; choose an empty database or a fresh folder, "
            "or say --replace; nothing was changed"
        )
    if not replace(settings.VAR.name):
        raise NotReady("not confirmed; nothing was changed")
    return True


def unpack_files(store: zipfile.ZipFile) -> Path:
    """Write the uploaded files beside the place where they will stand."""
    place = Path(settings.MEDIA_ROOT)
    try:
        make_folder(place.parent)
        waiting = Path(tempfile.mkdtemp(prefix=f"{place.name}.restoring-", dir=place.parent))
        extract(store, FILES, waiting)
    except OSError as error:
        raise NotReady(
            f"the files cannot be written to {place.parent}: {error.strerror}; nothing was changed"
        ) from error
    return waiting


def put_files(store: zipfile.ZipFile, waiting: Path) -> None:
    """Let the restored files take their place; what stood there is kept beside it."""
    set_aside(Path(settings.MEDIA_ROOT))
    waiting.chmod(0o700)
    waiting.rename(settings.MEDIA_ROOT)
    for name in store.namelist():
        if name.startswith(KEYS):
            key = settings.VAR / name.removeprefix(KEYS)
            set_aside(key)
            key.touch(mode=0o600)
            key.write_bytes(store.read(name))


def set_aside(path: Path) -> None:
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
    elif path.exists():
        path.rename(path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}"))


def load_dump(store: zipfile.ZipFile, manifest: dict[str, Any], *, clear: bool) -> None:
    """Load the dump, and compare, in one transaction: without its last word, COMMIT, nothing of it stays."""
    restore = find_program("pg_restore", at_least=manifest["pg_dump"])
    psql = find_program("psql", at_least=manifest["pg_dump"])
    old_server = server_version() // 10_000 < 17
    environment = name_database()
    connection.close()
    with run_psql(psql, environment) as script, store.open(DUMP) as dump:
        script.write(b"BEGIN;\n" + (clear_schemas() if clear else b""))
        with read_dump(restore, dump) as lines:
            copy_script(lines, script, old_server=old_server)
        script.write(compare_inside(manifest) + b"COMMIT;\n")


def clear_schemas() -> bytes:
    """Return the commands that empty the database, still inside the transaction."""
    names = [connection.ops.quote_name(row[0]) for row in ask(OUR_SCHEMAS)]
    connection.close()
    drops = "".join(f"DROP SCHEMA {name} CASCADE;\n" for name in names)
    return (
        f"SET client_min_messages = warning;\n{drops}"
        "CREATE SCHEMA public AUTHORIZATION pg_database_owner;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n"
    ).encode()


@contextmanager
def run_psql(program: Path, environment: dict[str, str]) -> Iterator[IO[bytes]]:
    command = [
        str(program),
        "--no-psqlrc",
        "--quiet",
        "--no-password",
        "--set=ON_ERROR_STOP=1",
        "--set=VERBOSITY=terse",
        "--file=-",
    ]
    with tempfile.TemporaryFile() as words, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=words, env=environment)  # noqa: S603 -- found by us
        assert process.stdin is not None  # noqa: S101 -- a pipe was asked for
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            process.stdin = None  # it ended before us: its own words say why
        except BaseException:
            process.kill()  # no COMMIT was said: the server takes everything back
            raise
        finally:
            process.wait()
        if process.returncode:
            raise NotReady(f"the backup could not be restored: {read_words(words)}; nothing was changed")


@contextmanager
def read_dump(program: Path, dump: IO[bytes]) -> Iterator[IO[bytes]]:
    """Turn the dump into commands, as they are read."""
    command = [str(program), "--no-owner", "--no-privileges", "--file=-"]
    with tempfile.TemporaryFile() as words:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": words}
        with subprocess.Popen(command, **pipes) as process:  # type: ignore[call-overload]  # noqa: S603 -- found by us
            feeder = threading.Thread(target=feed, args=(dump, process.stdin), daemon=True)
            feeder.start()
            try:
                assert process.stdout is not None  # noqa: S101 -- a pipe was asked for
                yield process.stdout
            except BaseException:
                process.kill()
                raise
            finally:
                feeder.join()
        if process.returncode:
            raise NotReady(f"the dump in the backup cannot be read: {read_words(words)}; nothing was changed")


def feed(dump: IO[bytes], pipe: IO[bytes]) -> None:
    try:
        with pipe:
            shutil.copyfileobj(dump, pipe, BLOCK)
    except BrokenPipeError:
        return  # the reader has ended, and its exit code tells


def copy_script(lines: IO[bytes], script: IO[bytes], *, old_server: bool) -> None:
    if old_server:
        for line in lines:
            if line == NEWER_SETTING:
                break
            script.write(line)
    shutil.copyfileobj(lines, script, BLOCK)


def compare_inside(manifest: dict[str, Any]) -> bytes:
    """Return commands that fail where a table has other rows, or the audit another head, than the manifest says."""
    checks = [count_again(name, int(rows)) for name, rows in manifest["rows"].items()]
    if "public.core_accesshead" in manifest["rows"]:
        last, seal = int(manifest["audit"]["last_id"]), bytes.fromhex(manifest["audit"]["seal"]).hex()
        head = "(SELECT last_id || ' ' || encode(seal, 'hex') FROM public.core_accesshead)"
        checks.append(
            refuse_unless(f"COALESCE({head}, '0 ') = '{last} {seal}'", "the access log ends elsewhere")
        )
    body = "\n".join(checks)
    return f"DO $check$ BEGIN\n{body}\nEND $check$;\n".encode()


def count_again(name: str, rows: int) -> str:
    counted = f"(SELECT count(*) FROM {quote_place(name)})"  # noqa: S608 -- quoted; the dump itself is commands too
    return refuse_unless(f"{counted} = {rows}", f"table {name} has other rows")


def refuse_unless(condition: str, sentence: str) -> str:
    words = sentence.replace("'", "''").replace("%", "%%").replace("$", "")
    return f"IF NOT ({condition}) THEN RAISE EXCEPTION '{words} than the backup says'; END IF;"


def quote_place(name: str) -> str:
    """Quote "schema.table" for a command."""
    return ".".join(connection.ops.quote_name(part.replace("$", "")) for part in name.split(".", 1))


def compare(manifest: dict[str, Any]) -> list[Fault]:
    """Look once more at what is there now. Raises NotReady where it is not what the backup said."""
    audit = manifest["audit"]
    if count_rows() != manifest["rows"]:
        raise NotReady(
            "after the restore the tables have other rows than the backup says; do not use this site"
        )
    if not has("core_accesshead"):
        return []
    head = Head(last_id=audit["last_id"], seal=audit["seal"])
    if read_head() != head:
        raise NotReady(
            "after the restore the access log ends elsewhere than the backup says; do not use this site"
        )
    return verify_chain([head])
