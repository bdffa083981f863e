from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from banyan.apps.core.models import Alert
from banyan.apps.core.rules import Viewer


def raise_alert(
    *,
    kind: str,
    subject_id: int,
    capability: str,
    facility_ids: Iterable[int | None],
    facts: Mapping[str, Any],
) -> list[Alert]:
    """Tell the staff who hold `capability` at these facilities; None stands for those who serve the whole city."""
    return Alert.objects.bulk_create(
        Alert(
            kind=kind,
            subject_id=subject_id,
            capability=capability,
            facility_id=facility_id,
            facts=dict(facts),
        )
        for facility_id in facility_ids
    )


@transaction.atomic
def read_alert(*, alert: Alert, by: Viewer) -> Alert:
    """Write down that somebody has read it; who read it first stays."""
    row = Alert.objects.select_for_update().get(pk=alert.pk)
    if row.read_at is None:
        row.read_by_id, row.read_at = by.staff_id, timezone.now()
        row.save(update_fields=["read_by", "read_at"])
    return row
