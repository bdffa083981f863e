import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models

# Each line takes the next number and seals itself with the line before. The head is one row, and its lock lets
# writers pass one at a time: a chain has one end. The digest is made by the database, so no program can pass by it.
SEAL = """
  SELECT * INTO head FROM core_accesshead WHERE id = 1 FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO core_accesshead (id, last_id, seal) VALUES (1, 0, '') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM core_accesshead WHERE id = 1 FOR UPDATE;
  END IF;
  NEW.id := head.last_id + 1;
  NEW.at := clock_timestamp();
  NEW.seal := core_seal_line(head.seal, NEW);
  UPDATE core_accesshead SET last_id = NEW.id, seal = NEW.seal WHERE id = 1;
  RETURN NEW;
"""


class AccessLine(models.Model):
    """One look at a record or a list of them, one refusal, or one change of who may look.

    Lines are added, never changed; each carries the SHA-256 seal of itself and of the line before it.
    """

    at = models.DateTimeField(auto_now_add=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    facility_id = models.BigIntegerField()
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    people = ArrayField(models.BigIntegerField(), default=list)
    detail = models.CharField(max_length=300, blank=True)
    seal = models.BinaryField(default=b"", editable=False)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("subject", "subject_id")),
            # lines are written in the order of time: a block range says enough, and costs a line nothing
            BrinIndex(name="access_line_at", fields=("at",)),
            GinIndex(name="access_line_people", fields=("people",)),
        )
        triggers = (
            pgtrigger.Protect(name="only_add", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="seal",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("head", "core_accesshead%ROWTYPE")],
                func=SEAL,
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff_id} {self.action} {self.subject} {self.subject_id}"


class AccessHead(models.Model):
    """The number and seal of the newest line: one row."""

    last_id = models.BigIntegerField(default=0)
    seal = models.BinaryField(default=b"")

    class Meta:
        constraints = (models.CheckConstraint(name="one_access_head", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return str(self.last_id)
