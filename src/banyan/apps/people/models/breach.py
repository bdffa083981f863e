from django.db import models

from banyan.apps.core.models import Tracked, track_history
from banyan.apps.people.choices import BreachKind


@track_history()
class Breach(Tracked):
    """Personal data seen, lost, changed or shut away as they should not be, and what was done about it."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=BreachKind)
    happened_at = models.DateTimeField(null=True, blank=True)
    detected_at = models.DateTimeField()
    what = models.TextField()
    whose = models.CharField(max_length=300)
    people_count = models.PositiveIntegerField(null=True, blank=True)
    facility = models.ForeignKey("network.Facility", on_delete=models.PROTECT, related_name="+")
    consequences = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    authority_told_at = models.DateTimeField(null=True, blank=True)
    people_told_at = models.DateTimeField(null=True, blank=True)
    late_reason = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-detected_at", "-id")
        verbose_name_plural = "breaches"

    def __str__(self) -> str:
        return self.number
