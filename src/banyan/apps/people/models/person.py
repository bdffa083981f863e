from typing import Any

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F
from django.db.models.functions import Right

from banyan.apps.core.models import Tracked, track_history
from banyan.apps.people.choices import DatePrecision, DeathSource, Sex, VitalStatus
from banyan.science.linkage.names import fold_name, normalise_name, sort_key

GIVE_NAME = """
  UPDATE people_attendance SET sort_name = NEW.sort_name, folded_name = NEW.folded_name WHERE person_id = NEW.id;
  RETURN NULL;
"""


@track_history()
class Person(Tracked):
    """A human being, once. The name is kept as written, family name first."""

    number = models.CharField(max_length=20, unique=True)
    full_name = models.CharField(max_length=120)
    sort_name = models.CharField(max_length=400, editable=False, db_collation="C")
    folded_name = models.CharField(max_length=120, editable=False)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(max_length=5, choices=DatePrecision, blank=True)
    citizen_id = models.CharField(max_length=12, blank=True)
    insurance_number = models.CharField(max_length=15, blank=True)
    # why a citizen number stands although it states another sex or year of birth
    identity_reason = models.CharField(max_length=200, blank=True, db_default="")
    vital_status = models.CharField(max_length=10, choices=VitalStatus, default=VitalStatus.ALIVE)
    last_contact_date = models.DateField(null=True, blank=True)
    death_date = models.DateField(null=True, blank=True)
    death_precision = models.CharField(max_length=5, choices=DatePrecision, blank=True)
    death_source = models.CharField(max_length=12, choices=DeathSource, blank=True)
    # a record that was found to be another person's leads there, and holds nothing any more; one that was withdrawn
    # leads to itself: whoever asks for the living passes both by
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_here", db_index=False
    )

    class Meta:
        verbose_name_plural = "people"
        indexes = (
            models.Index(fields=("sort_name", "id")),
            models.Index(fields=("citizen_id",)),
            models.Index(fields=("insurance_number",)),
            GinIndex(name="person_folded_trigrams", fields=("folded_name",), opclasses=("gin_trgm_ops",)),
            GinIndex(SearchVector("folded_name", config="simple"), name="person_words"),
            # whoever is typed is looked for by name from the left, by day of birth, by the insured's own ten digits
            models.Index(
                OpClass(F("folded_name"), "text_pattern_ops"),
                F("birth_date"),
                name="person_name_birth",
                include=("id",),
                condition=models.Q(merged_into__isnull=True),
            ),
            models.Index(
                name="person_birth_name",
                fields=("birth_date", "folded_name"),
                include=("id",),
                condition=models.Q(merged_into__isnull=True),
            ),
            models.Index(Right("insurance_number", 10), name="person_insurance_key"),
            models.Index(
                name="person_tombstones",
                fields=("merged_into",),
                condition=models.Q(merged_into__isnull=False),
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="give_name",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("sort_name", "folded_name"),
                condition=pgtrigger.AnyChange("sort_name", "folded_name"),
                func=GIVE_NAME,
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="person_dead_has_status",
                condition=models.Q(death_date__isnull=True) | models.Q(vital_status=VitalStatus.DEAD),
            ),
            models.CheckConstraint(
                name="person_birth_date_has_precision",
                condition=models.Q(birth_date__isnull=True, birth_precision="")
                | models.Q(birth_date__isnull=False) & ~models.Q(birth_precision=""),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_name = normalise_name(self.full_name)
        self.folded_name = fold_name(self.full_name)
        self.sort_name = sort_key(self.full_name)
        super().save(*args, **kwargs)
