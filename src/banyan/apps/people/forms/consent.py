from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.forms.day import DayField
from banyan.apps.people.choices import ConsentWay, Decision
from banyan.apps.people.rules.consent import may_decide


class ConsentForm(forms.Form):
    """What a person says of one purpose. Nothing is chosen beforehand, and no answer is easier to give than another."""

    decision = forms.ChoiceField(label=_("Người bệnh nói"), widget=forms.RadioSelect)
    way = forms.ChoiceField(label=_("Bằng cách nào"), choices=[("", _("chọn")), *ConsentWay.choices])
    decided_on = DayField(label=_("Ngày"))
    evidence = forms.CharField(
        label=_("Giấy tờ lưu ở đâu"),
        required=False,
        max_length=160,
        help_text=_("số phiếu, ngăn hồ sơ; không ghi tên"),
    )

    def __init__(self, data: Any = None, *, purpose: str, before: str) -> None:
        super().__init__(data, prefix=purpose)
        choices = [(value, label) for value, label in Decision.choices if may_decide(purpose, value, before)]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]
        self.fields["decided_on"].initial = timezone.localdate
