"""History once written stays: raw SQL cannot change or delete an event, outside an erasure that leaves its trace."""

import pytest
from django.db import ProgrammingError, connection, transaction

from banyan.apps.core.choices import Role
from banyan.apps.core.models import GuardLift
from banyan.apps.core.services.lift import lift_guards
from banyan.apps.network.models import Staff


def run(sql: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


@pytest.fixture
def officer(staff_as, viewer_of):
    return viewer_of(staff_as(Role.OFFICER))


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(
    "sql",
    ["UPDATE network_staffevent SET full_name = 'x'", "DELETE FROM network_staffevent"],
    ids=["update", "delete"],
)
def test_an_event_cannot_be_changed_or_deleted(officer, sql):
    with pytest.raises(ProgrammingError, match="kept as they were written"), transaction.atomic():
        run(sql)

    assert run("SELECT 1 FROM network_staffevent WHERE full_name = 'Trần Thu Hà'") == 1


def test_every_table_of_events_is_guarded(db):
    unguarded = """
        SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND EXISTS (
          SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'pgh_obj_id')
        AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'pgtrigger_only_add%')
    """
    with connection.cursor() as cursor:
        cursor.execute(unguarded)
        assert cursor.fetchall() == []


def test_a_lift_opens_the_guards_for_its_own_transaction_and_stays(officer):
    with transaction.atomic():
        lift_guards(by=officer, subject="person", subject_id=7, reason="xóa theo yêu cầu")
        assert run("UPDATE network_staffevent SET full_name = ''") == 1

    lift = GuardLift.objects.get()
    assert (lift.staff_id, lift.subject_id, lift.reason) == (officer.staff_id, 7, "xóa theo yêu cầu")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        run("DELETE FROM core_guardlift")


@pytest.mark.django_db(transaction=True)
def test_a_lift_of_one_transaction_opens_nothing_in_the_next(officer):
    with transaction.atomic():
        lift_guards(by=officer, subject="person", subject_id=7, reason="thử")

    with pytest.raises(ProgrammingError, match="kept as they were written"), transaction.atomic():
        run("UPDATE network_staffevent SET full_name = ''")
    assert Staff.objects.count() == 1
