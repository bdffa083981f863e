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
    """How a file writes its dates. The month comes first only where whoever maps the columns says so."""

    WRITTEN = "written", _("24/11/2026, 2026-11-24 hoặc 20261124")
    MONTH_FIRST = "month", _("tháng trước: 11/24/2026 (kiểu Mỹ)")
    DAYS = "days", _("số ngày kể từ 01/01/1970")
    SPREADSHEET = "excel", _("số ngày của bảng tính, kể từ năm 1900")


class BatchState(models.TextChoices):
    RECEIVED = "received", _("đã nhận tệp")
    MAPPED = "mapped", _("đã khớp cột")
    TRIED = "tried", _("đã chạy thử")
    ACCEPTED = "accepted", _("đã nhập")
    DROPPED = "dropped", _("đã bỏ lô")
    FAILED = "failed", _("không đọc được")
    UNDONE = "undone", _("đã rút lại")


class RowVerdict(models.TextChoices):
    """What accepting the batch would do with one row."""

    NEW = "new", _("mới")
    SAME = "same", _("đã biết, không thay đổi")
    CHANGED = "changed", _("đã biết, có thay đổi")
    REFUSED = "refused", _("không nhận")


class DraftForm(models.TextChoices):
    """The forms whose typing is kept until it is saved."""

    NEW_CASE = "new-case", _("Thêm ca từ giấy")
    CASE = "case", _("Sửa ca")
    ROW = "row", _("Sửa dòng bị từ chối")


class EditReason(models.TextChoices):
    """Why a saved value is changed: the usual reasons, each one key."""

    RESULT = "1", _("Có kết quả mới")
    MISTYPED = "2", _("Gõ nhầm, sửa theo giấy")
    COMPLETED = "3", _("Bổ sung thông tin còn thiếu")
    REREAD = "4", _("Đọc lại hồ sơ, tiêu bản")
    BOARD = "5", _("Hội chẩn kết luận lại")
    FOLLOW_UP = "6", _("Tin theo dõi người bệnh")
