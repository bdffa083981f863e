from django.conf import settings
from django.db import models

from banyan.apps.registry.choices import DraftForm


class Draft(models.Model):
    """What one member of staff has typed into one form and not saved yet. Nobody else reads it.

    `revision` counts the keeps: a page that does not know the newest one may not write over it.
    """

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=10, choices=DraftForm)
    # the case or the row; 0 where there is none yet
    subject_id = models.BigIntegerField(default=0)
    # as typed, with the versions of the record that it was typed over
    fields = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("staff", "form", "subject_id"), name="one_draft_a_form"),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.subject_id}"
