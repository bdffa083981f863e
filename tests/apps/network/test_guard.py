"""The second factor, compulsory: who is stopped, what stays open, and the one exception, which shows itself."""

import time
from datetime import date
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.network.models import Posting
from banyan.apps.network.services.staff import add_staff, post_staff

pytestmark = pytest.mark.usefixtures("guarded")

FIRST = {
    Role.REGISTRAR: "/cases/",
    Role.ADMINISTRATOR: "/staff/",
    Role.AUDITOR: "/history/",
    Role.OFFICER: "/history/",
}
SET_UP = "/accounts/2fa/"


@pytest.mark.asvs("6.3.3", "6.3.4")
@pytest.mark.parametrize("role", Role.values)
def test_every_role_sets_up_a_factor_first(make_staff, centre, come_in, role):
    client = come_in(make_staff(role, centre))

    for address in ("/", FIRST.get(role, "/"), "/accounts/password/change/", "/devices/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, SET_UP)
    answer = client.post("/postings/1/")
    assert answer.headers["Location"] == SET_UP
    page = client.get(SET_UP).content.decode()
    assert "Mọi tài khoản cần yếu tố thứ hai." in page


@pytest.mark.asvs("6.3.3")
def test_account_without_a_role_sets_up_a_factor_first(make_staff, centre, come_in):
    staff = make_staff(Role.NURSE, centre)
    Posting.objects.all().delete()

    assert come_in(staff).get("/").headers["Location"] == SET_UP


def test_what_stays_open_does_not_go_in_circles(make_staff, centre, come_in):
    client = come_in(make_staff(Role.REGISTRAR, centre))

    assert client.get(SET_UP).status_code == 200
    assert client.get("/help/").status_code == 200
    assert client.get("/language/en/").headers["Location"] == "/"
    assert client.get("/theme/dark/").headers["Location"] == "/"
    assert (
        client.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")
    )
    assert client.get("/accounts/reauthenticate/").status_code == 200
    assert client.get("/no-such-page/").status_code == 404
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"


def test_htmx_is_led_there_as_a_whole_page(make_staff, centre, come_in):
    answer = come_in(make_staff(Role.REGISTRAR, centre)).get("/cases/", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == SET_UP


@pytest.mark.asvs("6.3.3")
def test_password_and_code_open_the_pages(make_staff, centre, come_in, give_factor):
    staff = make_staff(Role.AUDITOR, centre)
    codes = give_factor(staff)

    assert come_in(staff).get("/history/").headers["Location"].startswith("/accounts/login/")
    assert come_in(staff, "000000").get("/history/").headers["Location"].startswith("/accounts/login/")
    assert come_in(staff, codes[0]).get("/history/").status_code == 200
    assert come_in(staff, codes[0]).get("/history/").status_code == 302  # used up


@pytest.mark.asvs("6.3.3")
def test_session_that_passed_no_factor_opens_nothing(make_staff, centre, give_factor):
    staff = make_staff(Role.AUDITOR, centre)
    give_factor(staff)
    client = Client()
    client.force_login(staff)

    assert client.get("/history/").headers["Location"] == SET_UP


@pytest.mark.asvs("7.4.3")
def test_factor_taken_away_closes_the_pages_and_the_other_sign_ins(
    make_staff, centre, come_in, give_factor, confirm
):
    staff = make_staff(Role.AUDITOR, centre)
    codes = give_factor(staff)
    client, other = come_in(staff, codes[0]), come_in(staff, codes[1])
    confirm(client)

    client.post("/accounts/2fa/totp/deactivate/")

    assert client.get("/history/").headers["Location"] == SET_UP
    assert other.get("/history/").headers["Location"] == "/accounts/login/?next=/history/"
    line = AccessLine.objects.filter(action="change-factor").earliest("id")
    assert (line.subject_id, line.detail) == (staff.pk, "removed totp")


@pytest.fixture
def demo_member(centre):
    staff = add_staff(
        email="registrar@banyan.demo", full_name="Trần Thu Hà", password="correct-horse-battery"
    )
    post_staff(staff=staff, facility=centre, role=Role.ADMINISTRATOR, start=date(2020, 1, 1))
    return staff


def test_demo_account_goes_in_and_every_page_says_so(demo_member, come_in, settings):
    settings.DEMO = True
    client = come_in(demo_member)

    for address in ("/staff/", "/help/", "/accounts/2fa/", "/no-such-page/"):
        assert "Bản mẫu: không đòi yếu tố thứ hai." in client.get(address).content.decode()
    client.cookies["banyan_language"] = "en"
    assert "Demonstration: no second factor is asked for." in client.get("/staff/").content.decode()


def test_exception_needs_both_a_demonstration_and_a_demo_account(
    demo_member, make_staff, centre, come_in, settings
):
    assert come_in(demo_member).get("/staff/").headers["Location"] == SET_UP

    settings.DEMO = True
    assert come_in(make_staff(Role.ADMINISTRATOR, centre)).get("/staff/").headers["Location"] == SET_UP


@pytest.fixture
def admin(make_staff, centre, come_in, give_factor) -> Client:
    staff = make_staff(Role.ADMINISTRATOR, centre)
    return come_in(staff, give_factor(staff)[0])


SENSITIVE = ("roles", "password", "second-factor", "sign-ins", "lock")


@pytest.mark.asvs("7.5.1")
def test_sensitive_work_asks_once_more_who_it_is(admin, confirm, make_staff, hospital):
    staff = make_staff(Role.REGISTRAR, hospital)
    posts = [f"/staff/{staff.pk}/{deed}/" for deed in SENSITIVE]
    posts += ["/staff/new/", "/machines/new/", f"/postings/{staff.postings.get().pk}/end/"]

    asked = [admin.post(address).headers.get("Location", "").split("?")[0] for address in posts]
    assert asked == ["/accounts/reauthenticate/"] * len(posts)
    staff.refresh_from_db()
    assert staff.is_active
    assert staff.has_usable_password()

    confirm(admin)
    assert admin.post(f"/staff/{staff.pk}/lock/").headers["Location"] == f"/staff/{staff.pk}/"
    staff.refresh_from_db()
    assert not staff.is_active


def test_what_was_sent_is_done_after_the_confirmation(admin, make_staff, hospital):
    staff = make_staff(Role.REGISTRAR, hospital)
    asked = admin.post(f"/staff/{staff.pk}/lock/")

    admin.post(
        asked.headers["Location"], {"password": "correct-horse-battery", "next": f"/staff/{staff.pk}/lock/"}
    )

    staff.refresh_from_db()
    assert not staff.is_active


def test_confirmation_lasts_a_quarter_of_an_hour(admin, confirm, make_staff, hospital):
    staff = make_staff(Role.REGISTRAR, hospital)
    confirm(admin)
    session = admin.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 15 * 60 + 1
    session.save()

    assert admin.post(f"/staff/{staff.pk}/lock/").headers["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.asvs("6.5.2")
def test_secret_of_the_app_is_sealed_in_the_table(make_staff, centre, give_factor):
    staff = make_staff(Role.AUDITOR, centre)
    give_factor(staff)

    kept = [row.data.get("secret") or row.data.get("seed") for row in staff.authenticator_set.all()]
    assert [text[:7] for text in kept] == ["fernet:"] * 2


@pytest.mark.asvs("6.5.1", "6.5.5")
def test_code_of_the_app_works_once_and_for_half_a_minute(make_staff, centre):
    staff, secret = make_staff(Role.AUDITOR, centre), generate_totp_secret()
    app = TOTP.activate(staff, secret)
    step = int(time.time()) // 30
    now, earlier, later = (format_hotp_value(hotp_value(secret, step + by)) for by in (0, -2, 2))

    assert [app.validate_code(code) for code in (earlier, later, now, now)] == [False, False, True, False]


@pytest.mark.asvs("6.5.3", "6.5.4")
def test_secrets_are_long_and_never_twice_the_same(make_staff, centre, give_factor):
    codes = give_factor(make_staff(Role.AUDITOR, centre)) + give_factor(make_staff(Role.OFFICER, centre))

    assert [len(code) for code in codes] == [8] * 20  # 26 bits each
    assert len(set(codes)) == 20
    assert len({generate_totp_secret() for _ in range(100)}) == 100
    assert len(generate_totp_secret()) == 32  # 160 bits in base 32


def test_pages_of_keys_are_ours_and_hold_no_script(make_staff, centre, come_in, confirm):
    client = come_in(make_staff(Role.AUDITOR, centre))
    confirm(client)

    for language in ("vi", "en"):
        client.cookies["banyan_language"] = language
        for address in ("webauthn/", "webauthn/add/"):
            page = client.get(f"{SET_UP}{address}").content.decode()
            assert f'<html lang="{language}"' in page
            assert page.count("<h1>") == 1
            inline = [tag for tag in page.split("<script")[1:] if "src=" not in tag.split(">")[0]]
            assert all('type="application/json"' in tag.split(">")[0] for tag in inline)


def test_guards_are_on_unless_a_test_says_otherwise():
    from banyan.config import settings as site

    assert Path(site.__file__).read_text(encoding="utf-8").count("GUARD_ACCOUNTS = True") == 1
