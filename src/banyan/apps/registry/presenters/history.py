from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from banyan.apps.core.rules.figures import format_moment
from banyan.apps.people.queries.history import Change, Edit
from banyan.apps.registry.presenters.labels import label_field, say_value


@dataclass(frozen=True, kw_only=True)
class EditView:
    who: str
    at: str
    reason: str
    adds: bool
    changes: list[dict[str, str]]


def describe_change(change: Change) -> dict[str, str]:
    return {
        "who": change.who or gettext("hệ thống"),
        "field": label_field(change.field),
        "old": say_value(change.field, change.old),
        "new": say_value(change.field, change.new),
        "at": format_moment(change.at),
    }


def describe_conflict(changes: Iterable[Change]) -> list[dict[str, str]]:
    return [describe_change(change) for change in changes]


def describe_history(edits: Iterable[Edit]) -> list[EditView]:
    """Return the saves in words; codes that only follow from others are left out."""
    return [
        EditView(
            who=edit.who or gettext("hệ thống"),
            at=format_moment(edit.at),
            reason=edit.reason,
            adds=edit.adds,
            changes=[describe_change(change) for change in edit.changes],
        )
        for edit in edits
    ]
