"""Two records of one person made one, in such a way that it can be undone: what moved and what was chosen is kept."""

from collections.abc import Collection, Mapping
from typing import Any

import pghistory
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from banyan.apps.core.models import Tracked
from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import NameKind
from banyan.apps.people.models import DuplicatePair, Merge, OtherName, Person
from banyan.apps.people.queries.linked import Pointer, list_pointers
from banyan.apps.people.rules.merging import UNITS, pack_facts, unpack_facts
from banyan.apps.people.services.editing import lock_register, lock_version
from banyan.apps.people.services.joining import join_open
from banyan.apps.people.signals import person_changed

__all__ = ["MergeRefused", "Pointer", "count_rows", "list_pointers", "merge_people"]
ADDED = "added people.OtherName"


class MergeRefused(Exception):
    """One of the two is no longer a record of its own: somebody else was faster."""


@transaction.atomic
def merge_people(
    *,
    kept: Person,
    gone: Person,
    kept_version: int,
    gone_version: int,
    taken: Collection[str],
    reason: str,
    by: Viewer,
) -> Merge:
    """Take `gone` into `kept`; `taken` names the units of fields whose value comes from `gone`.

    Raises EditConflict if either was changed since it was read, MergeRefused if either is merged already.
    """
    if not reason.strip():
        raise ValueError("a merge has a reason")
    lock_register()
    one, other = lock_both(kept, gone, kept_version, gone_version)
    before, others = pack_facts(one), pack_facts(other)
    values = {name: others[name] for unit in taken for name in UNITS[unit]}
    with pghistory.context(reason=reason, staff=by.staff_id):
        join_open(kept_id=one.pk, gone_id=other.pk, by=by)
        moved = move_rows(one=other.pk, other=one.pk, by=by)
        change_fields(one, values, by)
        moved |= keep_name(one, other)
        other.merged_into = one
        change_fields(other, {}, by)
        merge = Merge.objects.create(
            kept=one,
            gone=other,
            moved=moved,
            kept_before=before,
            gone_before=others,
            taken=values,
            reason=reason.strip()[:300],
            merged_by_id=by.staff_id,
        )
        decide_pair(one, other, "same", by)
        person_changed.send(sender=Person, person_id=one.pk)
    return merge


def lock_both(kept: Person, gone: Person, kept_version: int, gone_version: int) -> tuple[Person, Person]:
    if kept.pk == gone.pk:
        raise MergeRefused
    fresh = Person.objects.select_for_update().order_by("pk").in_bulk([kept.pk, gone.pk])
    if len(fresh) < 2 or any(person.merged_into_id for person in fresh.values()):
        raise MergeRefused
    return lock_version(Person, kept.pk, kept_version), lock_version(Person, gone.pk, gone_version)


def change_fields(person: Person, values: Mapping[str, Any], by: Viewer) -> None:
    for name, value in unpack_facts(values).items():
        setattr(person, name, value)
    person.version += 1
    person.updated_by_id = by.staff_id
    person.save()


def keep_name(kept: Person, gone: Person) -> dict[str, list[int]]:
    """Keep the name of the record that goes, so that whoever looks for it finds the person."""
    names = {kept.folded_name, *kept.other_names.values_list("folded_name", flat=True)}
    if not gone.folded_name or gone.folded_name in names:
        return {}
    name = OtherName.objects.create(person=kept, kind=NameKind.ALIAS, full_name=gone.full_name)
    return {ADDED: [name.pk]}


def move_rows(*, one: int, other: int, by: Viewer) -> dict[str, list[int]]:
    """Let every row that points at person `one` point at `other`; return which moved.

    A row that may not (the same facility knows both; a row that is never changed) stays with the record that goes.
    """
    moved = {}
    for pointer in list_pointers():
        rows = pointer.model._base_manager.filter(**{pointer.field: one})  # noqa: SLF001 -- documented model API
        keys = [
            pk for pk in rows.order_by("pk").values_list("pk", flat=True) if point_at(pointer, pk, other, by)
        ]
        if keys:
            moved[pointer.label] = keys
    return moved


def point_at(pointer: Pointer, pk: Any, person_id: int, by: Viewer) -> bool:
    values: dict[str, Any] = {f"{pointer.field}_id": person_id}
    if issubclass(pointer.model, Tracked):
        # whoever has the record open is told on saving
        values |= {"version": F("version") + 1, "updated_by_id": by.staff_id, "updated_at": timezone.now()}
    try:
        with transaction.atomic():
            pointer.model._base_manager.filter(pk=pk).update(**values)  # noqa: SLF001 -- documented model API
    except DatabaseError:
        return False
    return True


def decide_pair(one: Person, other: Person, state: str, by: Viewer) -> DuplicatePair:
    """Remember what was decided about two records, found by a search or not."""
    first, second = sorted((one.pk, other.pk))
    pair, _made = DuplicatePair.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults={"state": state, "decided_by_id": by.staff_id, "decided_at": timezone.now()},
        create_defaults={
            "state": state,
            "decided_by_id": by.staff_id,
            "decided_at": timezone.now(),
            "score": 0.0,
        },
    )
    return pair


def count_rows(person: Person) -> dict[str, list[int]]:
    """Return the rows that point at a person, as a merge would move them."""
    found = {}
    for pointer in list_pointers():
        rows = pointer.model._base_manager.filter(**{pointer.field: person.pk})  # noqa: SLF001 -- documented model API
        if keys := list(rows.values_list("pk", flat=True)):
            found[pointer.label] = keys
    return found
