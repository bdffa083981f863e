from django.conf import settings
from django.db import models

from banyan.apps.core.models import track_history
from banyan.apps.registry.choices import CheckState
from banyan.apps.registry.models.tumour import Tumour


@track_history()
class CheckFinding(models.Model):
    """What one rule said of one tumour; a rare finding may be confirmed with a reason."""

    tumour = models.ForeignKey(Tumour, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=40)
    result = models.CharField(max_length=8, choices=CheckState)
    message_vi = models.CharField(max_length=300)
    message_en = models.CharField(max_length=300)
    fields = models.JSONField(default=list)
    rules_version = models.CharField(max_length=20)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_reason = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("tumour", "id")
        constraints = (
            models.UniqueConstraint(fields=("tumour", "rule", "message_vi"), name="one_finding_a_rule"),
            models.CheckConstraint(
                name="confirmed_finding_has_a_reason",
                condition=models.Q(confirmed_by__isnull=True, confirmed_reason="")
                | models.Q(confirmed_by__isnull=False) & ~models.Q(confirmed_reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule}: {self.result}"
