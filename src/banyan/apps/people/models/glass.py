from django.conf import settings
from django.db import models

from banyan.apps.core.models import track_history
from banyan.apps.people.choices import GlassReason, GlassVerdict
from banyan.apps.people.models.person import Person


@track_history()
class GlassGrant(models.Model):
    """Leave to open one person's record for some hours, taken by a member of staff on her own word."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    facility = models.ForeignKey("network.Facility", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=GlassReason)
    words = models.CharField(max_length=300)
    at = models.DateTimeField()
    until = models.DateTimeField()
    judge_by = models.DateField()
    verdict = models.CharField(max_length=12, choices=GlassVerdict, blank=True)
    verdict_words = models.CharField(max_length=300, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(name="grant_of_staff", fields=("staff", "facility", "until")),
            models.Index(name="grant_unjudged", fields=("judge_by",), condition=models.Q(verdict="")),
        )
        constraints = (
            models.CheckConstraint(name="grant_ends", condition=models.Q(until__gt=models.F("at"))),
            models.CheckConstraint(
                name="grant_judged_by_another",
                condition=models.Q(verdict="", judged_by__isnull=True, judged_at__isnull=True)
                | (
                    ~models.Q(verdict="")
                    & models.Q(judged_at__isnull=False)
                    & models.Q(judged_by__isnull=False)
                    & ~models.Q(judged_by=models.F("staff"))
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff_id} → {self.person}"


class GlassAttempt(models.Model):
    """One try to open a record by its exact number; counted, so that nobody tries numbers through."""

    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(auto_now_add=True)
    found = models.BooleanField()

    class Meta:
        indexes = (models.Index(name="attempt_of_staff", fields=("staff", "-at")),)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.at:%H:%M}"
