"""Who changed which field of a record, from what to what, when and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

UNTOLD = {"version", "created_at", "updated_at", "updated_by", "folded_name", "sort_name"}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that somebody changed."""

    field: str
    old: Any
    new: Any
    who: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One save: what it changed, by whom, when, why. The first one of a record changes nothing: it adds it."""

    who: str
    at: datetime
    reason: str
    adds: bool
    changes: list[Change]


def events_of(model: type[models.Model], pk: int) -> QuerySet[Any]:
    """Return the rows of a record's history, the oldest first."""
    event = apps.get_model(model._meta.app_label, f"{model.__name__}Event")  # noqa: SLF001 -- documented model API
    rows: QuerySet[Any] = event.objects.filter(pgh_obj_id=pk)
    return rows.select_related("updated_by", "pgh_context").order_by("pgh_id")


def history_of(model: type[models.Model], pk: int) -> list[Edit]:
    """Return the saves of a record, the newest first."""
    events = list(events_of(model, pk))
    edits = [describe_edit(event, adds=True, changes=[]) for event in events[:1]]
    for before, after in pairwise(events):
        if changes := list(compare_events(before, after)):
            edits.append(describe_edit(after, adds=False, changes=changes))
    return edits[::-1]


def changes_since(model: type[models.Model], pk: int, version: int) -> list[Change]:
    """Return what was changed after a version, the oldest first."""
    events = list(events_of(model, pk).filter(version__gte=version))
    return [change for before, after in pairwise(events) for change in compare_events(before, after)]


def describe_edit(event: Any, *, adds: bool, changes: list[Change]) -> Edit:
    return Edit(
        who=name_author(event), at=event.pgh_created_at, reason=find_reason(event), adds=adds, changes=changes
    )


def compare_events(before: Any, after: Any) -> Iterator[Change]:
    """Give each field that differs between two rows of a history."""
    for field in after._meta.concrete_fields:  # noqa: SLF001 -- documented model API
        if field.name.startswith("pgh_") or field.name in UNTOLD:
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old != new:
            yield Change(
                field=field.name,
                old=old,
                new=new,
                who=name_author(after),
                at=after.pgh_created_at,
                reason=find_reason(after),
            )


def name_author(event: Any) -> str:
    return event.updated_by.full_name if event.updated_by else ""


def find_reason(event: Any) -> str:
    context = event.pgh_context
    return str(context.metadata.get("reason", "")) if context else ""
