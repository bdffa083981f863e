from collections.abc import Iterable

from banyan.apps.core.models import AccessLine
from banyan.apps.core.rules import Viewer


def log_access(
    *,
    by: Viewer,
    action: str,
    subject: str,
    subject_id: int = 0,
    people: Iterable[int] = (),
    detail: str = "",
) -> AccessLine:
    """Write down that `by` saw a record, or the list of `people`, was refused, or changed who may look.

    Writers wait for one another until their transaction ends: write at the end of a short one, or outside any.
    """
    return AccessLine.objects.create(
        staff_id=by.staff_id,
        role=by.role,
        facility_id=by.facility_id,
        action=action,
        subject=subject,
        subject_id=subject_id,
        people=sorted(set(people)),
        detail=detail[:300],
    )
