"""Staff of each role, signed in, at a small registry centre."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from banyan.apps.core.choices import Role
from banyan.apps.core.rules import Viewer
from banyan.apps.network.models import Facility, Staff
from banyan.apps.network.queries.staff import current_postings, view_as
from banyan.apps.network.services.staff import add_staff, post_staff

PASSWORD = "correct-horse-battery"


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
def staff_as(centre) -> Callable[[str], Staff]:
    """Make a member of staff who holds one role at the centre."""

    def make(role: str) -> Staff:
        staff = add_staff(email=f"{role}@centre.example", full_name="Trần Thu Hà", password=PASSWORD)
        post_staff(staff=staff, facility=centre, role=role, start=date(2020, 1, 1))
        return staff

    return make


@pytest.fixture
def client_as(staff_as) -> Callable[[str], Client]:
    """Return a browser in which a member of staff of that role has signed in."""

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(staff_as(role))
        return client

    return sign_in


@pytest.fixture
def registrar(client_as) -> Client:
    return client_as(Role.REGISTRAR)


@pytest.fixture
def viewer_of() -> Callable[[Staff], Viewer]:
    def view(staff: Staff) -> Viewer:
        return view_as(current_postings(staff.pk, date(2026, 11, 24)).earliest("id"))

    return view
