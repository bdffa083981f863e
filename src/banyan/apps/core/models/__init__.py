from banyan.apps.core.models.access import AccessHead, AccessLine
from banyan.apps.core.models.alert import Alert
from banyan.apps.core.models.base import Tracked
from banyan.apps.core.models.history import guard_rows, track_history
from banyan.apps.core.models.job import Job
from banyan.apps.core.models.lift import GuardLift

__all__ = ["AccessHead", "AccessLine", "Alert", "GuardLift", "Job", "Tracked", "guard_rows", "track_history"]
