from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import DatePrecision
from banyan.apps.core.presenters.identifier import show_number
from banyan.apps.core.rules import Viewer
from banyan.apps.core.rules.figures import format_date, format_moment
from banyan.apps.people.choices import (
    DeathSource,
    IdentifierKind,
    NameKind,
    ResidenceMethod,
    Sex,
    VitalStatus,
)
from banyan.apps.people.queries.history import Change, Edit

LABELS: Mapping[str, Promise] = {
    "full_name": _("Họ và tên"),
    "sex": _("Giới"),
    "birth_date": _("Ngày sinh"),
    "birth_precision": _("Biết ngày sinh đến đâu"),
    "citizen_id": _("Số căn cước"),
    "insurance_number": _("Số thẻ bảo hiểm y tế"),
    "identity_reason": _("Vì sao số căn cước khác hồ sơ"),
    "vital_status": _("Tình trạng sống"),
    "last_contact_date": _("Ngày có tin cuối"),
    "death_date": _("Ngày mất"),
    "death_precision": _("Biết ngày mất đến đâu"),
    "death_source": _("Nguồn tin tử vong"),
    "merged_into": _("Đã gộp vào hồ sơ khác"),
    "kind": _("Loại"),
    "paper_number": _("Số giấy tờ"),
    "issued_by": _("Nơi cấp, nước"),
    "stated_code": _("Mã phường, xã như đã ghi"),
    "ward_code": _("Mã phường, xã nay"),
    "method": _("Cách suy ra mã nay"),
    "address": _("Địa chỉ"),
    "start": _("Từ"),
    "start_precision": _("Biết ngày bắt đầu đến đâu"),
    "end": _("Đến"),
}
ENUMS: Mapping[str, Any] = {
    "sex": Sex,
    "vital_status": VitalStatus,
    "death_source": DeathSource,
    "method": ResidenceMethod,
    "birth_precision": DatePrecision,
    "death_precision": DatePrecision,
    "start_precision": DatePrecision,
}
KINDS_OF_RECORD: Mapping[str, tuple[Promise, Promise]] = {
    "person": (_("sửa danh tính"), _("thêm vào sổ")),
    "residence": (_("sửa nơi ở"), _("thêm nơi ở")),
    "name": (_("sửa tên khác"), _("thêm tên khác")),
    "identifier": (_("sửa giấy tờ"), _("thêm giấy tờ")),
}
NUMBERS = frozenset({"citizen_id", "insurance_number", "paper_number"})
KINDS = {**dict(NameKind.choices), **dict(IdentifierKind.choices)}


@dataclass(frozen=True, kw_only=True)
class EditView:
    who: str
    at: str
    what: str
    reason: str
    adds: bool
    changes: list[dict[str, str]]


def describe_conflict(changes: Iterable[Change], viewer: Viewer) -> list[dict[str, str]]:
    return [describe_change(change, viewer) for change in changes]


def describe_change(change: Change, viewer: Viewer) -> dict[str, str]:
    return {
        "who": change.who or gettext("hệ thống"),
        "field": str(LABELS.get(change.field, change.field)),
        "old": say_value(change.field, change.old, viewer),
        "new": say_value(change.field, change.new, viewer),
        "at": format_moment(change.at),
    }


def say_value(field: str, value: Any, viewer: Viewer) -> str:
    """Return a stored value as this viewer may read it."""
    if value is None or value == "":
        return gettext("trống")
    if field in NUMBERS:
        return show_number(value, viewer)
    if isinstance(value, date):
        return format_date(value)
    if field in ENUMS:
        return str(ENUMS[field](value).label)
    return gettext("có") if field == "merged_into" else str(KINDS.get(value, value))


def describe_history(edits: Iterable[tuple[str, Edit]], viewer: Viewer) -> list[EditView]:
    """Return the saves in words, each with what it was a save of."""
    return [
        EditView(
            who=edit.who or gettext("hệ thống"),
            at=format_moment(edit.at),
            what=str(KINDS_OF_RECORD[what][edit.adds]),
            reason=edit.reason,
            adds=edit.adds,
            changes=[describe_change(change, viewer) for change in edit.changes],
        )
        for what, edit in edits
    ]
