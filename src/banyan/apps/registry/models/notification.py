import pgtrigger
from django.db import models

from banyan.apps.core.models import guard_rows, track_history
from banyan.apps.registry.choices import NotificationKind
from banyan.apps.registry.models.tumour import Tumour


@track_history(exclude=("raw",), inserts=False)
class Notification(models.Model):
    """What one source said of one tumour, kept as it came."""

    tumour = models.ForeignKey(Tumour, on_delete=models.PROTECT, related_name="notifications")
    facility = models.ForeignKey("network.Facility", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=NotificationKind)
    # who sent it, and the numbers that the case and the person go by there
    origin = models.CharField(max_length=80, blank=True, db_default="")
    source_number = models.CharField(max_length=40, blank=True, db_default="")
    source_person = models.CharField(max_length=40, blank=True, db_default="")
    date = models.DateField(null=True, blank=True)
    # our field names to the coded values that the source stated
    said = models.JSONField(default=dict)
    # the row as the file had it, column by column
    raw = models.JSONField(default=dict)
    # of the raw row: the same line never enters twice
    fingerprint = models.CharField(max_length=40, blank=True)
    batch = models.ForeignKey(
        "registry.Batch", null=True, on_delete=models.PROTECT, related_name="notifications"
    )
    line = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("tumour", "date", "id")
        indexes = (
            models.Index(name="notice_line", fields=("fingerprint",), condition=~models.Q(fingerprint="")),
            models.Index(
                name="notice_number", fields=("origin", "source_number"), condition=~models.Q(origin="")
            ),
            models.Index(
                name="notice_person", fields=("origin", "source_person"), condition=~models.Q(origin="")
            ),
        )
        # what came in is never rewritten, so its history need not keep a second copy of it
        triggers = (guard_rows("keep_raw", pgtrigger.UpdateOf("raw")),)  # type: ignore[no-untyped-call]

    def __str__(self) -> str:
        return f"{self.kind} {self.date}"
