from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.core.rules.figures import format_moment
from banyan.apps.network.queries.facility import name_facility

# in words that a patient knows
DEEDS: Mapping[str, Any] = {
    "open": _("mở hồ sơ"),
    "view": _("mở hồ sơ"),
    "edit": _("mở để sửa"),
    "history": _("xem lịch sử sửa"),
    "seen": _("xem ai đã xem"),
    "list": _("thấy trong danh sách"),
    "search": _("thấy khi tìm"),
    "alike": _("thấy khi tìm người giống"),
    "export": _("tải về"),
}


@dataclass(frozen=True, kw_only=True)
class LookView:
    at: str
    who: str
    role: str
    place: str
    deed: str


def describe_looks(lines: Iterable[AccessLine], facilities: Mapping[int, Any]) -> list[LookView]:
    return [
        LookView(
            at=format_moment(line.at),
            who=getattr(line, "staff_name", ""),
            role=str(Role(line.role).label) if line.role in Role.values else line.role,
            place=name_place(facilities.get(line.facility_id)),
            deed=str(DEEDS.get(line.action, line.action)),
        )
        for line in lines
    ]


def name_place(facility: Any) -> str:
    return name_facility(facility) if facility else gettext("không rõ")
