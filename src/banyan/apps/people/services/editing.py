"""Two people at one record: the second is shown what the first changed, and loses nothing."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection, models

from banyan.apps.core.models import Tracked
from banyan.apps.people.queries.history import Change, changes_since

REGISTER_LOCK = 7_040_201


class EditConflict(Exception):
    """The record was changed since it was read. `changes` says what was changed, by whom, when."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.changes = list(changes)
        super().__init__(f"{len(self.changes)} changes since the record was read")


class ReasonMissing(ValueError):
    """A clinical or coded value was changed and nobody said why. `fields` names them."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = list(fields)
        super().__init__(f"no reason for changing {', '.join(self.fields)}")


def require_reason(changed: Iterable[str], clinical: Collection[str], reason: str) -> None:
    """Refuse to change a clinical or coded value without a word of why. Raises ReasonMissing."""
    touched = [name for name in changed if name in clinical]
    if touched and not reason.strip():
        raise ReasonMissing(touched)


def lock_register() -> None:
    """Let writers of persons and tumours pass one at a time until the transaction ends.

    Then events have their numbers in the order in which their transactions end, and the largest number
    alone tells whether anything has changed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTER_LOCK])


def lock_version(model: type[Tracked], pk: int, version: int) -> Any:
    """Return the row, locked for this transaction; raise EditConflict if it is no longer at `version`."""
    lock_register()
    row = model._default_manager.select_for_update().get(pk=pk)  # noqa: SLF001 -- documented model API
    if row.version != version:
        raise EditConflict(changes_since(model, pk, version))
    return row


def apply_changes(row: models.Model, changes: Mapping[str, Any]) -> list[str]:
    """Set the fields that differ; return their names."""
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    return changed
