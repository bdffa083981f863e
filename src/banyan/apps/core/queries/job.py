from django.db.models import QuerySet

from banyan.apps.core.models import Job
from banyan.apps.core.rules import Viewer


def jobs_of(viewer: Viewer) -> QuerySet[Job]:
    """Return the jobs that the viewer waits for: her own, no one else's."""
    return Job.objects.filter(owner_id=viewer.staff_id)
