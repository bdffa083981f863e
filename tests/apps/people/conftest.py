"""A registry, a hospital, a commune station, and who works there."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from banyan.apps.core.choices import Role
from banyan.apps.core.rules import Viewer
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.models import Facility, Posting, Staff
from banyan.apps.network.queries.staff import view_as
from banyan.apps.network.services.staff import add_staff, post_staff


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def registry(db: None) -> Facility:
    return Facility.objects.create(
        code="R", name_vi="Trung tâm ghi nhận", name_en="Registry", level=3, kind=FacilityKind.REGISTRY
    )


@pytest.fixture
def hospital(db: None) -> Facility:
    return Facility.objects.create(
        code="H", name_vi="Bệnh viện Sông Nhuệ", name_en="Song Nhue", level=2, kind=FacilityKind.HOSPITAL
    )


def post(email: str, facility: Facility, role: str) -> Posting:
    staff = Staff.objects.filter(email=email).first() or add_staff(
        email=email, full_name=email.partition("@")[0], password="a long enough password"
    )
    return post_staff(staff=staff, facility=facility, role=role, start=date(2020, 1, 1))


@pytest.fixture
def registrar(registry: Facility) -> Viewer:
    return view_as(post("ha@banyan.test", registry, Role.REGISTRAR))


@pytest.fixture
def nurse(hospital: Facility) -> Viewer:
    return view_as(post("lan@banyan.test", hospital, Role.NURSE))


@pytest.fixture
def sign_in(client: Client, registry: Facility, hospital: Facility) -> Callable[..., Client]:
    """Sign a member of staff in, in one role at the registry or at the hospital."""

    def enter(role: str, at: str = "registry") -> Client:
        posting = post(f"{role}-{at}@banyan.test", registry if at == "registry" else hospital, role)
        client.force_login(posting.staff)
        return client

    return enter
