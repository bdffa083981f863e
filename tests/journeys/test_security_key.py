"""A security key, in a real browser: set up because the role asks for it, then used to sign in."""

import os
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from banyan.apps.core.choices import Role
from banyan.apps.network.models import Facility
from banyan.apps.network.services.staff import add_staff, post_staff

EMAIL, PASSWORD = "hang@centre.example", "muong-tre-xanh-ven-song"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def _database_beside_the_browser() -> None:
    """Playwright keeps a loop running in this thread; Django takes that for asynchronous code, which it is not."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # to the end of the run: the loop stays, too


@pytest.fixture
def member(settings) -> None:
    settings.GUARD_ACCOUNTS = True
    centre = Facility.objects.create(
        code="R", name_vi="Trung tâm", name_en="Centre", level=3, kind="registry"
    )
    staff = add_staff(email=EMAIL, full_name="Nguyễn Thị Hằng", password=PASSWORD)
    post_staff(staff=staff, facility=centre, role=Role.AUDITOR, start=date(2020, 1, 1))


@pytest.fixture
def key_in_the_machine(page: Page) -> None:
    """A key as the browser itself plays it: made, kept and used by Chromium."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")


def listen(page: Page) -> list[str]:
    """Collect what scripts complain of, the security policy above all; typefaces are cut at the first start only."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.asvs("6.3.3")
def test_role_that_asks_for_a_key_gets_one_and_is_opened_by_it(
    live_server, page: Page, member, key_in_the_machine, accessible: Callable[[Page], None]
):
    site = live_server.url
    said = listen(page)

    give_password(page, f"{site}/accounts/login/?next=/history/")
    assert page.url == f"{site}/accounts/2fa/"
    accessible(page)
    page.click("main a[href$='/webauthn/add/']")
    accessible(page)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_selector("#webauthn-add")
    accessible(page)
    page.fill("input[name=name]", "khóa trong ngăn bàn")
    page.click("#webauthn-add")
    page.wait_for_selector(".codes")
    page.goto(f"{site}/history/")
    assert page.url == f"{site}/history/"
    page.goto(f"{site}/accounts/2fa/webauthn/")
    assert "khóa trong ngăn bàn" in page.inner_text("main")
    accessible(page)
    page.goto(f"{site}/devices/")
    accessible(page)

    page.context.clear_cookies()
    give_password(page, f"{site}/accounts/login/?next=/history/")
    page.wait_for_url("**/accounts/2fa/authenticate/")
    accessible(page)
    page.click("#webauthn-use")
    page.wait_for_url(f"{site}/history/")

    assert [line for line in said if "Failed to load resource" not in line] == []


def test_password_is_shown_and_hidden(live_server, page: Page, member):
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("input[name=password]", PASSWORD)

    page.click("text=Hiện")
    shown = page.get_attribute("input[name=password]", "type")
    page.click("text=Giấu")

    assert (shown, page.get_attribute("input[name=password]", "type")) == ("text", "password")
