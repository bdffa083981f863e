from django.db import models

from banyan.apps.core.models import Tracked, track_history
from banyan.apps.people.choices import RecordClass, RetentionAction


@track_history()
class RetentionRule(Tracked):
    """How long one class of record is kept, and what a person then decides on."""

    record_class = models.CharField(max_length=16, choices=RecordClass, unique=True)
    years = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10, choices=RetentionAction, default=RetentionAction.REVIEW)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("record_class",)

    def __str__(self) -> str:
        return f"{self.record_class} {self.years}"


class RetentionRun(models.Model):
    """What was due on one day, by class of record. A list only: nothing is erased by it."""

    on = models.DateField(unique=True)
    due = models.JSONField(default=dict)

    class Meta:
        ordering = ("-on",)

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"
