from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.apps.people.choices import RecordClass, RetentionAction


class RetentionForm(forms.Form):
    """How long one class of record is kept here."""

    record_class = forms.ChoiceField(label=_("Loại hồ sơ"), choices=RecordClass)
    years = forms.IntegerField(
        label=_("Giữ bao nhiêu năm"),
        min_value=1,
        max_value=200,
        widget=forms.NumberInput(attrs={"class": "short num"}),
    )
    action = forms.ChoiceField(label=_("Hết hạn thì"), choices=RetentionAction)
    source = forms.CharField(label=_("Căn cứ"), max_length=300)
