"""Codes and values in words, in the reader's language."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.rules.figures import format_date
from banyan.apps.people.choices import Sex, VitalStatus
from banyan.apps.registry.choices import CheckState, RecordStatus
from banyan.apps.registry.rules.columns import BY_NAME
from banyan.science.coding import icd10_name, morphology_name, topography_name
from banyan.science.coding.names import choice_name, site_name

CHECK_STATUS = {
    CheckState.OK: "ok",
    CheckState.RARE: "warn",
    CheckState.QUERY: "warn",
    CheckState.INVALID: "urgent",
}
ENUMS = {"sex": Sex, "vital_status": VitalStatus, "status": RecordStatus, "check_state": CheckState}
CHOICES = {"laterality", "grade", "basis", "behaviour", "stage", "edition"}
OTHER_LABELS: dict[str, Promise] = {
    "status": _("Tình trạng ca"),
    "check_state": _("Kiểm tra"),
    "icd10": _("ICD-10"),
    "iccc3": _("ICCC-3"),
    "site": _("Nhóm vị trí"),
    "ci5": _("Nhóm CI5"),
    "incidence_precision": _("Độ đầy đủ của ngày mắc"),
    "birth_precision": _("Độ đầy đủ của ngày sinh"),
    "death_precision": _("Độ đầy đủ của ngày mất"),
    "dco": _("Chỉ có giấy báo tử (DCO)"),
    "dci": _("Bắt đầu từ giấy báo tử (DCI)"),
    "sources": _("Số nguồn"),
    "stage_system": _("Bảng giai đoạn"),
    "tables_version": _("Bộ bảng mã"),
    "person": _("Người bệnh"),
    "number": _("Số ca"),
    "death_source": _("Nguồn tin tử vong"),
}


def label_field(name: str) -> str:
    field = BY_NAME.get(name)
    return str(field.label if field else OTHER_LABELS.get(name, name))


def name_code(field: str, code: str, *, behaviour: str = "") -> str:
    """Return what a code means, or nothing where it says all itself."""
    language = get_language()
    if not code:
        return ""
    if field == "topography":
        return topography_name(code, language)
    if field == "morphology":
        return morphology_name(f"{code}/{behaviour}" if behaviour else code, language)
    if field in CHOICES:
        name = choice_name(field, code, language)
        return "" if name == code else name
    return ""


def say_value(field: str, value: Any) -> str:
    """Return a stored value as a person reads it."""
    if value is None or value == "":
        return str(_("trống"))
    if isinstance(value, bool):
        return str(_("có") if value else _("không"))
    if isinstance(value, date) or field.endswith("_date"):
        return format_date(value if isinstance(value, date) else date.fromisoformat(value))
    if field in ENUMS:
        return str(ENUMS[field](value).label)
    name = name_value(field, str(value))
    return f"{value} · {name}" if name else str(value)


def name_value(field: str, value: str) -> str:
    if field == "site":
        return site_name(value, get_language())
    return icd10_name(value, get_language()) if field == "icd10" else name_code(field, value)


def pick_language(vi: str, en: str) -> str:
    return vi if (get_language() or "vi").startswith("vi") else en
