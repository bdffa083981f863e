from django.conf import settings
from django.db import models

from banyan.apps.core.choices import AlertKind, Capability


class Alert(models.Model):
    """Something that the staff of a facility must know of; open until one of them says that it was read.

    It goes to who holds `capability` at `facility_id`, or, where that is empty, at a place that serves the whole city.
    `facts` are the words that its line is written with: never more of a person than her record number.
    """

    kind = models.CharField(max_length=20, choices=AlertKind)
    facility_id = models.BigIntegerField(null=True, blank=True)
    capability = models.CharField(max_length=20, choices=Capability)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                name="alert_open", fields=("facility_id",), condition=models.Q(read_at__isnull=True)
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="alert_read_by_somebody",
                condition=models.Q(read_at__isnull=True, read_by__isnull=True)
                | models.Q(read_at__isnull=False, read_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
