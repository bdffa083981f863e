"""Two people at one case, and a draft that waits: in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext

from banyan.apps.core.rules.figures import format_date, format_moment
from banyan.apps.people.queries.history import Change
from banyan.apps.registry.models import Draft
from banyan.apps.registry.presenters.history import describe_change, say_reason
from banyan.apps.registry.presenters.labels import label_field, name_code, say_value
from banyan.apps.registry.queries.entry import Meeting
from banyan.apps.registry.rules.entry import Difference, parts_of


@dataclass(frozen=True, kw_only=True)
class DifferenceView:
    """One field to decide: what I typed, what they saved, and the text that each would put into the form."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_value: str
    theirs_value: str
    who: str
    at: str
    reason: str
    chosen: str


@dataclass(frozen=True, kw_only=True)
class MeetingView:
    differences: list[DifferenceView]
    others: list[dict[str, str]]
    versions: tuple[int, int]
    undecided: list[DifferenceView]


@dataclass(frozen=True, kw_only=True)
class DraftView:
    at: str
    revision: int


def describe_meeting(
    meeting: Meeting, form: forms.Form, stands: forms.Form, decisions: Mapping[str, str], *, asked: bool
) -> MeetingView:
    """Return both sides of each field: `form` as typed, `stands` as saved.

    `asked` when she has seen the question and left some of it open.
    """
    views = [
        describe_difference(difference, meeting.changes, form, stands, decisions)
        for difference in meeting.differences
    ]
    told = {part for field in meeting.fields for part in parts_of(field)}
    return MeetingView(
        differences=views,
        others=[describe_change(change) for change in meeting.changes if change.field not in told],
        versions=meeting.versions,
        undecided=[view for view in views if asked and not view.chosen],
    )


def describe_difference(
    difference: Difference,
    changes: Iterable[Change],
    form: forms.Form,
    stands: forms.Form,
    decisions: Mapping[str, str],
) -> DifferenceView:
    name = difference.field
    last = [change for change in changes if change.field in parts_of(name)][-1]
    said = describe_change(last)
    return DifferenceView(
        name=name,
        label=label_field(name),
        mine=say_parts(name, difference.mine),
        theirs=say_parts(name, difference.theirs),
        mine_value=str(form[name].value() or ""),
        theirs_value=str(stands[name].value() or ""),
        who=said["who"],
        at=said["at"],
        reason=say_reason(last.reason),
        chosen=decisions.get(name) or difference.chosen,
    )


def say_parts(name: str, values: tuple[Any, ...]) -> str:
    """Return what a field of the form holds, in words."""
    if len(values) == 1 or not values[0]:
        return say_value(name, values[0])
    first, second = values
    if name == "morphology":
        meaning = name_code(name, first, behaviour=second)
        return f"{first}/{second} · {meaning}" if meaning else f"{first}/{second}"
    return format_date(first, second)


def describe_draft(draft: Draft | None) -> DraftView | None:
    return DraftView(at=format_moment(draft.updated_at), revision=draft.revision) if draft else None


def ask_reason(fields: Iterable[str]) -> str:
    """Return the sentence that asks why coded values were changed."""
    changed = ", ".join(label_field(name) for name in fields)
    return gettext("Bạn đổi %(fields)s: ghi vì sao, một số từ 1 đến 6 hoặc gõ lý do.") % {"fields": changed}
