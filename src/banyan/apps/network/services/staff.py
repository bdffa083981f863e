from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from banyan.apps.network.models import Facility, Posting, Staff


@transaction.atomic
def add_staff(*, email: str, full_name: str, password: str) -> Staff:
    return Staff.objects.create_user(email, password, full_name=full_name)


@transaction.atomic
def post_staff(
    *, staff: Staff, facility: Facility, role: str, start: date, end: date | None = None
) -> Posting:
    """Give a role at a facility from `start` to the day before `end`."""
    return Posting.objects.create(staff=staff, facility=facility, role=role, period=DateRange(start, end))
