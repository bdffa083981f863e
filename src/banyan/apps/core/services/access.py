from banyan.apps.core.models import AccessLine
from banyan.apps.core.rules import Viewer


def log_access(*, by: Viewer, action: str, subject: str, subject_id: int) -> AccessLine:
    """Write down that `by` saw one person's record."""
    return AccessLine.objects.create(
        staff_id=by.staff_id,
        role=by.role,
        facility_id=by.facility_id,
        action=action,
        subject=subject,
        subject_id=subject_id,
    )
