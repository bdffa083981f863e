from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.forms.moment import MomentField
from banyan.apps.people.choices import BreachKind

AREA = forms.Textarea(attrs={"rows": 3})


def refuse_future(value: Any) -> None:
    if value > timezone.now():
        raise ValidationError(_("Giờ này chưa tới."))


class BreachForm(forms.Form):
    """What is known when the breach is detected; the rest follows."""

    detected_at = MomentField(label=_("Phát hiện lúc"), validators=[refuse_future], initial=timezone.now)
    happened_at = MomentField(label=_("Xảy ra lúc"), required=False, validators=[refuse_future])
    kind = forms.ChoiceField(label=_("Loại sự cố"), choices=[("", _("chọn")), *BreachKind.choices])
    what = forms.CharField(
        label=_("Chuyện gì đã xảy ra"), widget=AREA, help_text=_("không ghi tên người bệnh")
    )
    whose = forms.CharField(label=_("Dữ liệu của ai"), max_length=300)
    people_count = forms.IntegerField(
        label=_("Khoảng bao nhiêu người"),
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "short num"}),
    )


class MeasuresForm(forms.Form):
    people_count = forms.IntegerField(
        label=_("Số người"),
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "short num"}),
    )
    consequences = forms.CharField(label=_("Hậu quả"), required=False, widget=AREA)
    measures = forms.CharField(label=_("Đã và đang làm gì"), required=False, widget=AREA)


class ToldForm(forms.Form):
    at = MomentField(label=_("Báo lúc"), validators=[refuse_future], initial=timezone.now)
    late_reason = forms.CharField(label=_("Nếu muộn: lý do"), required=False, max_length=300)


class PeopleToldForm(forms.Form):
    at = MomentField(label=_("Báo người bệnh lúc"), validators=[refuse_future], initial=timezone.now)
