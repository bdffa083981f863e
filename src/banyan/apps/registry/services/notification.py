from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from banyan.apps.core.rules import Viewer
from banyan.apps.registry.models import Notification, Tumour


@transaction.atomic
def add_notification(
    *,
    tumour: Tumour,
    kind: str,
    said: dict[str, Any],
    by: Viewer,
    on: date | None = None,
    raw: dict[str, Any] | None = None,
) -> Notification:
    """Keep what one more source says of a case; the case itself is not changed by it."""
    notification = Notification.objects.create(
        tumour=tumour, facility_id=by.facility_id, kind=kind, date=on, said=said, raw=raw or {}
    )
    Tumour.objects.filter(pk=tumour.pk).update(sources=F("sources") + 1)
    return notification
