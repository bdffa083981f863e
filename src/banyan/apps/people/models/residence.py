import pgtrigger
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


# a list of a facility's people in order of names, and a look among them, are then one reading of one index
TAKE_NAME = """
  SELECT sort_name, folded_name INTO NEW.sort_name, NEW.folded_name FROM people_person WHERE id = NEW.person_id;
  RETURN NEW;
"""


class Attendance(models.Model):
    """A facility knows a person: the ground on which its staff may open her record.

    The keys of her name stand here a second time; triggers carry them over.
    """

    # the constraint below starts with the person: an index of its own would say the same twice
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attendances", db_index=False)
    facility = models.ForeignKey(
        "network.Facility", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    since = models.DateField()
    sort_name = models.CharField(max_length=400, editable=False, db_collation="C", db_default="")
    folded_name = models.CharField(max_length=120, editable=False, db_default="")

    class Meta:
        indexes = (
            models.Index(name="people_of_a_facility", fields=("facility", "person")),
            models.Index(
                name="names_of_a_facility",
                fields=("facility", "sort_name", "person"),
                include=("folded_name",),
            ),
        )
        constraints = (models.UniqueConstraint(fields=("person", "facility"), name="one_attendance_a_pair"),)
        triggers = (
            pgtrigger.Trigger(
                name="take_name",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("person_id"),
                func=TAKE_NAME,
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} @ {self.facility_id}"
