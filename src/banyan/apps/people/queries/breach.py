from datetime import datetime, timedelta

from django.db.models import QuerySet

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Breach
from banyan.apps.people.rules.terms import breach_limit


def visible_breaches(viewer: Viewer) -> QuerySet[Breach]:
    """Return the breaches that the viewer answers for: of the city, or of her facility."""
    if not viewer.can(Capability.MANAGE_RIGHTS):
        return Breach.objects.none()
    breaches = Breach.objects.select_related("facility")
    return breaches if viewer.whole_city else breaches.filter(facility_id=viewer.facility_id)


def untold_breaches(viewer: Viewer) -> QuerySet[Breach]:
    """Return those of which the authority does not know yet, the most pressing first."""
    return (
        visible_breaches(viewer)
        .filter(authority_told_at__isnull=True, closed_at__isnull=True)
        .order_by("detected_at")
    )


def time_left(breach: Breach, now: datetime) -> timedelta:
    """Return how long the authority may still be told in time; negative when that is over."""
    return breach_limit(breach.detected_at) - now
