from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """Levels of care after the Law on Medical Examination and Treatment, 15/2023/QH15."""

    INITIAL = 1, _("ban đầu")
    BASIC = 2, _("cơ bản")
    SPECIALISED = 3, _("chuyên sâu")


class FacilityKind(models.TextChoices):
    STATION = "station", _("Trạm y tế")
    HOSPITAL = "hospital", _("Bệnh viện")
    REGISTRY = "registry", _("Trung tâm ghi nhận ung thư")
    AUTHORITY = "authority", _("Sở Y tế")


class StaffKind(models.TextChoices):
    """A machine has keys instead of a password, and no page opens to it."""

    PERSON = "person", _("người")
    MACHINE = "machine", _("máy")


class LinkPurpose(models.TextChoices):
    INVITE = "invite", _("mời")
    RESET = "reset", _("đặt lại mật khẩu")


class WardEdition(models.TextChoices):
    """The set of ward codes that a code belongs to: codes were re-used for other places in 2025."""

    OLD = "before-2025-07", _("trước 01/07/2025")
    NEW = "2025-07", _("từ 01/07/2025")


class LinkRelation(models.TextChoices):
    WHOLE = "whole", _("toàn bộ")
    PART = "part", _("một phần")


class Sex(models.TextChoices):
    MALE = "1", _("nam")
    FEMALE = "2", _("nữ")
    UNKNOWN = "9", _("không rõ")
