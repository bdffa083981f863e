from django.db import models

from banyan.apps.core.models import track_history
from banyan.apps.network.choices import WardEdition
from banyan.apps.people.choices import DatePrecision, ResidenceMethod
from banyan.apps.people.models.person import Person


@track_history()
class Residence(models.Model):
    """Where a person lived, from a day on. The code as written is never recoded in place."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="residences")
    stated_code = models.CharField(max_length=8, blank=True)
    stated_edition = models.CharField(max_length=16, choices=WardEdition, blank=True)
    ward_code = models.CharField(max_length=8, blank=True)
    method = models.CharField(max_length=8, choices=ResidenceMethod, default=ResidenceMethod.UNKNOWN)
    address = models.CharField(max_length=200, blank=True)
    start = models.DateField(null=True, blank=True)
    start_precision = models.CharField(max_length=5, choices=DatePrecision, blank=True, db_default="")
    end = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("person", "start", "id")

    def __str__(self) -> str:
        return f"{self.person} {self.ward_code}"


class Attendance(models.Model):
    """A facility knows a person: the ground on which its staff may open her record."""

    # the constraint below starts with the person: an index of its own would say the same twice
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attendances", db_index=False)
    facility = models.ForeignKey(
        "network.Facility", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    since = models.DateField()

    class Meta:
        indexes = (models.Index(name="people_of_a_facility", fields=("facility", "person")),)
        constraints = (models.UniqueConstraint(fields=("person", "facility"), name="one_attendance_a_pair"),)

    def __str__(self) -> str:
        return f"{self.person} @ {self.facility_id}"
