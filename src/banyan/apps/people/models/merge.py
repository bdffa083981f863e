from django.conf import settings
from django.db import models

from banyan.apps.people.choices import PairState
from banyan.apps.people.models.person import Person


class Merge(models.Model):
    """One record taken into another: what moved, what was chosen, and all that is needed to undo it."""

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    gone = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # "app.model.field" to the keys of the rows that moved
    moved = models.JSONField(default=dict)
    kept_before = models.JSONField(default=dict)
    gone_before = models.JSONField(default=dict)
    # what the kept record's fields were set to from the other one
    taken = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(auto_now_add=True)
    undone_reason = models.CharField(max_length=300, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="gone_once", fields=("gone",), condition=models.Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="merge_of_two", condition=~models.Q(kept=models.F("gone"))),
        )

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"


class DuplicatePair(models.Model):
    """Two records that a search has found alike, and what somebody decided; once decided never asked again."""

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    state = models.CharField(max_length=10, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-score", "id")
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="one_pair"),
            models.CheckConstraint(name="pair_in_order", condition=models.Q(first__lt=models.F("second"))),
        )

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"
