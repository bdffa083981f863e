import pgtrigger
from django.conf import settings
from django.db import models


class GuardLift(models.Model):
    """Leave for one transaction to change rows that are otherwise kept as written; it stays as the trace of that.

    `transaction` is PostgreSQL's own number of the transaction; to no other transaction does the line mean anything.
    """

    transaction = models.CharField(max_length=20, db_index=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ("-id",)
        triggers = (pgtrigger.Protect(name="only_add", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.reason}"
