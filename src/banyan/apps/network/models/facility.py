from django.db import models

from banyan.apps.core.models import track_history
from banyan.apps.network.choices import FacilityKind, Level


@track_history()
class Facility(models.Model):
    """A place of care, or one that works with its records."""

    code = models.CharField(max_length=20, unique=True)
    name_vi = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    level = models.PositiveSmallIntegerField(choices=Level)
    kind = models.CharField(max_length=12, choices=FacilityKind)
    ward_code = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("-level", "name_vi")
        verbose_name_plural = "facilities"

    def __str__(self) -> str:
        return self.name_vi
