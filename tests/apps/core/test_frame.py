"""The frame of every page: what it promises to whoever looks."""

import pytest
from django.test import Client

from banyan.apps.core.choices import Role
from banyan.apps.network.services.demo import ACCOUNTS

OPEN = ["/help/", "/accounts/login/"]
CLOSED = [
    "/accounts/signup/",
    "/accounts/email/",
    "/accounts/confirm-email/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/set/",
    "/accounts/login/code/confirm/",
]
ACCOUNT = ["/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/"]


@pytest.mark.parametrize("address", [*OPEN, "/nowhere/"])
def test_policy_allows_nothing_inline_and_nothing_from_elsewhere(client, db, address):
    policy = client.get(address).headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("address", OPEN)
def test_page_has_no_inline_style_or_script(client, db, address):
    page = client.get(address).content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")


def test_banner_of_a_demonstration_comes_first_and_cannot_be_closed(client, db, settings):
    settings.DEMO = True

    body = client.get("/help/").content.decode().split("<body>")[1]

    banner = body.index('class="synth"')
    assert banner < body.index("<a ")
    assert banner < body.index("<header")
    assert "<button" not in body[banner : body.index("</p>", banner)]


def test_no_banner_outside_a_demonstration(client, db, settings):
    settings.DEMO = False

    assert "synth" not in client.get("/help/").content.decode()


@pytest.mark.parametrize("address", CLOSED)
def test_self_service_of_accounts_is_closed(client, db, address):
    assert client.get(address).status_code == 404
    assert client.post(address, {"email": "x@y.example"}).status_code == 404


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", ACCOUNT)
def test_account_pages_open_to_every_role(client_as, role, address):
    page = client_as(role).get(address, follow=True)

    assert page.status_code == 200
    assert "<h1>" in page.content.decode()


@pytest.mark.parametrize("address", ["/", *ACCOUNT[:2]])
def test_stranger_is_led_to_the_sign_in_page(client, db, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_missing_page_says_what_to_do_next(registrar):
    page = registrar.get("/nowhere/")

    assert page.status_code == 404
    assert "Không có trang này" in page.content.decode()


def test_failed_token_says_what_to_do_next(staff_as):
    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(staff_as(Role.AUDITOR))

    page = visitor.post("/accounts/logout/")

    assert page.status_code == 403
    assert "chưa lưu được" in page.content.decode()


def test_page_of_a_fault_needs_no_context(rf, settings):
    from django.views.defaults import server_error

    settings.DEMO = True
    page = server_error(rf.get("/"))

    assert page.status_code == 500
    assert "Máy chủ gặp lỗi" in page.content.decode()
    assert "Thành phố mẫu." in page.content.decode()


def test_sign_in_with_a_wrong_password_is_refused_in_vietnamese(client, staff_as):
    staff = staff_as(Role.AUDITOR)

    page = client.post("/accounts/login/", {"login": staff.email, "password": "wrong"})

    assert "Email hoặc mật khẩu không đúng." in page.content.decode()


def test_sign_in_page_offers_accounts_in_a_demonstration_only(client, db, settings):
    settings.DEMO = False
    assert "@banyan.demo" not in client.get("/accounts/login/").content.decode()

    settings.DEMO = True
    page = client.get("/accounts/login/").content.decode()
    assert (
        page.count('name="password" value="')
        == page.count('<input type="hidden" name="login"')
        == len(ACCOUNTS)
    )
