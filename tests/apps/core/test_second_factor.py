"""The second step of signing in, from switching it on to a lost phone."""

import base64
import hmac
import re
import time

import pytest
from django.test import Client

from banyan.apps.core.choices import Role

PASSWORD = "correct-horse-battery"


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238, six digits, 30 seconds)."""
    moment = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret), moment, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture
def account(staff_as):
    return staff_as(Role.AUDITOR)


@pytest.fixture
def visitor(account) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    return client


def switch_on(visitor: Client) -> list[str]:
    """Switch the second step on as a person does. Returns the recovery codes."""
    asked = visitor.get("/accounts/2fa/totp/activate/", follow=True)
    assert "Xác nhận là bạn" in asked.content.decode() or "Confirm that it is you" in asked.content.decode()
    confirmed = {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"}
    page = visitor.post("/accounts/reauthenticate/", confirmed, follow=True).content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    codes = visitor.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}, follow=True)
    return re.findall(r"<li>([0-9a-z-]+)</li>", codes.content.decode().split('class="codes"')[1])


def sign_in(account, code: str) -> Client:
    client = Client()
    first = client.post("/accounts/login/", {"login": account.email, "password": PASSWORD}, follow=True)
    assert "Nhập mã xác thực" in first.content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": code})
    return client


def is_in(client: Client) -> bool:
    return client.get("/history/").status_code == 200


def test_second_step_is_asked_after_the_password(account, visitor):
    codes = switch_on(visitor)

    assert len(codes) == 10
    assert "Đang bật" in visitor.get("/accounts/2fa/").content.decode()
    assert not is_in(sign_in(account, "000000"))
    assert is_in(sign_in(account, codes[0]))
    assert not is_in(sign_in(account, codes[0]))  # each works once


def test_wrong_code_is_refused_in_vietnamese(account, visitor):
    switch_on(visitor)
    client = Client()
    client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})

    page = client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert "Mã không đúng." in page.content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_the_second_step_is_ours(visitor, language):
    visitor.cookies["banyan_language"] = language
    switch_on(visitor)

    for address in ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/", "reauthenticate/"):
        page = visitor.get(f"/accounts/2fa/{address}", follow=True).content.decode()
        assert f'<html lang="{language}"' in page
        assert page.count("<h1>") == 1
        assert " style=" not in page


def test_second_step_is_switched_off(account, visitor):
    switch_on(visitor)

    visitor.post("/accounts/2fa/totp/deactivate/")

    client = Client()
    client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    assert is_in(client)


def test_password_is_changed_by_its_owner(account, visitor):
    new = {"oldpassword": PASSWORD, "password1": "mot-hai-ba-bon-nam", "password2": "mot-hai-ba-bon-nam"}

    page = visitor.post("/accounts/password/change/", new, follow=True)

    assert "Đã đổi mật khẩu." in page.content.decode()
    account.refresh_from_db()
    assert account.check_password("mot-hai-ba-bon-nam")


def test_new_password_must_be_long_and_twice_the_same(account, visitor):
    short = {"oldpassword": PASSWORD, "password1": "ngan", "password2": "khac"}

    page = visitor.post("/accounts/password/change/", short).content.decode()

    assert 'href="#id_password' in page
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
