"""Records of rights, one of each kind for a place: a request, a breach, a hold, an erasure, a broken glass."""

from django.utils import timezone

from banyan.apps.core.choices import Role
from banyan.apps.core.models import Alert
from banyan.apps.core.rules import Viewer
from banyan.apps.network.queries.staff import view_as
from banyan.apps.network.services.staff import add_staff, post_staff
from banyan.apps.people.models import Erasure, Person
from banyan.apps.people.services.breach import report_breach
from banyan.apps.people.services.erasure import place_hold
from banyan.apps.people.services.glass import make_grant
from banyan.apps.people.services.request import receive_request
from tests.walk.world import SINCE, Actor, World

NUMBERLESS = 10**12
MISSING = {
    "alert": {"alert_id": NUMBERLESS},
    "request": {"number": "YC-1999-0001"},
    "request-step": {"number": "YC-1999-0001", "step": "answer"},
    "breach": {"number": "SC-1999-0001"},
    "breach-step": {"number": "SC-1999-0001", "step": "measures"},
    "hold": {"number": "NB-9999999", "hold_id": NUMBERLESS},
    "erasure": {"erasure_id": NUMBERLESS},
    "grant": {"grant_id": NUMBERLESS},
    "own-grant": {"grant_id": NUMBERLESS},
}


def build_rights(world: World, place: str) -> None:
    person = Person.objects.get(number=world.records["person"][place]["number"])
    officer = world.actor(Role.OFFICER, place).viewer
    request = receive_request(
        person=person, kind="access", words="xin bản sao", channel="desk", identity="card", by=officer
    )
    world.keep("request", place, number=request.number)
    world.keep("request-step", place, number=request.number, step="answer")
    breach = report_breach(
        detected_at=timezone.now(), kind="lost", what="mất máy", whose="người bệnh", by=officer
    )
    world.keep("breach", place, number=breach.number)
    world.keep("breach-step", place, number=breach.number, step="measures")
    hold = place_hold(person=person, reason="đang kiện", by=officer)
    world.keep("hold", place, number=person.number, hold_id=hold.pk)
    visitor = add_visitor(world, place)
    erasure = Erasure.objects.create(
        person=person, reason="xin xóa", asked_by_id=visitor.staff_id, asked_at=timezone.now()
    )
    world.keep("erasure", place, erasure_id=erasure.pk)
    world.keep("grant", place, grant_id=break_glass(person, visitor))
    alert = Alert.objects.create(
        kind="glass",
        subject_id=0,
        capability="record_consent",
        facility_id=officer.facility_id,
        facts=Alert.objects.latest("pk").facts,
    )
    world.keep("alert", place, alert_id=alert.pk)
    world.missing |= MISSING


def add_visitor(world: World, place: str) -> Viewer:
    """Return a doctor of the place who is none of those who walk."""
    staff = add_staff(
        email=f"visitor@{place}.example", full_name="Mạc Lữ Hành", password="correct-horse-battery"
    )
    return view_as(post_staff(staff=staff, facility=world.facilities[place], role=Role.DOCTOR, start=SINCE))


def break_glass(person: Person, by: Viewer) -> int:
    return make_grant(person, reason="emergency", words="cấp cứu", by=by).pk


def build_own_grant(world: World, actor: Actor) -> None:
    person = Person.objects.get(number=world.records["person"][actor.place]["number"])
    grant = break_glass(person, actor.viewer)
    world.own.setdefault("own-grant", {})[actor.staff.pk] = {"grant_id": grant}
