from django.conf import settings
from django.db import models

from banyan.apps.core.models import track_history
from banyan.apps.people.choices import ErasureState
from banyan.apps.people.models.person import Person
from banyan.apps.people.models.request import RightsRequest

UNDECIDED = (ErasureState.ASKED, ErasureState.JOINED)


@track_history()
class LegalHold(models.Model):
    """A duty to keep a person's record whole: a court, an inspection, a trial that still runs."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.person} {self.reason}"


@track_history()
class Erasure(models.Model):
    """The taking away of a person's identity: asked by one, approved by another, never undone."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasures")
    request = models.ForeignKey(RightsRequest, null=True, on_delete=models.PROTECT, related_name="erasures")
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ErasureState, default=ErasureState.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_words = models.CharField(max_length=300, blank=True)
    # what was taken away, by kind and number of rows; never what it said
    removed = models.JSONField(default=dict)
    # when two records are found to be one person, of two that are open one stands and the other is joined to it
    joined_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined", db_index=False
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="one_open_erasure", fields=("person",), condition=models.Q(state=ErasureState.ASKED)
            ),
            models.CheckConstraint(
                name="erasure_decided_by_another",
                condition=models.Q(state__in=UNDECIDED, decided_by__isnull=True)
                | (
                    ~models.Q(state__in=UNDECIDED)
                    & models.Q(decided_by__isnull=False)
                    & ~models.Q(decided_by=models.F("asked_by"))
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"
