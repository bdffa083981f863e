"""Fields that people type: partial dates, codes, numbers; unknown parts are nines."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from banyan.apps.core.rules.dates import NO_DATE, PartialDate, read_partial_date
from banyan.apps.core.rules.figures import format_date
from banyan.science.coding import CodeError

__all__ = ["NO_DATE", "PartialDate", "PartialDateField", "ReadField"]


class PartialDateField(forms.CharField):
    """24112026, 24/11/2026, 11/2026, 2026; 99 for a part that is not known, 9 for none of it. The month never comes first."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs |= {"class": "short num", "inputmode": "numeric", "autocomplete": "off"}
        self.widget.attrs.setdefault("data-date", "")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, PartialDate):
            return format_date(value.date, value.precision) if value.date else ""
        return value

    def clean(self, value: Any) -> PartialDate:
        text = super().clean(value)
        try:
            return read_partial_date(text)
        except CodeError as error:
            raise ValidationError(error.sentence.in_language(get_language() or "vi")) from error


class ReadField(forms.CharField):
    """A text that one of our readers brings into its form, or refuses in either language."""

    def __init__(self, read: Callable[[str], str], **options: Any) -> None:
        self.read = read
        super().__init__(**options)
        self.widget.attrs |= {"class": "num", "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return self.read(text)
        except CodeError as error:
            raise ValidationError(error.sentence.in_language(get_language() or "vi")) from error
