from banyan.apps.core.models.access import AccessHead, AccessLine
from banyan.apps.core.models.base import Tracked
from banyan.apps.core.models.history import track_history
from banyan.apps.core.models.job import Job

__all__ = ["AccessHead", "AccessLine", "Job", "Tracked", "track_history"]
