"""A change in words: who, when, which record, what was and what is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banyan.apps.core.choices import Role
from banyan.apps.core.rules.figures import NONE, format_date, format_moment, mask_number
from banyan.apps.network.models import Facility
from banyan.apps.network.presenters.words import ACTIONS, DEEDS, FIELDS, KINDS, STATUS
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.network.queries.history import Row, kind_of

KEPT_BY_MACHINE = {"id", "version", "created_at", "updated_at", "updated_by", "sort_name", "folded_name"}
IDENTITY_NUMBERS = {"citizen_id", "insurance_number", "paper_number"}
NAMES = ("number", "full_name", "name_vi", "name", "rule")  # the first that a record has tells it from others
LONGEST = 120


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """One line of the history."""

    at: str
    who: str
    kind: str
    name: str
    status: str
    deed: str
    changes: Sequence[FieldChange]


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the keys in events stand for."""

    staff: Mapping[int, str]
    facilities: Mapping[int, Facility]


def name_kind(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def author_of(event: Row) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def pointed_keys(events: Iterable[Row], target: str) -> set[int]:
    """Return the keys of staff or facilities ("network.staff") that these events mention."""
    return {
        key
        for event in events
        for field in own_fields(event)
        if field.is_relation
        and field.related_model._meta.label_lower == target  # noqa: SLF001 -- documented API
        and (key := getattr(event, field.attname)) is not None
    }


def own_fields(event: Row) -> list[Any]:
    fields = event._meta.concrete_fields  # noqa: SLF001 -- documented API
    return [
        field for field in fields if not field.name.startswith("pgh_") and field.name not in KEPT_BY_MACHINE
    ]


def describe_change(event: Row, previous: Row | None, names: Names) -> ChangeView:
    deed = event.pgh_label
    author = author_of(event)
    return ChangeView(
        at=format_moment(event.pgh_created_at),
        who=names.staff.get(author, f"#{author}") if author else _("Máy chủ"),
        kind=name_kind(kind_of(event)),
        name=name_record(event),
        status=STATUS.get(deed, "quiet"),
        deed=str(DEEDS.get(deed, deed)),
        changes=list_changes(event, previous, names),
    )


def name_record(event: Row) -> str:
    return next(
        (str(getattr(event, name)) for name in NAMES if getattr(event, name, "")), f"#{event.pgh_obj_id}"
    )


def list_changes(event: Row, previous: Row | None, names: Names) -> list[FieldChange]:
    """Return the fields that differ; of a new record those that hold something, of a removed one none."""
    if event.pgh_label == "delete":
        return []
    found = []
    for field in own_fields(event):
        new = write_value(field, getattr(event, field.attname), names)
        old = write_value(field, getattr(previous, field.attname), names) if previous else NONE
        if new != old:
            found.append(FieldChange(label=str(FIELDS.get(field.name, field.name)), old=old, new=new))
    return found


def write_value(field: Any, value: Any, names: Names) -> str:
    if value in (None, "", [], {}):
        return NONE
    if field.name in IDENTITY_NUMBERS:
        return mask_number(value)
    if field.is_relation:
        return write_relation(field.related_model._meta.label_lower, value, names)  # noqa: SLF001 -- documented API
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return write_plain(value)


def write_relation(target: str, key: int, names: Names) -> str:
    if target == "network.facility" and key in names.facilities:
        return name_facility(names.facilities[key])
    if target == "network.staff" and key in names.staff:
        return names.staff[key]
    return f"#{key}"


WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: _("có") if value else _("không")),
    (datetime, format_moment),
    (date, format_date),
    (
        DateRange,
        lambda value: f"{format_date(value.lower)} → {format_date(value.upper) if value.upper else '…'}",
    ),
)


def write_plain(value: Any) -> str:
    for kind, write in WRITERS:
        if isinstance(value, kind):
            return write(value)
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


@dataclass(frozen=True, kw_only=True)
class AccessView:
    """One look at a record."""

    at: str
    who: str
    role: str
    facility: str
    action: str
    subject: str
    number: str


def describe_access(
    line: Row, facilities: Mapping[int, Facility], numbers: Mapping[tuple[str, int], str]
) -> AccessView:
    facility = facilities.get(line.facility_id)
    return AccessView(
        at=format_moment(line.at),
        who=line.staff_name,
        role=str(Role(line.role).label) if line.role in Role.values else line.role,
        facility=name_facility(facility) if facility else f"#{line.facility_id}",
        action=str(ACTIONS.get(line.action, line.action)),
        subject=str(SUBJECT_WORDS.get(line.subject, line.subject)),
        number=name_subject(line, numbers),
    )


def name_subject(line: Row, numbers: Mapping[tuple[str, int], str]) -> str:
    """Return the number of the record; of a list, how many people stood on it; of a refusal, the page."""
    if line.subject_id:
        return numbers.get((line.subject, line.subject_id), f"#{line.subject_id}")
    if line.people:
        count = len(line.people)
        return ngettext("%(count)d người", "%(count)d người", count) % {"count": count}
    return str(line.detail)


SUBJECT_WORDS = {
    "access": gettext_lazy("nhật ký truy cập"),
    "batch": gettext_lazy("lô dữ liệu"),
    "breach": gettext_lazy("sự cố dữ liệu"),
    "erasure": gettext_lazy("xóa danh tính"),
    "grant": gettext_lazy("lần mở khẩn cấp"),
    "page": gettext_lazy("trang"),
    "rows": gettext_lazy("dòng không danh tính"),
    "request": gettext_lazy("yêu cầu của người bệnh"),
    "person": gettext_lazy("người bệnh"),
    "tumour": gettext_lazy("ca bệnh"),
    "staff": gettext_lazy("tài khoản"),
}
SUBJECT_KINDS = {"person": "people.person", "tumour": "registry.tumour"}
