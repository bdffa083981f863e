from banyan.apps.registry.models.batch import Batch, BatchFile, ColumnMapping, HeldRow
from banyan.apps.registry.models.draft import Draft
from banyan.apps.registry.models.finding import CheckFinding
from banyan.apps.registry.models.notification import Notification
from banyan.apps.registry.models.tumour import Tumour

__all__ = [
    "Batch",
    "BatchFile",
    "CheckFinding",
    "ColumnMapping",
    "Draft",
    "HeldRow",
    "Notification",
    "Tumour",
]
