import re
from calendar import isleap, monthrange
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ]?(\d{1,2})[/.\- ]?(\d{4})")


class DayField(forms.DateField):
    """A date, day first, that says what cannot be when it refuses: "Tháng 11 không có ngày 31"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"class": "short num", "inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(explain_refusal(str(value)), code="invalid") from None


def explain_refusal(text: str) -> str:
    """Return the sentence for a text that is no date."""
    found = DAY_FIRST.fullmatch(text.strip())
    if not found:
        return _("Ghi ngày, tháng rồi năm, ví dụ 24/11/2026.")
    day, month, year = map(int, found.groups())
    if not 1 <= month <= 12:
        return _("Không có tháng %(month)d. Ngày đứng trước, tháng đứng sau.") % {"month": month}
    if (day, month) == (29, 2) and not isleap(year):
        return _("Năm %(year)s không có ngày 29/2.") % {"year": year}
    if not 1 <= day <= monthrange(year or 1, month)[1]:
        return _("Tháng %(month)d không có ngày %(day)d.") % {"month": month, "day": day}
    return _("Ghi ngày, tháng rồi năm, ví dụ 24/11/2026.")
