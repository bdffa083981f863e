"""The accounts that a demonstration shows: each role once at least, at its own kind of place."""

import pytest

from banyan.apps.core.choices import Role
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.models import Facility, Staff
from banyan.apps.network.services.demo import ACCOUNTS, PASSWORD, add_demo_accounts


@pytest.fixture
def places(centre, hospital):
    Facility.objects.create(code="S", name_vi="Trạm y tế", name_en="Station", level=1, kind="station")


def test_every_role_has_an_account_at_its_kind_of_place(places):
    add_demo_accounts()
    add_demo_accounts()

    held = {staff.email: staff.postings.get() for staff in Staff.objects.all()}
    assert {email: (one.role, one.facility.kind) for email, one in held.items()} == {
        account.email: (account.role, account.place) for account in ACCOUNTS
    }
    assert {account.role for account in ACCOUNTS} == set(Role.values)
    assert held["nurse@banyan.demo"].facility.kind == FacilityKind.STATION
    assert held["doctor@banyan.demo"].facility.kind == FacilityKind.HOSPITAL


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.email)
def test_each_goes_in_with_the_password_alone(places, client, settings, account):
    settings.DEMO = settings.GUARD_ACCOUNTS = True
    add_demo_accounts()

    client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})

    page = client.get("/", follow=True)
    assert page.status_code == 200
    assert "Bản mẫu: không đòi yếu tố thứ hai." in page.content.decode()


@pytest.mark.asvs("6.3.2")
def test_no_demo_account_outside_a_demonstration(places, client):
    page = client.get("/accounts/login/").content.decode()

    assert "@banyan.demo" not in page
    assert PASSWORD not in page
