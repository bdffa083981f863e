import pgtrigger
from django.conf import settings
from django.db import models


class AccessLine(models.Model):
    """One look at one person's record. Lines are added, never changed."""

    at = models.DateTimeField(auto_now_add=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    facility_id = models.BigIntegerField()
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("subject", "subject_id")),)
        triggers = (pgtrigger.Protect(name="only_add", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.action} {self.subject} {self.subject_id}"
