from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member of staff is at a facility, for a time."""

    REGISTRAR = "registrar", _("Cán bộ ghi nhận ung thư")
    EPIDEMIOLOGIST = "epidemiologist", _("Nhà dịch tễ học")
    ADMINISTRATOR = "administrator", _("Quản trị viên")
    AUDITOR = "auditor", _("Người kiểm tra")


class Capability(models.TextChoices):
    """What a role lets its holder do. Pages ask for a capability, never for a role."""

    VIEW_PERSONS = "view_persons", _("Xem hồ sơ có danh tính")
    EDIT_CASES = "edit_cases", _("Sửa ca bệnh")
    IMPORT_CASES = "import_cases", _("Nhập dữ liệu từ tệp")
    VIEW_FIGURES = "view_figures", _("Xem số liệu gộp")
    MANAGE_STAFF = "manage_staff", _("Quản lý tài khoản và cơ sở")
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
