from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from banyan.apps.core.rules import Viewer, capabilities_of
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.models import Posting, Staff


def current_postings(staff_id: int, on: date) -> QuerySet[Posting]:
    """Return the roles a member of staff holds on a day, the oldest first."""
    return (
        Posting.objects.filter(staff_id=staff_id, period__contains=on, facility__is_active=True)
        .select_related("facility", "staff")
        .order_by("id")
    )


def view_as(posting: Posting) -> Viewer:
    """Describe what one posting lets its holder see."""
    facility = posting.facility
    return Viewer(
        staff_id=posting.staff_id,
        name=posting.staff.full_name,
        role=posting.role,
        facility_id=facility.pk,
        facility_name=facility.name_vi,
        level=facility.level,
        whole_city=facility.kind in {FacilityKind.REGISTRY, FacilityKind.AUTHORITY},
        capabilities=capabilities_of(posting.role),
    )


def views_of(email: str) -> list[Viewer]:
    """Return what the roles that the account of an address holds today let her do, each by itself."""
    staff = Staff.objects.filter(email__iexact=email.strip(), is_active=True).first()
    return [view_as(posting) for posting in current_postings(staff.pk, timezone.localdate())] if staff else []


def view_self(staff: Staff) -> Viewer:
    """Return an account as the actor of what concerns itself: its first role in force, or none at all."""
    posting = current_postings(staff.pk, timezone.localdate()).first()
    if posting:
        return view_as(posting)
    return Viewer(
        staff_id=staff.pk,
        name=staff.full_name,
        role="",
        facility_id=0,
        facility_name="",
        level=0,
        whole_city=False,
    )
