from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

FORMATS = ["%d/%m/%Y %H:%M", "%d/%m/%Y", "%d%m%Y %H%M", "%d%m%Y", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]


class MomentField(forms.DateTimeField):
    """A day and an hour, day first, as the clock of the place has them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("ngày/tháng/năm giờ:phút, ví dụ 24/11/2026 08:30"))
        kwargs.setdefault("error_messages", {"invalid": _("Ghi như 24/11/2026 08:30.")})
        super().__init__(input_formats=FORMATS, **kwargs)
        self.widget = forms.DateTimeInput(format="%d/%m/%Y %H:%M")
        self.widget.attrs |= {"class": "short num", "autocomplete": "off"}
