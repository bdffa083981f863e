from typing import Any

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F

from banyan.apps.core.models import track_history
from banyan.apps.people.choices import IdentifierKind, NameKind
from banyan.apps.people.models.person import Person
from banyan.science.linkage.names import fold_name, normalise_name


@track_history()
class Identifier(models.Model):
    """One more number of a person: the old card of nine digits, a passport, another paper."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=10, choices=IdentifierKind)
    paper_number = models.CharField(max_length=20, db_index=True)
    issued_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("person", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "kind", "paper_number"), name="one_identifier_a_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.kind}"


@track_history()
class OtherName(models.Model):
    """A name under which a person may be looked for beside her own."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="other_names")
    kind = models.CharField(max_length=8, choices=NameKind, default=NameKind.ALIAS)
    full_name = models.CharField(max_length=120)
    folded_name = models.CharField(max_length=120, editable=False)

    class Meta:
        ordering = ("person", "id")
        indexes = (models.Index(OpClass(F("folded_name"), "text_pattern_ops"), name="other_name_folded"),)

    def __str__(self) -> str:
        return f"{self.person} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_name = normalise_name(self.full_name)
        self.folded_name = fold_name(self.full_name)
        super().save(*args, **kwargs)
