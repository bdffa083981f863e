from django.db import models
from django.utils.translation import gettext_lazy as _

ALL_SITES = "all"
WHOLE_CITY = "city"


class SexAsked(models.TextChoices):
    BOTH = "0", _("Cả hai giới")
    MALE = "1", _("Nam")
    FEMALE = "2", _("Nữ")


class StandardAsked(models.TextChoices):
    SEGI = "segi", _("Thế giới (Segi)")
    WHO = "who", _("Thế giới (WHO)")
    EUROPE = "european2013", _("Châu Âu 2013")
