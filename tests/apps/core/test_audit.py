"""The access log as a chain: what is changed, deleted or inserted is named."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from banyan.apps.core.choices import FaultKind, Role
from banyan.apps.core.models import AccessLine
from banyan.apps.core.queries.audit import Fault, Head, read_head, verify_chain
from banyan.apps.core.services.access import log_access


def behind_the_guard(sql: str, *values: object) -> None:
    """Do what only somebody with the database in hand can do: switch the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def viewer(staff_as, viewer_of):
    return viewer_of(staff_as(Role.REGISTRAR))


@pytest.fixture
def lines(viewer) -> list[AccessLine]:
    return [log_access(by=viewer, action="open", subject="person", subject_id=n) for n in range(1, 9)]


@pytest.mark.asvs("16.4.2")
def test_lines_are_numbered_without_a_gap_and_the_chain_is_whole(lines):
    first = lines[0].pk

    assert [line.pk for line in lines] == list(range(first, first + 8))
    assert read_head().last_id == first + 7
    assert verify_chain() == []


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(
    "sql",
    ["UPDATE core_accessline SET subject_id = 7", "DELETE FROM core_accessline"],
    ids=["update", "delete"],
)
def test_a_line_cannot_be_changed_or_deleted(lines, sql):
    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)

    assert AccessLine.objects.count() == 8


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(
    "change",
    [
        "staff_id = staff_id + 1",
        "at = at + interval '1 second'",
        "role = 'auditor'",
        "facility_id = 99",
        "action = 'list'",
        "subject = 'tumour'",
        "subject_id = 99",
        "people = '{5}'",
        "detail = 'x'",
        "seal = ''",
    ],
)
def test_a_changed_line_is_named(lines, change):
    third = lines[2].pk

    behind_the_guard(f"UPDATE core_accessline SET {change} WHERE id = %s", third)  # noqa: S608 -- ours

    assert Fault(line=third, kind=FaultKind.CHANGED) in verify_chain()
    behind_the_guard(
        "UPDATE core_accessline SET staff_id = %s WHERE id = %s", lines[0].staff_id, third
    )  # the key holds


def test_a_changed_line_is_the_only_one_named(lines):
    behind_the_guard("UPDATE core_accessline SET subject_id = 99 WHERE id = %s", lines[2].pk)

    assert verify_chain() == [Fault(line=lines[2].pk, kind=FaultKind.CHANGED)]


@pytest.mark.parametrize("gone", [[0], [3], [3, 4], [7], [6, 7]], ids=str)
def test_deleted_lines_are_named(lines, gone):
    keys = [lines[place].pk for place in gone]

    behind_the_guard("DELETE FROM core_accessline WHERE id = ANY(%s)", keys)

    assert verify_chain() == [Fault(line=key, kind=FaultKind.DELETED) for key in keys]


def test_an_inserted_line_is_named(lines):
    after = lines[-1].pk + 1

    behind_the_guard(
        "INSERT INTO core_accessline SELECT (jsonb_populate_record(line, jsonb_build_object('id', %s::bigint))).* "
        "FROM core_accessline line WHERE id = %s",
        after,
        lines[0].pk,
    )

    assert verify_chain() == [Fault(line=after, kind=FaultKind.INSERTED)]


def test_a_log_rewritten_from_end_to_end_shows_against_a_head_kept_elsewhere(lines):
    kept = read_head()
    behind_the_guard("UPDATE core_accessline SET subject_id = 99 WHERE id = %s", lines[2].pk)
    line = lines[2].pk
    while line <= lines[-1].pk:  # seal it all anew, as somebody who has read the source would
        behind_the_guard(
            "UPDATE core_accessline SET seal = core_seal_line("
            "coalesce((SELECT seal FROM core_accessline WHERE id = %s), ''), core_accessline) WHERE id = %s",
            line - 1,
            line,
        )
        line += 1
    behind_the_guard(
        "UPDATE core_accesshead SET seal = (SELECT seal FROM core_accessline WHERE id = last_id)"
    )

    assert verify_chain() == []
    assert verify_chain([kept]) == [Fault(line=kept.last_id, kind=FaultKind.CHANGED)]


def test_an_emptied_log_shows_against_a_head_kept_elsewhere(lines):
    kept = read_head()

    behind_the_guard("DELETE FROM core_accessline")
    behind_the_guard("UPDATE core_accesshead SET last_id = 0, seal = ''")

    assert read_head() == Head()
    assert verify_chain([kept]) == [Fault(line=kept.last_id, kind=FaultKind.DELETED)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.asvs("15.4.2")
def test_two_hundred_lines_by_eight_writers_make_one_chain(viewer):
    def write(number: int) -> int:
        try:
            return log_access(by=viewer, action="open", subject="person", subject_id=number).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        keys = sorted(pool.map(write, range(200)))

    assert keys == list(range(keys[0], keys[0] + 200))
    assert verify_chain() == []
