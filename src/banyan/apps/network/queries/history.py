"""What has changed in the whole database, newest first, and who looked at whom.

Each tracked table has its own table of events. A page takes the newest events of each below the last one
already shown, so no event is passed over, however many there are and whatever is added meanwhile.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from heapq import merge
from itertools import islice
from typing import Any, cast

from django.apps import apps
from django.db.models import OuterRef, Q, QuerySet, Subquery
from pghistory.models import Event

from banyan.apps.core.models import AccessLine
from banyan.apps.core.queries.audit import looks_between, touching
from banyan.apps.network.models import Facility, Staff

# pghistory makes the tables of events, and their columns, when the application starts
Table = Any
Row = Any
Cursor = Mapping[str, int]  # "people.person" → the last event shown of it


def tracked_tables() -> dict[str, Table]:
    """Return the tables of events by the record they follow: "people.person"."""
    found = [model for model in apps.get_models() if issubclass(model, Event)]
    return {name_table(model): model for model in found}


def follow_number(number: str) -> dict[str, set[int]]:
    """Return the records that a person's or a case's number leads to: itself, and what points at it."""
    tables = tracked_tables()
    found: dict[str, set[int]] = {}
    for label, model in tables.items():
        if has_field(model, "number"):
            found[label] = set(model.objects.filter(number=number).values_list("pgh_obj_id", flat=True))
    for _ in range(2):  # a person's tumours, then what points at the tumours
        for label, model in tables.items():
            found.setdefault(label, set()).update(find_pointing(model, found))
    return {label: keys for label, keys in found.items() if keys}


def has_field(model: Table, name: str) -> bool:
    return any(field.name == name for field in model._meta.fields)  # noqa: SLF001 -- documented API


def find_pointing(model: Table, found: Mapping[str, set[int]]) -> set[int]:
    """Return the keys of records of `model` whose foreign keys name a record in `found`."""
    keys: set[int] = set()
    for field in model._meta.fields:  # noqa: SLF001 -- documented API
        if field.name.startswith("pgh_") or not field.is_relation:
            continue
        targets = found.get(field.related_model._meta.label_lower)  # noqa: SLF001 -- documented API
        if targets:
            rows = model.objects.filter(**{f"{field.attname}__in": targets})
            keys.update(rows.values_list("pgh_obj_id", flat=True))
    return keys


def read_events(
    *, kinds: Iterable[str], rows: int, before: Cursor, only: Mapping[str, set[int]] | None = None
) -> tuple[list[Row], dict[str, int]]:
    """Return the newest `rows` events of these kinds below the cursor, and the cursor below them.

    An empty cursor comes back when nothing is older.
    """
    tables = tracked_tables()
    queues = [
        take_newest(
            tables[kind], rows + 1, before.get(kind), only.get(kind, set()) if only is not None else None
        )
        for kind in kinds
    ]
    merged = merge(*queues, key=lambda event: event.pgh_created_at, reverse=True)
    shown = list(islice(merged, rows + 1))
    if len(shown) <= rows:
        return shown, {}
    cursor = dict(before)
    for event in shown[:rows]:
        cursor[kind_of(event)] = event.pgh_id
    return shown[:rows], cursor


def kind_of(event: Row) -> str:
    return name_table(type(event))


def name_table(model: Table) -> str:
    return cast("str", model.pgh_tracked_model._meta.label_lower)  # noqa: SLF001 -- documented API


def take_newest(model: Table, rows: int, before: int | None, keys: set[int] | None) -> list[Row]:
    events = model.objects.select_related("pgh_context").order_by("-pgh_id")
    if before is not None:
        events = events.filter(pgh_id__lt=before)
    if keys is not None:
        events = events.filter(pgh_obj_id__in=keys)
    return list(events.annotate(previous_id=Subquery(previous_event(model)))[:rows])


def previous_event(model: Table) -> QuerySet[Any, Any]:
    same = model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    return cast("QuerySet[Any, Any]", same.order_by("-pgh_id").values("pgh_id")[:1])


def read_previous(events: Iterable[Row]) -> dict[tuple[str, int], Row]:
    """Return, for each event that has one, the state of the same record before it: one query a table."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.previous_id is not None:
            wanted.setdefault(kind_of(event), set()).add(event.previous_id)
    tables = tracked_tables()
    return {
        (kind, key): event
        for kind, keys in wanted.items()
        for key, event in tables[kind].objects.in_bulk(keys).items()
    }


def name_staff(keys: Iterable[int]) -> dict[int, str]:
    return dict(Staff.objects.filter(pk__in=set(keys)).values_list("pk", "full_name"))


def name_facilities(keys: Iterable[int]) -> dict[int, Facility]:
    return Facility.objects.in_bulk(set(keys))


def find_looks(
    *, first: date | None = None, last: date | None = None, number: str = "", staff: int | None = None
) -> QuerySet[AccessLine] | None:
    """Return the lines of the access log of some days, of one person or case, of one member of staff.

    A person's lines are those of her page and of every list on which she stood. None for a number nobody has.
    """
    lines = looks_between(first, last)
    if staff is not None:
        lines = lines.filter(staff_id=staff)
    if not number:
        return lines
    found = follow_number(number)
    people = found.get("people.person", set())
    tumours = found.get("registry.tumour", set())
    if not people and not tumours:
        return None
    return lines.filter(touching(people) | Q(subject="tumour", subject_id__in=tumours))


def read_access(lines: QuerySet[AccessLine], *, rows: int, before: int | None) -> list[AccessLine]:
    """Return the newest lines below the cursor, one more than asked when there are older ones."""
    if before is not None:
        lines = lines.filter(id__lt=before)
    return list(lines[: rows + 1])


def read_numbers(kind: str, keys: set[int]) -> dict[int, str]:
    """Return the number by which people know each record ("people.person"), from its history."""
    model = tracked_tables().get(kind)
    if model is None or not keys or not has_field(model, "number"):
        return {}
    return dict(
        model.objects.filter(pgh_obj_id__in=keys).order_by("pgh_id").values_list("pgh_obj_id", "number")
    )
