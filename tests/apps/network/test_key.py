"""Machines: an account without a password, keys shown once, one door."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.core.rules import CAPABILITIES
from banyan.apps.network.choices import StaffKind
from banyan.apps.network.models import ServiceKey, Staff
from banyan.apps.network.rules.account import digest_secret
from banyan.apps.network.services import key as keys
from banyan.apps.network.services.member import set_active

ME = "/api/v1/me"


@pytest.fixture
def admin(client_as, centre) -> Client:
    return client_as(Role.ADMINISTRATOR, centre)


@pytest.fixture
def by(make_staff, centre, viewer_of):
    return viewer_of(make_staff(Role.ADMINISTRATOR, centre))


@pytest.fixture
def machine(by, hospital) -> Staff:
    return keys.add_machine(
        full_name="HIS Sông Nhuệ",
        facility=hospital,
        role=Role.REGISTRAR,
        first_day=timezone.localdate(),
        last_day=None,
        by=by,
    )


@pytest.fixture
def key(machine, by) -> str:
    return keys.make_key(machine=machine, name="referrals", days=90, by=by)


def call(key: str, address: str = ME, method: str = "get"):
    client = Client(enforce_csrf_checks=True)
    return getattr(client, method)(address, headers={"Authorization": f"Bearer {key}"})


def problem(answer) -> tuple[int, int]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, json.loads(answer.content)["status"]


def test_administrator_adds_a_machine_and_sees_its_key_once(admin, hospital):
    made = admin.post(
        "/machines/new/",
        {"full_name": "HIS", "facility": hospital.pk, "role": Role.REGISTRAR, "first_day": "01/01/2026"},
    )
    page = admin.post(f"{made.headers['Location']}keys/", {"name": "referrals", "days": 30})

    row = ServiceKey.objects.get()
    shown = page.content.decode().split('id="new-key" type="text" readonly value="')[1].split('"')[0]
    assert shown.split(".")[0] == row.prefix
    assert digest_secret(shown.split(".")[1]) == row.digest
    assert "no-store" in page.headers["Cache-Control"]
    assert call(shown).status_code == 200
    assert shown.split(".")[1] not in admin.get(made.headers["Location"]).content.decode()


def test_key_says_who_calls_and_what_the_role_may_do(key, machine, hospital):
    assert call(key).json() == {
        "account": {"id": machine.pk, "name": "HIS Sông Nhuệ"},
        "role": "registrar",
        "facility": {"id": hospital.pk, "name": hospital.name_vi},
        "capabilities": sorted(CAPABILITIES[Role.REGISTRAR]),
    }


@pytest.mark.asvs("7.2.1", "6.3.4")
def test_without_a_key_in_force_nothing_opens(key, db):
    prefix = key.split(".")[0]

    for wrong in (
        "",
        "x",
        prefix,
        f"{prefix}.",
        f"{prefix}.guess",
        key + "x",
        f"bny_00000000.{key.split('.')[1]}",
    ):
        answer = call(wrong)
        assert problem(answer) == (401, 401)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="banyan"'
    assert problem(Client().get(ME)) == (401, 401)


@pytest.mark.asvs("13.2.1")
def test_key_runs_out(key):
    ServiceKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert problem(call(key)) == (401, 401)


def test_key_is_revoked(admin, key, machine):
    row = ServiceKey.objects.get()

    admin.post(f"/machines/{machine.pk}/keys/{row.pk}/revoke/")

    assert problem(call(key)) == (401, 401)
    assert "đã thu hồi" in admin.get(f"/machines/{machine.pk}/").content.decode()


@pytest.mark.asvs("7.4.2")
def test_locked_machine_is_refused(key, machine, by):
    set_active(staff=machine, is_active=False, by=by)

    assert problem(call(key)) == (401, 401)


def test_machine_without_a_role_today_is_refused(key, machine):
    machine.postings.all().delete()

    assert problem(call(key)) == (403, 403)


@pytest.mark.asvs("6.3.4")
def test_key_opens_no_page_and_a_session_opens_no_address_for_machines(key, client_as, centre):
    assert call(key, "/cases/").headers["Location"].startswith("/accounts/login/")
    assert problem(client_as(Role.REGISTRAR, centre).get(ME)) == (401, 401)


@pytest.mark.asvs("6.3.4")
def test_machine_cannot_sign_in_through_a_page(machine):
    machine.set_password("correct-horse-battery")  # which nothing in the program does
    machine.save()
    client = Client()

    client.post("/accounts/login/", {"login": machine.email, "password": "correct-horse-battery"})
    assert "_auth_user_id" not in client.session

    client.force_login(machine)
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_errors_are_problems_that_a_program_reads(key):
    assert problem(call(key, "/api/v1/nothing")) == (404, 404)
    wrong = call(key, method="post")
    assert problem(wrong) == (405, 405)
    assert wrong.headers["Allow"] == "GET, HEAD"


def test_calls_a_minute_are_limited(key, monkeypatch):
    monkeypatch.setattr(keys, "CALLS_A_MINUTE", 3)

    answers = [call(key) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert problem(answers[3]) == (429, 429)
    assert answers[3].headers["Retry-After"] == "60"
    ServiceKey.objects.update(window=timezone.now() - timedelta(minutes=1))
    assert call(key).status_code == 200


def test_guesses_are_limited(db):
    answers = {call(f"bny_{number:08x}.guess").status_code for number in range(30)}

    assert answers == {401}
    assert problem(call("bny_x.guess")) == (429, 429)


def test_use_is_noted_but_is_no_change_of_the_key(key):
    events = apps.get_model("network", "ServiceKeyEvent").objects
    before = events.count()

    call(key)

    row = ServiceKey.objects.get()
    assert timezone.now() - row.last_used_at < timedelta(minutes=1)
    assert events.count() == before


def test_keys_are_in_the_access_log(key, machine, by):
    keys.revoke_key(key=ServiceKey.objects.get(), by=by)

    lines = AccessLine.objects.filter(subject="staff", subject_id=machine.pk).order_by("id")
    assert [line.action for line in lines] == ["give-role", "add-machine", "make-key", "revoke-key"]


@pytest.mark.asvs("8.4.1")
def test_one_hospital_keeps_its_own_machines_only(client_as, hospital, centre, machine, key, make_staff):
    elsewhere = Staff.objects.create_user("x@machine.invalid", None, full_name="Y", kind=StaffKind.MACHINE)
    admin = client_as(Role.ADMINISTRATOR, hospital)

    page = admin.get("/machines/").content.decode()
    assert "HIS Sông Nhuệ" in page
    assert f"/machines/{elsewhere.pk}/" not in page
    assert admin.get(f"/machines/{elsewhere.pk}/").status_code == 404
    assert admin.post(f"/machines/{elsewhere.pk}/keys/", {"name": "x", "days": 3}).status_code == 404
    row = ServiceKey.objects.get()
    assert admin.post(f"/machines/{elsewhere.pk}/keys/{row.pk}/revoke/").status_code == 404


def test_description_names_every_address_for_machines(client):
    from django.urls import get_resolver

    described = client.get("/api/v1/openapi.json").json()

    assert described["openapi"] == "3.1.0"
    routes = [
        str(p.pattern) for part in get_resolver().url_patterns for p in getattr(part, "url_patterns", [])
    ]
    assert {f"/{route}" for route in routes if route.startswith("api/v1/")} <= set(described["paths"])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_in_both_languages(admin, machine, language):
    admin.cookies["banyan_language"] = language

    for address in ("/machines/", "/machines/new/", f"/machines/{machine.pk}/"):
        page = admin.get(address).content.decode()
        assert f'<html lang="{language}"' in page
        assert page.count("<h1>") == 1


def test_page_of_a_machine_offers_no_password(admin, machine):
    page = admin.get(f"/staff/{machine.pk}/").content.decode()

    assert f'action="/staff/{machine.pk}/lock/"' in page
    assert f'action="/staff/{machine.pk}/password/"' not in page
    assert machine.email not in page
    assert admin.post(f"/staff/{machine.pk}/password/").status_code == 404
