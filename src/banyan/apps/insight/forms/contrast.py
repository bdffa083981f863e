from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.choices import OTHER_PERIOD, REST, WHOLE_CITY
from banyan.apps.insight.forms.question import UNKNOWN, PlainSelect, QuestionForm, list_places, say_bands
from banyan.apps.insight.queries.contrast import Contrast, choose_other, settle_places
from banyan.apps.insight.queries.register import Register


class ContrastForm(QuestionForm):
    """A question, and what its answer is compared with: another period of the same place, or another place."""

    against = forms.ChoiceField(label=_("So với"), required=False, widget=PlainSelect)
    other_first = forms.TypedChoiceField(
        label=_("Giai đoạn khác, từ năm"), coerce=int, required=False, empty_value=None
    )
    other_last = forms.TypedChoiceField(label=_("đến năm"), coerce=int, required=False, empty_value=None)

    def __init__(self, register: Register, data: Any, *, by_ward: bool = True) -> None:
        super().__init__(register, data, by_ward=by_ward)
        wards = list_places(register)[1:]
        named = [(OTHER_PERIOD, gettext("Giai đoạn khác")), (REST, gettext("Phần còn lại của thành phố"))]
        self._offer(against=[*named, *wards])
        for end in ("first", "last"):
            mine, other = (self.fields[name] for name in (end, f"other_{end}"))
            other.choices = mine.choices  # type: ignore[attr-defined]
            other.error_messages["invalid_choice"] = say_bands(self.told.bands) if self.told else UNKNOWN[end]
        self.fields["against"].error_messages["invalid_choice"] = UNKNOWN["place"]

    def _fill_defaults(self, data: Any) -> dict[str, str]:
        """Who states nothing gets two periods; where the register has no second one, a ward and the rest of the city."""
        years, bands = self.register.years, self.told.bands if self.told else None
        if bands is None:
            self.default = replace(self.default, first=leave_years(years, self.default.first))
        filled = super()._fill_defaults(data)
        first, last = (read_year(filled[name], getattr(self.default, name)) for name in ("first", "last"))
        other = choose_other(first, last, years, bands)
        against = data.get("against", "") or OTHER_PERIOD
        wards = list_places(self.register)[1:]
        if other == (first, last) and wards and not data.get("against") and not data.get("other_first"):
            against = REST
            filled["place"] = data.get("place", "") or wards[0][0]
        more = {"against": against, "other_first": str(other[0]), "other_last": str(other[1])}
        return filled | {name: data.get(name, "") or value for name, value in more.items()}

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        against, place = asked.get("against"), asked.get("place")
        if against == OTHER_PERIOD:
            self._refuse_shared_years(asked)
        elif against == REST and place == WHOLE_CITY:
            self.add_error("against", gettext("Chọn một phường, xã để so với phần còn lại của thành phố."))
        elif against == place:
            self.add_error("against", gettext("Hai nơi là một: chọn nơi khác để so sánh."))
        return asked

    def _refuse_shared_years(self, asked: dict[str, Any]) -> None:
        """Two periods with a year in common hold the same cases: no test may take them as independent."""
        names = ("first", "last", "other_first", "other_last")
        if any(asked.get(name) is None for name in names):
            return
        first, last, other_first, other_last = (int(asked[name]) for name in names)
        if other_first > other_last:
            words = {"first": other_first, "last": other_last}
            self.add_error("other_first", gettext("Năm đầu (%(first)s) sau năm cuối (%(last)s).") % words)
        elif first <= other_last and other_first <= last:
            words = {"first": max(first, other_first), "last": min(last, other_last)}
            self.add_error(
                "other_first",
                gettext("Hai giai đoạn có chung các năm %(first)s–%(last)s: chọn hai giai đoạn rời nhau.")
                % words,
            )

    @property
    def question(self) -> Contrast:
        """The contrast of a valid form."""
        asked = self.cleaned_data
        plain = super().question
        return settle_places(
            Contrast(
                **vars(plain),
                against=asked["against"],
                other_first=asked["other_first"],
                other_last=asked["other_last"],
            )
        )


def leave_years(years: tuple[int, ...], first: int) -> int:
    """Return the first year of a default period that leaves others to compare with, if there are any."""
    return years[-(len(years) // 2)] if first == years[0] and len(years) > 1 else first


def read_year(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 else default
