from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.forms.day import DayField


class LooksForm(forms.Form):
    """What the access log is narrowed to; a part that makes no sense narrows nothing."""

    staff = forms.ChoiceField(label=_("Người xem"), required=False)
    number = forms.CharField(label=_("Số hồ sơ hoặc số ca"), required=False, max_length=40)
    first = DayField(label=_("Từ ngày"), required=False)
    last = DayField(label=_("Đến hết ngày"), required=False)

    def __init__(self, *args: Any, members: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = [("", _("mọi người")), *members]  # type: ignore[attr-defined]
        self.fields["number"].widget = forms.TextInput(attrs={"class": "num", "type": "search"})

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        facts = self.cleaned_data
        return {
            "staff": int(facts["staff"]) if facts.get("staff") else None,
            "number": facts.get("number") or "",
            "first": facts.get("first"),
            "last": facts.get("last"),
        }
