from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from banyan.apps.core.choices import Role
from banyan.apps.network.choices import FacilityKind, Level
from banyan.apps.network.models import Facility, Posting, Staff


@transaction.atomic
def add_staff(*, email: str, full_name: str, password: str | None) -> Staff:
    """Make an account; with no password nobody can sign in until a link has set one."""
    return Staff.objects.create_user(email, password, full_name=full_name)


@transaction.atomic
def post_staff(
    *, staff: Staff, facility: Facility, role: str, start: date, end: date | None = None
) -> Posting:
    """Give a role at a facility from `start` to the day before `end`."""
    return Posting.objects.create(staff=staff, facility=facility, role=role, period=DateRange(start, end))


@transaction.atomic
def add_first_administrator(*, email: str, today: date) -> Staff:
    """Make an empty site usable: the registry centre and one administrator at it, with no password yet."""
    centre, _ = Facility.objects.get_or_create(
        code="REGISTRY",
        defaults={
            "name_vi": "Trung tâm Ghi nhận ung thư",
            "name_en": "Cancer registry centre",
            "level": Level.SPECIALISED,
            "kind": FacilityKind.REGISTRY,
        },
    )
    staff = add_staff(email=email, full_name="Quản trị viên", password=None)
    post_staff(staff=staff, facility=centre, role=Role.ADMINISTRATOR, start=today)
    return staff
