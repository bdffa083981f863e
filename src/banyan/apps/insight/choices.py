from django.db import models
from django.utils.translation import gettext_lazy as _

ALL_SITES = "all"
WHOLE_CITY = "city"
# What a place and period may be compared with, beside a ward by its code.
REST = "rest"
OTHER_PERIOD = "period"


class SexAsked(models.TextChoices):
    BOTH = "0", _("Cả hai giới")
    MALE = "1", _("Nam")
    FEMALE = "2", _("Nữ")


class StandardAsked(models.TextChoices):
    SEGI = "segi", _("Thế giới (Segi)")
    WHO = "who", _("Thế giới (WHO)")
    EUROPE = "european2013", _("Châu Âu 2013")


class DesignAsked(models.TextChoices):
    """Whose follow-up counts for survival."""

    COMPLETE = "complete", _("Người được chẩn đoán trong giai đoạn")
    COHORT = "cohort", _("Thuần tập theo dõi đủ 5 năm")
    PERIOD = "period", _("Theo dõi trong giai đoạn lịch")
