"""Who looked at one person, alone or among others, and what was looked at between two days."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from banyan.apps.core.choices import Role
from banyan.apps.core.queries.audit import looks_between, start_of, who_looked
from banyan.apps.core.services.access import log_access


@pytest.fixture
def viewer(staff_as, viewer_of):
    return viewer_of(staff_as(Role.REGISTRAR))


@pytest.mark.asvs("16.3.2")
def test_who_looked_finds_a_page_of_hers_and_a_list_she_stood_on(viewer):
    log_access(by=viewer, action="open", subject="person", subject_id=7)
    log_access(by=viewer, action="list", subject="tumour", people=[5, 7, 9])
    log_access(by=viewer, action="list", subject="tumour", people=[5])
    log_access(by=viewer, action="open", subject="tumour", subject_id=7)

    found = [(line.action, line.subject, line.staff_name) for line in who_looked(7)]
    assert found == [("list", "tumour", "Trần Thu Hà"), ("open", "person", "Trần Thu Hà")]


def test_a_day_is_a_day_in_hanoi(viewer):
    line = log_access(by=viewer, action="open", subject="person", subject_id=7)
    line.refresh_from_db()
    today = timezone.localdate(line.at)

    assert list(looks_between(today, today)) == [line]
    assert list(looks_between(date(2000, 1, 1), date(2000, 1, 2))) == []


@pytest.mark.parametrize(("day", "start"), [(date(2026, 11, 24), datetime(2026, 11, 23, 17, tzinfo=UTC))])
def test_a_day_begins_at_midnight_in_hanoi(day, start):
    assert start_of(day) == start
