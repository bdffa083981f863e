"""Heads of the access log that are kept outside the database, and the command that compares with them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from banyan.apps.core.choices import Role
from banyan.apps.core.queries.audit import read_head, read_noted_heads
from banyan.apps.core.rules.heads import notes_file
from banyan.apps.core.services.access import log_access
from banyan.apps.core.services.audit import note_head


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def write(staff_as, viewer_of):
    viewer = viewer_of(staff_as(Role.REGISTRAR))
    return lambda number: log_access(by=viewer, action="open", subject="person", subject_id=number)


def verify() -> str:
    out = StringIO()
    try:
        call_command("audit_verify", stdout=out)
    except CommandError:
        return out.getvalue() + "failed"
    return out.getvalue()


def behind_the_guard(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_a_head_is_written_beside_the_database_for_its_owner_alone(write):
    write(1)

    head = note_head()

    assert read_noted_heads().heads == [head] == [read_head()]
    assert notes_file().stat().st_mode & 0o077 == 0


def test_a_whole_log_is_said_to_be_whole(write):
    write(1)
    note_head()
    last = write(2).pk

    assert verify().startswith(f"access log: whole, {last} lines")


@pytest.mark.asvs("16.4.2")
def test_an_emptied_log_is_named_line_by_line_that_was_noted(write):
    first = write(1).pk
    note_head()
    behind_the_guard("DELETE FROM core_accessline")
    behind_the_guard("UPDATE core_accesshead SET last_id = 0, seal = ''")

    assert verify() == f"access log: line {first} was deleted\nfailed"


@pytest.mark.asvs("16.4.2")
def test_a_head_that_somebody_wrote_by_hand_is_no_head(write):
    write(1)
    note_head()
    note = json.loads(notes_file().read_text())
    notes_file().write_text(json.dumps({**note, "last_id": 99}) + "\nnonsense\n")

    assert read_noted_heads().broken == [1, 2]
    assert verify().splitlines()[0] == "noted heads: the signature of line 1 does not fit"
    assert verify().endswith("failed")


def test_an_empty_log_leaves_no_note(db):
    note_head()

    assert not notes_file().exists()
