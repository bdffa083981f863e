"""Breaking the glass: an exact number, a reason, some hours, an alert, a judgement."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.core.queries.alert import unread_alerts
from banyan.apps.network.models import Facility
from banyan.apps.network.queries.staff import current_postings, view_as
from banyan.apps.network.services.staff import add_staff, post_staff
from banyan.apps.people.models import GlassAttempt, GlassGrant
from banyan.apps.people.queries.glass import reviewable_grants, unjudged_grants
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.services.glass import OwnGrant, TooManyAttempts, judge_grant, open_record
from banyan.apps.people.services.person import add_person

REASON = {"reason": "emergency", "words": "hôn mê, không người nhà"}


def viewer_at(facility: Facility, role: str, name: str = ""):
    staff = add_staff(
        email=f"{role}{name}@{facility.code}.test", full_name=f"{role} {name}", password="a long enough word"
    )
    post_staff(staff=staff, facility=facility, role=role, start=date(2020, 1, 1))
    return view_as(current_postings(staff.pk, timezone.localdate()).get())


@pytest.fixture
def other(db) -> Facility:
    return Facility.objects.create(
        code="H2", name_vi="Bệnh viện Kim Ngưu", name_en="Kim Nguu", level=2, kind="hospital"
    )


@pytest.fixture
def doctor(other):
    return viewer_at(other, Role.DOCTOR)


@pytest.fixture
def officer(registry):
    return viewer_at(registry, Role.OFFICER)


@pytest.fixture
def person(nurse):
    return add_person(
        by=nurse,
        full_name="Nguyễn Thị Hằng",
        citizen_id="001170012345",
        insurance_number="GD4011170012345",
    )


@pytest.mark.asvs("8.2.2", "8.4.1")
def test_outside_the_scope_nothing_is_seen_until_the_glass_is_broken(doctor, person):
    assert list(visible_people(doctor)) == []

    grant = open_record(number=person.number, by=doctor, **REASON)

    assert grant.until - grant.at == timedelta(hours=4)
    assert list(visible_people(doctor)) == [person]


@pytest.mark.parametrize("number", ["001170012345", "GD4011170012345", "nb-", "1170012345"])
def test_a_number_is_enough_but_only_whole(doctor, person, number):
    typed = person.number.lower() if number == "nb-" else number

    assert (open_record(number=typed, by=doctor, **REASON) or GlassGrant()).person_id == person.pk
    assert open_record(number=typed[:-1], by=doctor, **REASON) is None


def test_a_grant_ends_and_holds_for_one_facility(doctor, person, hospital):
    grant = open_record(number=person.number, by=doctor, **REASON)
    elsewhere = viewer_at(hospital, Role.DOCTOR, "2")
    assert list(visible_people(elsewhere)) == [person]  # she attends there

    GlassGrant.objects.filter(pk=grant.pk).update(
        at=timezone.now() - timedelta(hours=5), until=timezone.now() - timedelta(hours=1)
    )

    assert list(visible_people(doctor)) == []


@pytest.mark.asvs("16.2.1", "16.2.5", "16.3.2")
def test_every_try_leaves_a_line_and_never_the_number(doctor, person):
    open_record(number="001170099999", by=doctor, **REASON)
    open_record(number=person.number, by=doctor, **REASON)

    lines = list(AccessLine.objects.order_by("id").values_list("action", "people", "detail"))
    assert lines == [
        ("glass-none", [], ""),
        ("glass", [person.pk], "emergency"),
    ]


@pytest.mark.asvs("2.3.2", "2.4.1")
def test_tries_are_counted_by_the_hour(doctor, person, settings):
    settings.TERMS = "attempts=3"
    for _ in range(3):
        open_record(number="001170099999", by=doctor, **REASON)

    with pytest.raises(TooManyAttempts):
        open_record(number=person.number, by=doctor, **REASON)

    assert GlassGrant.objects.count() == 0
    assert AccessLine.objects.latest("id").action == "glass-limit"
    GlassAttempt.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert open_record(number=person.number, by=doctor, **REASON).person == person


@pytest.mark.django_db(transaction=True)
@pytest.mark.asvs("15.4.2")
def test_eight_tries_at_once_pass_one_at_a_time(doctor, settings):
    settings.TERMS = "attempts=3"

    def attempt(number: int) -> bool:
        try:
            open_record(number=f"00117009{number:04d}", by=doctor, **REASON)
        except TooManyAttempts:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(attempt, range(8)))

    assert sum(passed) == 3


def test_her_facilities_and_the_officers_are_told(doctor, person, nurse, officer, registrar):
    open_record(number=person.number, by=doctor, **REASON)

    told = unread_alerts(nurse).get()
    assert (told.facts["number"], told.facts["where"]) == (person.number, "Bệnh viện Kim Ngưu")
    assert unread_alerts(officer).count() == 1
    assert (unread_alerts(doctor).count(), unread_alerts(registrar).count()) == (0, 0)


def test_a_grant_waits_for_the_judgement_of_another(doctor, person, officer):
    grant = open_record(number=person.number, by=doctor, **REASON)
    assert list(unjudged_grants(officer)) == [grant]

    judged = judge_grant(grant=grant, verdict="unjustified", words="người bệnh tỉnh táo", by=officer)

    assert (judged.verdict, judged.judged_by_id) == ("unjustified", officer.staff_id)
    assert list(unjudged_grants(officer)) == []
    with pytest.raises(OwnGrant):
        judge_grant(grant=grant, verdict="justified", words="", by=officer)


def test_nobody_judges_her_own(doctor, person):
    grant = open_record(number=person.number, by=doctor, **REASON)

    with pytest.raises(OwnGrant):
        judge_grant(grant=grant, verdict="justified", words="của tôi", by=doctor)


def test_an_officer_of_a_facility_reviews_what_touches_it(doctor, person, hospital, other):
    grant = open_record(number=person.number, by=doctor, **REASON)
    third = Facility.objects.create(code="H3", name_vi="Ba", name_en="Third", level=2, kind="hospital")

    seen = {
        place.code: list(reviewable_grants(viewer_at(place, Role.OFFICER, "o")))
        for place in (hospital, other, third)
    }
    assert seen == {"H": [grant], "H2": [grant], "H3": []}
