"""A registry centre and a hospital, and staff of each role, signed in."""

from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from banyan.apps.core.rules import Viewer
from banyan.apps.network.models import Facility, Staff
from banyan.apps.network.queries.staff import current_postings, view_as
from banyan.apps.network.services.staff import add_staff, post_staff

PASSWORD = "correct-horse-battery"
SINCE = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def _quick_settings(settings, tmp_path_factory):
    """Hash passwords quickly; serve static files from a folder that is there, built or not."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()


@pytest.fixture
def centre(db) -> Facility:
    return Facility.objects.create(
        code="R", name_vi="Trung tâm Ghi nhận", name_en="Registry Centre", level=3, kind="registry"
    )


@pytest.fixture
def hospital(db) -> Facility:
    return Facility.objects.create(
        code="H-1",
        name_vi="Bệnh viện Đa khoa Sông Nhuệ",
        name_en="Song Nhue Hospital",
        level=2,
        kind="hospital",
    )


@pytest.fixture
def make_staff() -> Callable[..., Staff]:
    """Make a member of staff who holds one role at one facility."""

    def make(role: str, facility: Facility, full_name: str = "Trần Thu Hà") -> Staff:
        number = Staff.objects.count()
        staff = add_staff(email=f"{role}{number}@centre.example", full_name=full_name, password=PASSWORD)
        post_staff(staff=staff, facility=facility, role=role, start=SINCE)
        return staff

    return make


@pytest.fixture
def client_as(make_staff) -> Callable[..., Client]:
    """Return a browser in which a member of staff of that role has signed in."""

    def sign_in(role: str, facility: Facility) -> Client:
        client = Client()
        client.force_login(make_staff(role, facility))
        return client

    return sign_in


@pytest.fixture
def viewer_of() -> Callable[[Staff], Viewer]:
    def view(staff: Staff) -> Viewer:
        return view_as(current_postings(staff.pk, date(2026, 11, 24)).earliest("id"))

    return view


@pytest.fixture
def guarded(settings) -> None:
    """Turn the guards on, as at every site."""
    settings.GUARD_ACCOUNTS = True


@pytest.fixture
def give_factor() -> Callable[[Staff], list[str]]:
    """Give somebody an authenticator app. Returns her recovery codes, each good for one sign-in."""

    def give(staff: Staff) -> list[str]:
        TOTP.activate(staff, generate_totp_secret())
        return RecoveryCodes.activate(staff).get_unused_codes()

    return give


@pytest.fixture
def come_in() -> Callable[..., Client]:
    """Sign in as a person does: address, password, and a code where one is asked for."""

    def enter(staff: Staff, code: str = "", password: str = PASSWORD, **headers: str) -> Client:
        client = Client(**headers)
        client.post("/accounts/login/", {"login": staff.email, "password": password})
        if code:
            client.post("/accounts/2fa/authenticate/", {"code": code})
        return client

    return enter


@pytest.fixture
def confirm() -> Callable[[Client], None]:
    """Say once more who one is, with the password."""

    def say(client: Client) -> None:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/help/"})

    return say
