"""Accounts and roles, as an administrator changes them; history keeps who did it, through the request."""

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from banyan.apps.core.rules import Viewer
from banyan.apps.network.models import Facility, Posting, Staff
from banyan.apps.network.queries.member import manageable_postings
from banyan.apps.network.services.staff import add_staff, post_staff


class OutOfScope(Exception):
    """The acting administrator does not keep that facility's accounts."""


def make_period(first: date, last: date | None) -> DateRange:
    """Return the days from `first` to `last`, both worked; no last day means until further notice."""
    return DateRange(first, last + timedelta(days=1) if last else None)


@transaction.atomic
def add_member(
    *,
    email: str,
    full_name: str,
    password: str,
    facility: Facility,
    role: str,
    first_day: date,
    last_day: date | None,
    by: Viewer,
) -> Staff:
    """Make an account and its first role together."""
    staff = add_staff(email=email, full_name=full_name, password=password)
    give_role(staff=staff, facility=facility, role=role, first_day=first_day, last_day=last_day, by=by)
    return staff


@transaction.atomic
def give_role(
    *, staff: Staff, facility: Facility, role: str, first_day: date, last_day: date | None, by: Viewer
) -> Posting:
    if not by.whole_city and facility.pk != by.facility_id:
        raise OutOfScope
    period = make_period(first_day, last_day)
    return post_staff(staff=staff, facility=facility, role=role, start=period.lower, end=period.upper)


@transaction.atomic
def end_posting(*, posting: Posting, last_day: date, by: Viewer) -> Posting:
    """Let a role end after `last_day`; the row stays, history shows who held what and when."""
    if not manageable_postings(by).filter(pk=posting.pk).exists():
        raise OutOfScope
    posting.period = make_period(posting.period.lower, max(last_day, posting.period.lower))
    posting.save(update_fields=["period"])
    return posting


@transaction.atomic
def set_password(*, staff: Staff, password: str, by: Viewer) -> None:  # noqa: ARG001 -- history names who did it
    staff.set_password(password)
    staff.save(update_fields=["password"])


@transaction.atomic
def set_active(*, staff: Staff, is_active: bool, by: Viewer) -> None:
    """Lock or open an account; nobody locks the one she stands on."""
    if staff.pk == by.staff_id:
        raise OutOfScope
    staff.is_active = is_active
    staff.save(update_fields=["is_active"])
