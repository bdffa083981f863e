from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordStatus(models.TextChoices):
    PENDING = "pending", _("đang làm")
    CONFIRMED = "confirmed", _("đã xác nhận")
    DELETED = "deleted", _("đã bỏ")


class CheckState(models.TextChoices):
    """The worst thing the checks said and nobody has answered yet."""

    OK = "ok", _("đạt")
    RARE = "rare", _("hiếm")
    QUERY = "query", _("cần hỏi")
    INVALID = "invalid", _("lỗi")


class NotificationKind(models.TextChoices):
    PATHOLOGY = "pathology", _("Giải phẫu bệnh")
    DISCHARGE = "discharge", _("Bệnh án ra viện")
    INSURANCE = "insurance", _("Bảo hiểm y tế")
    CLINIC = "clinic", _("Phòng khám")
    DEATH = "death", _("Giấy báo tử")
    REGISTRY = "registry", _("Sổ ghi nhận khác")


class FileRole(models.TextChoices):
    TABLE = "table", _("bảng ca bệnh")
    PATIENT = "patient", _("CanReg5: người bệnh")
    TUMOUR = "tumour", _("CanReg5: khối u")
    SOURCE = "source", _("CanReg5: nguồn")


class DateStyle(models.TextChoices):
    """How a file writes its dates. The month never comes first."""

    WRITTEN = "written", _("24/11/2026, 2026-11-24 hoặc 20261124")
    DAYS = "days", _("số ngày kể từ 01/01/1970")


class BatchState(models.TextChoices):
    RECEIVED = "received", _("đã nhận tệp")
    MAPPED = "mapped", _("đã khớp cột")
    TRIED = "tried", _("đã chạy thử")
    ACCEPTED = "accepted", _("đã nhập")
    DROPPED = "dropped", _("đã bỏ lô")
    FAILED = "failed", _("không đọc được")


class RowVerdict(models.TextChoices):
    """What accepting the batch would do with one row."""

    NEW = "new", _("mới")
    SAME = "same", _("đã biết, không thay đổi")
    CHANGED = "changed", _("đã biết, có thay đổi")
    REFUSED = "refused", _("không nhận")
