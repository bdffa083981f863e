from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext

from banyan.apps.core.rules.figures import format_moment
from banyan.apps.people.queries.history import Change, Edit
from banyan.apps.registry.choices import EditReason
from banyan.apps.registry.presenters.labels import label_field, say_value
from banyan.apps.registry.rules.values import read_edit_reason


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


def say_reason(reason: str) -> str:
    """Return a usual reason in the reader's language; another as it was typed."""
    return {words: str(usual.label) for usual, words in usual_reasons().items()}.get(reason, reason)


@cache
def usual_reasons() -> dict[EditReason, str]:
    """Return the usual reasons as they are stored."""
    return {usual: read_edit_reason(usual.value) for usual in EditReason}


def describe_history(edits: Iterable[Edit]) -> list[EditView]:
    """Return the saves in words; codes that only follow from others are left out."""
    return [
        EditView(
            who=edit.who or gettext("hệ thống"),
            at=format_moment(edit.at),
            reason=say_reason(edit.reason),
            adds=edit.adds,
            changes=[describe_change(change) for change in edit.changes],
        )
        for edit in edits
    ]
