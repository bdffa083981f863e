"""A clock that went back: versions and the access log go on in the order in which things were written."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from banyan.apps.core.queries.audit import verify_chain
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.models import Facility
from banyan.apps.network.services.staff import add_staff
from banyan.apps.people.services.person import add_person, change_person

HOUR = timedelta(hours=1)
# the database's own clock cannot be set by a test; a function of the test's in front of it can
EARLIER = """
CREATE SCHEMA early;
CREATE FUNCTION early.clock_timestamp() RETURNS timestamptz LANGUAGE sql
  AS $$ SELECT pg_catalog.clock_timestamp() - interval '1 hour' $$;
SET LOCAL search_path = early, pg_catalog, public;
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Viewer:
    place = Facility.objects.create(code="R", name_vi="R", name_en="R", level=3, kind=FacilityKind.REGISTRY)
    staff = add_staff(email="ha@banyan.test", full_name="Trần Thu Hà", password=None)
    return Viewer(
        staff_id=staff.pk,
        name="Trần Thu Hà",
        role="registrar",
        facility_id=place.pk,
        facility_name="R",
        level=3,
        whole_city=True,
    )


def test_lines_of_the_access_log_keep_their_order_when_the_clock_goes_back(viewer: Viewer) -> None:
    first = log_access(by=viewer, action="open", subject="person", subject_id=1)
    with connection.cursor() as cursor:
        cursor.execute(EARLIER)
    second = log_access(by=viewer, action="open", subject="person", subject_id=2)

    for line in (first, second):
        line.refresh_from_db()
    assert second.pk == first.pk + 1
    assert second.at < first.at  # the clock did go back
    assert verify_chain() == []


def test_versions_of_a_record_go_on_when_the_clock_goes_back(viewer: Viewer, monkeypatch) -> None:
    person = add_person(
        by=viewer, full_name="Trần Văn Bảo", sex="1", birth_date=date(1950, 2, 1), birth_precision="day"
    )
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() - HOUR)
    for version, number in ((1, "HN1234567890123"), (2, "HN1234567890124")):
        changes = {"insurance_number": number}
        person = change_person(person=person, changes=changes, version=version, by=viewer, reason="thẻ mới")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version FROM people_personevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [person.pk]
        )
        kept = cursor.fetchall()
    assert person.updated_at < person.created_at  # the clock did go back
    assert [row[0] for row in kept] == [1, 2, 3]
    assert person.version == 3
