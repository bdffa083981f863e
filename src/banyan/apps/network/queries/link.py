from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.network.models import OneTimeLink
from banyan.apps.network.queries.member import manageable_staff
from banyan.apps.network.rules.account import digest_secret


def open_links(now: datetime | None = None) -> QuerySet[OneTimeLink]:
    """Return the links that would still open."""
    return OneTimeLink.objects.filter(
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=now or timezone.now(),
        staff__is_active=True,
    ).select_related("staff")


def manageable_links(viewer: Viewer) -> QuerySet[OneTimeLink]:
    """Return the open links of those whose accounts the viewer keeps, the newest first."""
    kept = manageable_staff(viewer).filter(pk=OuterRef("staff_id"))
    return open_links().filter(Exists(kept)).select_related("made_by").order_by("-id")


def find_link(secret: str) -> OneTimeLink | None:
    return open_links().filter(digest=digest_secret(secret)).first()
