from django.db.models import Q, QuerySet

from banyan.apps.core.models import Alert
from banyan.apps.core.rules import Viewer


def visible_alerts(viewer: Viewer) -> QuerySet[Alert]:
    """Return the alerts for what the viewer may do where she acts; those for the city go to who serves all of it."""
    place = Q(facility_id=viewer.facility_id)
    if viewer.whole_city:
        place |= Q(facility_id__isnull=True)
    return Alert.objects.filter(place, capability__in=viewer.capabilities).select_related("read_by")


def unread_alerts(viewer: Viewer) -> QuerySet[Alert]:
    return visible_alerts(viewer).filter(read_at__isnull=True)


def count_unread(viewer: Viewer) -> int:
    return unread_alerts(viewer).count()
