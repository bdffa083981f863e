from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from banyan.apps.core.choices import AlertKind, Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.alert import raise_alert
from banyan.apps.people.models import Breach
from banyan.apps.people.rules.terms import breach_limit
from banyan.apps.people.services.number import take_number

EDITABLE = frozenset({"kind", "happened_at", "what", "whose", "people_count", "consequences", "measures"})


class NotYet(Exception):
    """A step is missing: a reason for telling late, the measures taken, or the telling itself."""


@transaction.atomic
def report_breach(
    *, detected_at: datetime, kind: str, what: str, whose: str, by: Viewer, **more: Any
) -> Breach:
    """Open a breach; the clock runs from the moment it was detected, not from the moment it is typed."""
    pk, number = take_number(Breach, "SC")
    breach = Breach(
        pk=pk,
        number=number,
        detected_at=detected_at,
        kind=kind,
        what=what,
        whose=whose,
        facility_id=by.facility_id,
        updated_by_id=by.staff_id,
        **more,
    )
    breach.save(force_insert=True)
    raise_alert(
        kind=AlertKind.BREACH,
        subject_id=pk,
        capability=Capability.MANAGE_RIGHTS,
        facility_ids=[None],
        facts={"number": number, "until": breach_limit(detected_at).isoformat()},
    )
    return breach


@transaction.atomic
def change_breach(*, breach: Breach, changes: Mapping[str, Any], by: Viewer) -> Breach:
    """Write down what became known since."""
    if unknown := set(changes) - EDITABLE:
        raise TypeError(f"a breach has no field {', '.join(sorted(unknown))} that may be set")
    row = lock_breach(breach)
    for name, value in changes.items():
        setattr(row, name, value)
    return save_breach(row, by)


@transaction.atomic
def tell_authority(*, breach: Breach, at: datetime, by: Viewer, late_reason: str = "") -> Breach:
    """Write down when the authority was told; after the limit only with the reason, as the law asks."""
    row = lock_breach(breach)
    if at > breach_limit(row.detected_at) and not late_reason:
        raise NotYet
    row.authority_told_at, row.late_reason = at, late_reason
    return save_breach(row, by)


@transaction.atomic
def tell_people(*, breach: Breach, at: datetime, by: Viewer) -> Breach:
    row = lock_breach(breach)
    row.people_told_at = at
    return save_breach(row, by)


@transaction.atomic
def close_breach(*, breach: Breach, by: Viewer) -> Breach:
    """End a breach that was told of and answered. Raises NotYet before that."""
    row = lock_breach(breach)
    if not (row.authority_told_at and row.measures):
        raise NotYet
    row.closed_at = timezone.now()
    return save_breach(row, by)


def lock_breach(breach: Breach) -> Breach:
    row = Breach.objects.select_for_update().get(pk=breach.pk)
    if row.closed_at:
        raise NotYet
    return row


def save_breach(row: Breach, by: Viewer) -> Breach:
    row.version += 1
    row.updated_by_id = by.staff_id
    row.save()
    return row
