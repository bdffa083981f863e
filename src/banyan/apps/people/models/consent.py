import pgtrigger
from django.conf import settings
from django.db import models

from banyan.apps.core.models import guard_rows
from banyan.apps.people.choices import ConsentWay, Decision, Purpose
from banyan.apps.people.models.person import Person

KEPT = pgtrigger.Update | pgtrigger.Delete
# when two records are found to be one person, her words go with her; nothing else of them ever changes
SAID = pgtrigger.Delete | pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
    "purpose", "decision", "text_version", "way", "decided_on", "evidence", "taken_by_id", "facility_id", "at"
)


class ConsentText(models.Model):
    """What a person is told before she decides on one purpose; a change of words is a new version."""

    purpose = models.CharField(max_length=12, choices=Purpose)
    version = models.CharField(max_length=20)
    text_vi = models.TextField()
    text_en = models.TextField()
    since = models.DateField()

    class Meta:
        ordering = ("purpose", "-since", "-id")
        constraints = (
            models.UniqueConstraint(name="one_consent_text_a_version", fields=("purpose", "version")),
        )
        triggers = (guard_rows("only_add", KEPT),)

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class Consent(models.Model):
    """One word of a person on one purpose. Rows are added, never changed: the newest one holds, by the day of the word."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose)
    decision = models.CharField(max_length=10, choices=Decision)
    text_version = models.CharField(max_length=20)
    way = models.CharField(max_length=12, choices=ConsentWay)
    decided_on = models.DateField()
    evidence = models.CharField(max_length=160, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey("network.Facility", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-decided_on", "-id")
        indexes = (models.Index(name="consent_newest", fields=("person", "purpose", "-decided_on", "-id")),)
        triggers = (guard_rows("only_add", SAID),)

    def __str__(self) -> str:
        return f"{self.person} {self.purpose} {self.decision}"
