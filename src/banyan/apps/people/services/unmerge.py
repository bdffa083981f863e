"""A merge undone: each row goes back to where it was, each fact too, unless somebody has changed it since."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Merge, OtherName, Person
from banyan.apps.people.rules.merging import UNITS, pack_facts, part_of, settle_units, units_of
from banyan.apps.people.services.editing import lock_register
from banyan.apps.people.services.joining import part_joined
from banyan.apps.people.services.merge import (
    ADDED,
    MergeRefused,
    Pointer,
    change_fields,
    decide_pair,
    point_at,
)
from banyan.apps.people.signals import person_changed

BEFORE, NOW = "before", "now"


class ChangedSince(Exception):
    """Facts that the merge set were changed after it; somebody has to say which stand. `units` names them."""

    def __init__(self, units: list[str]) -> None:
        self.units = units
        super().__init__(f"changed since the merge: {', '.join(units)}")


@transaction.atomic
def undo_merge(*, merge: Merge, decisions: Mapping[str, str], reason: str, by: Viewer) -> Merge:
    """Give the record that went its rows and its number back.

    `decisions` say, for each unit changed since, whether the value "before" the merge or "now" stands. Raises
    ChangedSince for those undecided, MergeRefused if the merge is undone already or the kept record has itself been
    merged on: that one is undone first.
    """
    if not reason.strip():
        raise ValueError("an undoing has a reason")
    lock_register()
    row = Merge.objects.select_for_update().get(pk=merge.pk)
    people = Person.objects.select_for_update().order_by("pk").in_bulk([row.kept_id, row.gone_id])
    kept, gone = people[row.kept_id], people[row.gone_id]
    if row.undone_at or kept.merged_into_id or gone.merged_into_id != kept.pk:
        raise MergeRefused
    with pghistory.context(reason=reason, staff=by.staff_id):
        values = settle_facts(row, kept, decisions)
        OtherName.objects.filter(pk__in=row.moved.get(ADDED, ()), person=kept).delete()
        move_back(row, by)
        part_joined(people=(kept.pk, gone.pk), by=by)
        change_fields(kept, values, by)
        gone.merged_into = None
        change_fields(gone, {}, by)
        row.undone_at, row.undone_by_id, row.undone_reason = timezone.now(), by.staff_id, reason.strip()[:300]
        row.save()
        decide_pair(kept, gone, "different", by)
        for person in (kept, gone):
            person_changed.send(sender=Person, person_id=person.pk)
    return row


def later_merges(merge: Merge) -> list[Merge]:
    """Return the merges into the same record that came later and still stand, in their order."""
    return list(Merge.objects.filter(kept=merge.kept_id, undone_at=None, pk__gt=merge.pk).order_by("pk"))


def sort_units(merge: Merge, kept: Person) -> tuple[list[str], list[str], list[str]]:
    """Return the units that undoing restores, that a later merge holds, and that were changed since."""
    overlaid = [
        {unit: part_of(unit, later.kept_before) for unit in units_of(later.taken)}
        for later in later_merges(merge)
    ]
    return settle_units(merge.kept_before, merge.taken, pack_facts(kept), overlaid)


def settle_facts(merge: Merge, kept: Person, decisions: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that the kept record goes back to; a later merge is told what was there before both."""
    restored, handed_on, changed = sort_units(merge, kept)
    if undecided := [unit for unit in changed if decisions.get(unit) not in {BEFORE, NOW}]:
        raise ChangedSince(undecided)
    for later in later_merges(merge):
        inherited = [
            unit
            for unit in handed_on
            if unit in units_of(later.taken)
            and part_of(unit, later.kept_before) == part_of(unit, merge.taken)
        ]
        if inherited:
            later.kept_before |= {name: merge.kept_before[name] for unit in inherited for name in UNITS[unit]}
            later.save()
            handed_on = [unit for unit in handed_on if unit not in inherited]
    back = [*restored, *(unit for unit in changed if decisions[unit] == BEFORE)]
    return {name: merge.kept_before[name] for unit in back for name in UNITS[unit]}


def move_back(merge: Merge, by: Viewer) -> None:
    """Let each row that moved point where it pointed; one that has since gone elsewhere stays there."""
    for label, keys in merge.moved.items():
        if label == ADDED:
            continue
        name, _dot, field = label.rpartition(".")
        pointer = Pointer(model=apps.get_model(name), field=field)
        rows = pointer.model._base_manager.filter(pk__in=keys, **{field: merge.kept_id})  # noqa: SLF001 -- documented model API
        for pk in list(rows.values_list("pk", flat=True)):
            point_at(pointer, pk, merge.gone_id, by)
