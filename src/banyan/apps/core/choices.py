from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member of staff is at a facility, for a time."""

    NURSE = "nurse", _("Điều dưỡng trạm y tế")
    DOCTOR = "doctor", _("Bác sĩ")
    REGISTRAR = "registrar", _("Cán bộ ghi nhận ung thư")
    EPIDEMIOLOGIST = "epidemiologist", _("Nhà dịch tễ học")
    ADMINISTRATOR = "administrator", _("Quản trị viên")
    AUDITOR = "auditor", _("Người kiểm tra")
    OFFICER = "officer", _("Cán bộ bảo vệ dữ liệu")


class Capability(models.TextChoices):
    """What a role lets its holder do. Pages ask for a capability, never for a role."""

    VIEW_PERSONS = "view_persons", _("Xem hồ sơ có danh tính")
    VIEW_IDENTIFIERS = "view_identifiers", _("Xem đủ số căn cước và số thẻ bảo hiểm")
    EDIT_PERSONS = "edit_persons", _("Thêm và sửa người bệnh")
    MERGE_PERSONS = "merge_persons", _("Gộp và tách hồ sơ trùng")
    BREAK_GLASS = "break_glass", _("Mở khẩn cấp hồ sơ ngoài phạm vi")
    RECORD_CONSENT = "record_consent", _("Ghi đồng ý và yêu cầu của người bệnh")
    EDIT_CASES = "edit_cases", _("Sửa ca bệnh")
    IMPORT_CASES = "import_cases", _("Nhập dữ liệu từ tệp")
    VIEW_FIGURES = "view_figures", _("Xem số liệu gộp")
    VIEW_ROWS = "view_rows", _("Xem từng ca đã bỏ danh tính")
    MANAGE_STAFF = "manage_staff", _("Quản lý tài khoản và cơ sở")
    MANAGE_RIGHTS = "manage_rights", _("Giải quyết yêu cầu và sự cố dữ liệu cá nhân")
    REVIEW_ACCESS = "review_access", _("Duyệt lại các lần mở khẩn cấp")
    VIEW_HISTORY = "view_history", _("Xem lịch sử thay đổi và lượt xem")


class JobState(models.TextChoices):
    WAITING = "waiting", _("Chờ chạy")
    RUNNING = "running", _("Đang chạy")
    DONE = "done", _("Xong")
    FAILED = "failed", _("Hỏng")
    STOPPED = "stopped", _("Đã dừng")


class DatePrecision(models.TextChoices):
    """How much of a date is known. The stored date is the first day that it can be."""

    DAY = "day", _("đủ ngày")
    MONTH = "month", _("biết tháng")
    YEAR = "year", _("biết năm")


class FaultKind(models.TextChoices):
    """What happened to a line of the access log that is not what it was."""

    CHANGED = "changed", _("bị sửa")
    DELETED = "deleted", _("bị xoá")
    INSERTED = "inserted", _("bị chèn vào")


class AlertKind(models.TextChoices):
    """What an alert is about."""

    GLASS = "glass", _("mở khẩn cấp")
    RETENTION = "retention", _("đến hạn lưu giữ")
    BREACH = "breach", _("sự cố dữ liệu")
