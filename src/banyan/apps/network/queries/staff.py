from datetime import date

from django.db.models import QuerySet

from banyan.apps.core.rules import Viewer, capabilities_of
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.models import Posting


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
