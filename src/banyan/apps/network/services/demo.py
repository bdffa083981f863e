"""The accounts of the demo city: one for each role, with a password that everybody may know."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from banyan.apps.core.choices import Role
from banyan.apps.network.choices import FacilityKind, Level
from banyan.apps.network.models import Facility, Staff
from banyan.apps.network.services.staff import add_staff, post_staff

PASSWORD = "banyan-thanh-pho-mau"  # noqa: S105 -- the demo's own, shown on its sign-in page
SINCE = date(2015, 1, 1)


@dataclass(frozen=True)
class DemoAccount:
    email: str
    full_name: str
    role: str
    place: str = FacilityKind.REGISTRY


ACCOUNTS = (
    DemoAccount("registrar@banyan.demo", "Trần Thu Hà", Role.REGISTRAR),
    DemoAccount("epidemiologist@banyan.demo", "Lê Minh", Role.EPIDEMIOLOGIST),
    DemoAccount("administrator@banyan.demo", "Phạm Quốc Bảo", Role.ADMINISTRATOR),
    DemoAccount("auditor@banyan.demo", "Vũ Thị Ngân", Role.AUDITOR),
    DemoAccount("hospital@banyan.demo", "Đỗ Phong", Role.REGISTRAR, FacilityKind.HOSPITAL),
    DemoAccount("doctor@banyan.demo", "Hoàng Thị Mai", Role.DOCTOR, FacilityKind.HOSPITAL),
    DemoAccount("nurse@banyan.demo", "Bùi Thị Lan", Role.NURSE, FacilityKind.STATION),
    DemoAccount("officer@banyan.demo", "Ngô Văn Tuấn", Role.OFFICER),
    # an erasure takes two
    DemoAccount("officer2@banyan.demo", "Đặng Thị Yến", Role.OFFICER),
)


@transaction.atomic
def add_demo_accounts() -> None:
    """Make the accounts that are not there yet."""
    places = find_places()
    for account in ACCOUNTS:
        if Staff.objects.filter(email=account.email).exists():
            continue
        staff = add_staff(email=account.email, full_name=account.full_name, password=PASSWORD)
        post_staff(staff=staff, facility=places[account.place], role=account.role, start=SINCE)


def find_places() -> dict[str, Facility]:
    """Return the registry centre, a general hospital and a commune station; of each kind the first one."""
    levels = {
        FacilityKind.REGISTRY: Level.SPECIALISED,
        FacilityKind.HOSPITAL: Level.BASIC,
        FacilityKind.STATION: Level.INITIAL,
    }
    return {
        kind: Facility.objects.filter(kind=kind, level=level).earliest("id") for kind, level in levels.items()
    }
