from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import polars as pl
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.forms.day import explain_refusal
from banyan.apps.core.rules.figures import format_date
from banyan.science.coding import CodeError
from banyan.science.files import parse_dates

DATE_HINT = _("Ngày, tháng rồi năm: 24111968. Chỉ biết năm thì gõ 1968; biết tháng thì gõ 11/1968.")


class PartialDate(NamedTuple):
    """A date as far as it is known."""

    date: date | None
    precision: str


NO_DATE = PartialDate(None, "")


class PartialDateField(forms.CharField):
    """24111968, 24/11/1968, 11/1968, 1968. The month never comes first."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", DATE_HINT)
        super().__init__(max_length=20, **options)
        self.widget.attrs |= {"class": "short num", "inputmode": "numeric", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, PartialDate):
            return format_date(value.date, value.precision) if value.date else ""
        return value

    def clean(self, value: Any) -> PartialDate:
        text = super().clean(value)
        if not text:
            return NO_DATE
        parsed = parse_dates(pl.Series([text]))
        if parsed.first_fault():
            raise ValidationError(explain_refusal(text))
        found = parsed.values[0]
        return PartialDate(found, parsed.precision[0]) if found else NO_DATE


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
