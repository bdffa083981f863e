"""What hangs on a person, of whatever app: later rooms need not be known here."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import pghistory.models
from django.db import models
from django.db.models import ForeignObjectRel, Q

from banyan.apps.people.models import DuplicatePair, Merge, Person

# what speaks of the two records themselves stays where it is
STAYS = (Merge, DuplicatePair, pghistory.models.Event)
# what an import itself gives a person, and what no withdrawal loses
GIVEN = frozenset({"people.Attendance.person", "people.GlassGrant.person", "people.Residence.person"})


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """A foreign key to a person, of whatever app."""

    model: type[models.Model]
    field: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field}"  # noqa: SLF001 -- documented model API


def list_pointers() -> Iterator[Pointer]:
    """Give every foreign key to a person in the whole project."""
    for relation in Person._meta.get_fields(include_hidden=True):  # noqa: SLF001 -- documented model API
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        model = relation.related_model
        if model is not Person and not issubclass(model, STAYS):
            yield Pointer(model=model, field=relation.field.name)


def linked_people(people: Collection[int], *, but: Collection[str], facility_id: int | None) -> set[int]:
    """Return those of `people` on whom something hangs beside what came with them from `facility_id`.

    `but` names the foreign keys, "app.Model.field", that the caller answers for.
    """
    if not people:
        return set()
    found: set[int] = set()
    keys = list(people)
    for pointer in list_pointers():
        if pointer.label not in {*GIVEN, *but}:
            rows = pointer.model._base_manager.filter(**{f"{pointer.field}__in": keys})  # noqa: SLF001 -- documented model API
            found.update(rows.values_list(f"{pointer.field}_id", flat=True))
    attended = Person.objects.filter(pk__in=keys, attendances__isnull=False)
    found.update(attended.exclude(attendances__facility=facility_id).values_list("pk", flat=True))
    moved = (
        Person.objects.filter(pk__in=keys).annotate(places=models.Count("residences")).filter(places__gt=1)
    )
    found.update(moved.values_list("pk", flat=True))
    return found


def merged_since(people: Collection[int], since: datetime) -> set[int]:
    """Return those of `people` whose record took another in, or went into another, after a moment, and still is."""
    merges = Merge.objects.filter(undone_at=None, merged_at__gte=since)
    ends = merges.filter(Q(kept__in=list(people)) | Q(gone__in=list(people))).values_list("kept", "gone")
    return {pk for pair in ends for pk in pair} & set(people)
