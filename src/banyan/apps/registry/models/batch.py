from django.conf import settings
from django.db import models

from banyan.apps.core.models import track_history
from banyan.apps.registry.choices import BatchState, FileRole, NotificationKind, RowVerdict


class ColumnMapping(models.Model):
    """How the columns of one origin's files are read: saved once, used for each later file."""

    name = models.CharField(max_length=80, unique=True)
    columns = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


@track_history()
class Batch(models.Model):
    """A file that arrived, and what became of it."""

    name = models.CharField(max_length=200)
    # who sends: record numbers are told apart by it, and it names the saved mapping
    origin = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, db_index=True)
    facility = models.ForeignKey("network.Facility", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=NotificationKind, default=NotificationKind.REGISTRY)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=4, blank=True)
    columns = models.JSONField(default=list)
    # our field to the file's column, and how its values are written: dates, basis_scheme, edition
    mapping = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    job = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.RECEIVED)
    problem = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # of the rows that would change something: how many wait for a person, how many fields change
    unsure = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)
    entered = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    # taken back: what it had entered counts no more, its notifications neither
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return self.name


class BatchFile(models.Model):
    """One file of a batch, as it came: a table, or one of the three that CanReg5 exports."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=8, choices=FileRole)
    name = models.CharField(max_length=200)
    content = models.FileField(upload_to="batches/")

    class Meta:
        ordering = ("batch", "id")

    def __str__(self) -> str:
        return self.name


class HeldRow(models.Model):
    """A row in the holding area: what the file said, how we read it, what would become of it."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="held")
    line = models.PositiveIntegerField()
    raw = models.JSONField(default=dict)
    read = models.JSONField(default=dict)
    verdict = models.CharField(max_length=8, choices=RowVerdict)
    # of a refused row: column, value, rule, vi, en each; of a changed one: field, old, new, rule each
    reasons = models.JSONField(default=list)
    # the first reason's rule, to count and filter by
    rule = models.CharField(max_length=40, blank=True)
    unsure = models.BooleanField(default=False)
    tumour_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    fingerprint = models.CharField(max_length=40)
    corrected = models.BooleanField(default=False)

    class Meta:
        ordering = ("batch", "line")
        indexes = (
            models.Index(fields=("batch", "verdict", "line")),
            models.Index(fields=("batch", "verdict", "rule")),
        )

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line} {self.verdict}"
