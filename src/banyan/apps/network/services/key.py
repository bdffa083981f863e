"""Keys by which machines call: made by an administrator, shown once, counted by the minute."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access
from banyan.apps.network.choices import StaffKind
from banyan.apps.network.models import Facility, ServiceKey, Staff
from banyan.apps.network.queries.key import manageable_machines
from banyan.apps.network.rules.account import digest_secret, make_secret
from banyan.apps.network.services.member import give_role
from banyan.apps.network.services.scope import OutOfScope

CALLS_A_MINUTE = 600


@transaction.atomic
def add_machine(
    *, full_name: str, facility: Facility, role: str, first_day: date, last_day: date | None, by: Viewer
) -> Staff:
    """Make an account for a machine, with its role. Its address is no mailbox, and it has no password."""
    machine = Staff.objects.create_user(
        f"{secrets.token_hex(8)}@machine.invalid", None, full_name=full_name, kind=StaffKind.MACHINE
    )
    give_role(staff=machine, facility=facility, role=role, first_day=first_day, last_day=last_day, by=by)
    log_access(by=by, action="add-machine", subject="staff", subject_id=machine.pk)
    return machine


@transaction.atomic
def make_key(*, machine: Staff, name: str, days: int, by: Viewer) -> str:
    """Make a key and return it, `prefix.secret`; nothing can show it again."""
    if not manageable_machines(by).filter(pk=machine.pk).exists():
        raise OutOfScope
    secret = make_secret()
    key = ServiceKey.objects.create(
        staff=machine,
        name=name,
        prefix=f"bny_{secrets.token_hex(4)}",
        digest=digest_secret(secret),
        made_by_id=by.staff_id,
        expires_at=timezone.now() + timedelta(days=days),
    )
    log_access(by=by, action="make-key", subject="staff", subject_id=machine.pk, detail=key.prefix)
    return f"{key.prefix}.{secret}"


@transaction.atomic
def revoke_key(*, key: ServiceKey, by: Viewer) -> None:
    if not manageable_machines(by).filter(pk=key.staff_id).exists():
        raise OutOfScope
    ServiceKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    log_access(by=by, action="revoke-key", subject="staff", subject_id=key.staff_id, detail=key.prefix)


def count_call(key: ServiceKey) -> bool:
    """Count one call; say whether the key is within its calls a minute. One statement, so no two calls are lost."""
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    counted: Any = Case(When(window=minute, then=F("window_count") + 1), default=Value(1))
    row = ServiceKey.objects.filter(pk=key.pk)
    row.update(window_count=counted, window=minute, last_used_at=now)
    return row.values_list("window_count", flat=True).get() <= CALLS_A_MINUTE
