"""Records that somebody opened on her own word: who may still see them, and which wait for a judgement."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Attendance, GlassAttempt, GlassGrant


def active_grants(viewer: Viewer) -> QuerySet[GlassGrant]:
    """Return the grants that the viewer holds now, where she acts now."""
    return GlassGrant.objects.filter(
        staff_id=viewer.staff_id, facility_id=viewer.facility_id, until__gt=timezone.now()
    )


def granted_ids(viewer: Viewer) -> list[int]:
    """Return the people whom the viewer may see for some hours.

    Read first, and given to the query of people as plain numbers: joined to it by OR they would cost its index.
    """
    return list(active_grants(viewer).values_list("person_id", flat=True))


def attempts_in_last_hour(staff_id: int) -> int:
    since = timezone.now() - timedelta(hours=1)
    return GlassAttempt.objects.filter(staff_id=staff_id, at__gt=since).count()


def reviewable_grants(viewer: Viewer) -> QuerySet[GlassGrant]:
    """Return the grants that the viewer may judge: all of the city, or those her facility took or suffered."""
    if not viewer.can(Capability.REVIEW_ACCESS):
        return GlassGrant.objects.none()
    grants = GlassGrant.objects.select_related("person", "staff", "facility", "judged_by")
    if viewer.whole_city:
        return grants
    known_here = Attendance.objects.filter(person=OuterRef("person"), facility_id=viewer.facility_id)
    return grants.filter(Q(facility_id=viewer.facility_id) | Exists(known_here))


def unjudged_grants(viewer: Viewer) -> QuerySet[GlassGrant]:
    """Return what waits for a judgement, the oldest first."""
    return reviewable_grants(viewer).filter(verdict="").order_by("judge_by", "id")


def count_unjudged(viewer: Viewer) -> int:
    return unjudged_grants(viewer).exclude(staff_id=viewer.staff_id).count()
