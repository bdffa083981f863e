import hmac
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.network.choices import StaffKind
from banyan.apps.network.models import ServiceKey, Staff
from banyan.apps.network.queries.member import manageable_staff
from banyan.apps.network.rules.account import digest_secret


def manageable_machines(viewer: Viewer) -> QuerySet[Staff]:
    return manageable_staff(viewer).filter(kind=StaffKind.MACHINE).order_by("full_name", "id")


def keys_of(machine: Staff) -> QuerySet[ServiceKey]:
    return machine.keys.order_by("-id")


def find_key(key: str, now: datetime | None = None) -> ServiceKey | None:
    """Return the key in force that was sent as `prefix.secret`. The compare takes the same time, right or wrong."""
    prefix, _, secret = key.partition(".")
    row = ServiceKey.objects.select_related("staff").filter(prefix=prefix).first()
    same = hmac.compare_digest(digest_secret(secret), row.digest if row else digest_secret(""))
    if row is None or not same or not secret:
        return None
    in_force = row.revoked_at is None and row.expires_at > (now or timezone.now())
    return row if in_force and row.staff.is_active and row.staff.kind == StaffKind.MACHINE else None
