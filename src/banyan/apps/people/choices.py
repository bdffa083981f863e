from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import DatePrecision
from banyan.apps.network.choices import Sex, WardEdition

__all__ = ["DatePrecision", "DeathSource", "ResidenceMethod", "Sex", "VitalStatus", "WardEdition"]


class VitalStatus(models.TextChoices):
    ALIVE = "alive", _("còn sống")
    DEAD = "dead", _("đã mất")
    LOST = "lost", _("mất tin")
    EMIGRATED = "emigrated", _("đã chuyển đi")


class DeathSource(models.TextChoices):
    CERTIFICATE = "certificate", _("giấy báo tử")
    COMMUNE = "commune", _("sổ tử vong xã, phường (A6)")
    HOSPITAL = "hospital", _("bệnh viện")
    FAMILY = "family", _("gia đình")


class ResidenceMethod(models.TextChoices):
    """How the code of the new ward was found from what was written."""

    STATED = "stated", _("ghi theo mã mới")
    WHOLE = "whole", _("phường cũ nhập trọn")
    DEFAULT = "default", _("phường cũ bị chia, lấy mặc định")
    CHOSEN = "chosen", _("phường cũ bị chia, người chọn")
    UNKNOWN = "unknown", _("không rõ")


class IdentifierKind(models.TextChoices):
    """A number by which a person is or was known beside her citizen id and her insurance number."""

    OLD_CARD = "old-card", _("chứng minh nhân dân 9 số")
    PASSPORT = "passport", _("hộ chiếu")
    OTHER = "other", _("giấy tờ khác")


class NameKind(models.TextChoices):
    ALIAS = "alias", _("tên gọi khác")
    FORMER = "former", _("tên cũ")


class PairState(models.TextChoices):
    """Two records that may be one person: what somebody has decided, once."""

    OPEN = "open", _("chờ xem")
    SAME = "same", _("là một người")
    DIFFERENT = "different", _("là hai người")
