"""How long a sign-in lasts, and what ends it."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.core.services.access import log_access
from banyan.apps.network.queries.session import sign_ins_of
from banyan.apps.network.services.member import set_active

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@pytest.fixture
def staff(make_staff, centre):
    return make_staff(Role.AUDITOR, centre)


@pytest.fixture
def visitor(staff, come_in) -> Client:
    return come_in(staff)


def is_in(client: Client) -> bool:
    return client.get("/history/").status_code == 200


def move_back(client: Client, **moved: timedelta) -> None:
    session = client.session
    for name, by in moved.items():
        session[name] -= by.total_seconds()
    session.save()


@pytest.mark.asvs("7.3.1")
def test_sign_in_left_alone_for_half_an_hour_is_over(visitor):
    move_back(visitor, seen=timedelta(minutes=29))
    assert is_in(visitor)

    move_back(visitor, seen=timedelta(minutes=31))

    answer = visitor.get("/history/")
    assert answer.headers["Location"] == "/accounts/login/?next=/history/"
    assert "vì lâu không dùng" in visitor.get(answer.headers["Location"]).content.decode()


@pytest.mark.asvs("7.3.2")
def test_sign_in_is_over_after_twelve_hours_however_busy(visitor):
    move_back(visitor, began=timedelta(hours=11, minutes=59))
    assert is_in(visitor)

    move_back(visitor, began=timedelta(minutes=2))

    assert not is_in(visitor)


def test_limits_come_from_settings(visitor, settings):
    settings.SESSION_IDLE_LIMIT = timedelta(minutes=5)
    move_back(visitor, seen=timedelta(minutes=6))

    assert not is_in(visitor)


def test_use_moves_the_idle_clock_but_not_the_other(visitor):
    began = visitor.session["began"]
    move_back(visitor, seen=timedelta(minutes=20))

    visitor.get("/history/")

    assert time.time() - visitor.session["seen"] < 60
    assert visitor.session["began"] == began


@pytest.mark.asvs("7.2.1")
def test_session_without_clocks_opens_nothing(visitor):
    session = visitor.session
    del session["began"]
    session.save()

    assert not is_in(visitor)


@pytest.mark.asvs("7.2.4", "7.2.3", "7.2.2")
def test_sign_in_takes_a_new_session_key(staff):
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["before"] = "sign-in"
    session.save()
    client.cookies[site.SESSION_COOKIE_NAME] = session.session_key
    before = session.session_key

    client.post("/accounts/login/", {"login": staff.email, "password": "correct-horse-battery"})

    after = client.cookies[site.SESSION_COOKIE_NAME].value
    assert after != before
    assert len(after) == 32
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.asvs("7.2.4")
def test_whoever_is_asked_again_goes_on_under_a_new_session_key(visitor, staff, confirm):
    visitor.get("/history/")
    before = visitor.cookies[site.SESSION_COOKIE_NAME].value

    confirm(visitor)

    after = visitor.cookies[site.SESSION_COOKIE_NAME].value
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()
    assert [row.session_key for row in sign_ins_of(staff.pk)] == [after]
    assert is_in(visitor)


@pytest.mark.asvs("7.4.1")
def test_sign_out_leaves_nothing_to_come_back_with(visitor):
    key = visitor.cookies[site.SESSION_COOKIE_NAME].value

    visitor.post("/accounts/logout/")

    stolen = Client()
    stolen.cookies[site.SESSION_COOKIE_NAME] = key
    assert not is_in(stolen)
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.asvs("7.4.2")
def test_locked_account_is_out_everywhere_at_once(staff, make_staff, come_in, centre, viewer_of):
    browsers = [come_in(staff), come_in(staff)]
    assert [is_in(browser) for browser in browsers] == [True, True]

    set_active(staff=staff, is_active=False, by=viewer_of(make_staff(Role.ADMINISTRATOR, centre)))

    assert [browser.get("/history/").headers["Location"] for browser in browsers] == [
        "/accounts/login/?next=/history/"
    ] * 2
    assert Session.objects.count() == 0


@pytest.mark.asvs("7.4.5")
def test_administrator_ends_all_sign_ins_of_somebody(staff, visitor, client_as, centre):
    admin = client_as(Role.ADMINISTRATOR, centre)
    assert "Đang đăng nhập ở 1 máy." in admin.get(f"/staff/{staff.pk}/").content.decode()

    admin.post(f"/staff/{staff.pk}/sign-ins/")

    assert not is_in(visitor)


@pytest.mark.asvs("7.4.3")
def test_new_password_ends_the_other_sign_ins_and_keeps_this_one(staff, visitor, come_in):
    other = come_in(staff)
    new = "muong-tre-xanh-ven-song"

    visitor.post(
        "/accounts/password/change/",
        {"oldpassword": "correct-horse-battery", "password1": new, "password2": new},
    )

    assert is_in(visitor)
    assert not is_in(other)
    assert sign_ins_of(staff.pk).count() == 1


@pytest.mark.asvs("7.5.2")
def test_own_devices_are_listed_and_ended(staff, come_in):
    visitor, other = come_in(staff, headers={"user-agent": CHROME}), come_in(staff)

    page = visitor.get("/devices/").content.decode()
    assert "Chrome, Windows" in page
    assert page.count("/end/") == 2  # the other one, and all others
    [row] = [row for row in sign_ins_of(staff.pk) if row.session_key != visitor.session.session_key]
    visitor.post(f"/devices/{row.pk}/end/")

    assert is_in(visitor)
    assert not is_in(other)


@pytest.mark.asvs("7.5.2")
def test_all_other_devices_are_ended_together(staff, come_in):
    visitor, *others = come_in(staff), come_in(staff), come_in(staff)

    visitor.post("/devices/end/")

    assert is_in(visitor)
    assert [is_in(other) for other in others] == [False, False]


@pytest.mark.asvs("8.2.2")
def test_nobody_ends_the_sign_in_of_another(staff, visitor, come_in, make_staff, centre):
    colleague = come_in(make_staff(Role.AUDITOR, centre))
    row = sign_ins_of(staff.pk).get()

    answer = colleague.post(f"/devices/{row.pk}/end/")

    assert answer.status_code == 404
    assert is_in(visitor)


@pytest.mark.asvs("7.4.4")
def test_every_page_lets_one_sign_out(visitor):
    for address in ("/history/", "/devices/", "/accounts/2fa/", "/accounts/password/change/"):
        assert 'action="/accounts/logout/"' in visitor.get(address).content.decode()


@pytest.mark.asvs("16.3.1")
def test_sign_in_and_out_are_in_the_access_log(staff, give_factor, come_in):
    come_in(staff, give_factor(staff)[0]).post("/accounts/logout/")

    lines = AccessLine.objects.filter(subject="staff", subject_id=staff.pk).order_by("id")
    assert [(line.action, line.staff_id, line.role, line.detail) for line in lines] == [
        ("sign-in", staff.pk, Role.AUDITOR, "password.recovery_codes"),
        ("sign-out", staff.pk, Role.AUDITOR, ""),
    ]


@pytest.mark.asvs("2.4.1", "16.3.3")
def test_a_program_that_reads_by_the_hundred_is_signed_out_within_a_minute(
    visitor, staff, settings, viewer_of, caplog
):
    settings.LOOKS_A_MINUTE = AccessLine.objects.filter(staff=staff).count() + 1  # one for /history/ itself
    move_back(visitor, seen=timedelta(seconds=61))
    assert is_in(visitor)

    for number in (7, 8):
        log_access(by=viewer_of(staff), action="open", subject="person", subject_id=number)
    move_back(visitor, seen=timedelta(seconds=61))

    answer = visitor.get("/history/")
    assert answer.headers["Location"] == "/accounts/login/?next=/history/"
    assert "quá nhiều trang trong một phút" in visitor.get(answer.headers["Location"]).content.decode()
    assert AccessLine.objects.get(action="sign-out").detail == "haste"
    assert "too-many-looks" in [getattr(record, "event", "") for record in caplog.records]


def test_cookie_is_hidden_from_scripts_and_goes_with_the_browser(visitor):
    cookie = visitor.cookies[site.SESSION_COOKIE_NAME]

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""


def test_what_is_over_is_forgotten_at_the_next_sign_in(staff, come_in):
    come_in(staff)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    come_in(staff)

    assert Session.objects.count() == 1
    assert UserSession.objects.count() == 1


@pytest.mark.asvs("7.1.1", "7.1.2")
def test_limits_are_written_down_as_they_are():
    text = (Path(__file__).parents[3] / "docs/explanation/sign-in.md").read_text(encoding="utf-8")

    idle, whole = (
        site.SESSION_IDLE_LIMIT // timedelta(minutes=1),
        site.SESSION_WHOLE_LIMIT // timedelta(hours=1),
    )
    assert f"| left alone | {idle} minutes | `BANYAN_IDLE_MINUTES` |" in text
    assert f"| whole | {whole} hours | `BANYAN_SESSION_HOURS` |" in text
    assert "signed in at several places at once" in text


@pytest.mark.asvs("6.2.10")
def test_password_is_not_asked_anew_by_the_calendar(staff, come_in):
    type(staff).objects.update(created_at=timezone.now() - timedelta(days=4000))

    assert is_in(come_in(staff))
