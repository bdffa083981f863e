"""All that was ever changed of a person: her own fields, and what hangs on her."""

from itertools import groupby
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from banyan.apps.people.models import Identifier, OtherName, Person, Residence
from banyan.apps.people.queries.history import Change, Edit, find_reason, history_of

PARTS = {"residence": Residence, "name": OtherName, "identifier": Identifier}
UNTOLD = {"id", "person", "folded_name", "sort_name", "stated_edition"}


def person_trail(person: Person) -> list[tuple[str, Edit]]:
    """Return the saves of a person and of what hangs on her, each with what it was ("person", "residence", …)."""
    found = [("person", edit) for edit in history_of(Person, person.pk)]
    for kind, model in PARTS.items():
        found += [(kind, edit) for edit in part_history(model, person.pk)]
    return sorted(found, key=lambda pair: pair[1].at, reverse=True)


def part_history(model: Any, person_id: int) -> list[Edit]:
    """Return the saves of rows that are or were a person's."""
    event = apps.get_model("people", f"{model.__name__}Event")
    hers = event.objects.filter(person_id=person_id).values("pgh_obj_id")
    rows: QuerySet[Any] = event.objects.filter(pgh_obj_id__in=hers).select_related("pgh_context")
    events = list(rows.order_by("pgh_obj_id", "pgh_id"))
    names = name_authors(events)
    edits = []
    for _key, group in groupby(events, key=lambda event: event.pgh_obj_id):
        before = None
        for event in group:
            edits.append(describe_event(before, event, names))
            before = event
    return [edit for edit in edits if edit.changes or edit.adds]


def name_authors(events: list[Any]) -> dict[int, str]:
    keys = {author for event in events if (author := author_of(event))}
    return dict(get_user_model()._default_manager.filter(pk__in=keys).values_list("pk", "full_name"))  # noqa: SLF001 -- documented model API


def author_of(event: Any) -> int | None:
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    return metadata.get("staff") or metadata.get("user")


def describe_event(before: Any, event: Any, names: dict[int, str]) -> Edit:
    who, removed = names.get(author_of(event) or 0, ""), event.pgh_label == "delete"
    changes = []
    for field in event._meta.concrete_fields:  # noqa: SLF001 -- documented model API
        if field.name.startswith("pgh_") or field.name in UNTOLD:
            continue
        old = getattr(before, field.attname) if before else None
        new = None if removed else getattr(event, field.attname)
        if (old or None) != (new or None):
            changes.append(Change(field=field.name, old=old, new=new, who=who, at=event.pgh_created_at))
    return Edit(
        who=who, at=event.pgh_created_at, reason=find_reason(event), adds=before is None, changes=changes
    )
