from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.choices import ALL_SITES, WHOLE_CITY, SexAsked, StandardAsked
from banyan.apps.insight.queries.question import SEX_OF, Question, default_question, find_site, settle_sex
from banyan.apps.insight.queries.register import Register
from banyan.science.coding import site_groups


class PlainSelect(forms.Select):
    """A list of choices written at once: Django renders a template for each of the 126 wards."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        del renderer
        chosen = str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", words)
                for key, words in self.choices
            ),
        )
        written = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", written, options)


class QuestionForm(forms.Form):
    """The filters of a figures page, sent with GET: the address is the state. What is not stated is the default."""

    site = forms.ChoiceField(label=_("Vị trí u"), required=False, widget=PlainSelect)
    sex = forms.ChoiceField(label=_("Giới"), choices=SexAsked.choices, required=False)
    place = forms.ChoiceField(label=_("Nơi cư trú"), required=False, widget=PlainSelect)
    first = forms.TypedChoiceField(label=_("Từ năm"), coerce=int, required=False, empty_value=None)
    last = forms.TypedChoiceField(label=_("Đến năm"), coerce=int, required=False, empty_value=None)
    standard = forms.ChoiceField(label=_("Dân số chuẩn"), choices=StandardAsked.choices, required=False)
    skin = forms.TypedChoiceField(
        label=_("Tính cả ung thư da không phải u hắc tố (C44)"),
        choices=(("0", _("không")), ("1", _("có"))),
        required=False,
        empty_value="0",
    )
    early = forms.TypedChoiceField(
        label=_("Tính cả u bàng quang giai đoạn sớm (D09.0, D41.4)"),
        choices=(("0", _("không")), ("1", _("có"))),
        required=False,
        empty_value="0",
    )

    def __init__(
        self, register: Register, data: Any, *, by_ward: bool = True, every_year: bool = False
    ) -> None:
        """Offer what may be asked: without identified access, whole bands of years, and wards on some pages only."""
        self.told = register.disclosure
        self.default = default_question(register.years, every_year=every_year)
        self.register = register
        super().__init__(self._fill_defaults(data), auto_id="ask-%s")
        bands = self.told.bands if self.told else [(year, year) for year in register.years]
        first, last = ([(year, str(year)) for year in years] for years in zip(*bands, strict=True))
        places = list_places(register) if by_ward or not self.told else list_places(register)[:1]
        self._offer(site=list_sites(), place=places, first=first, last=last)
        for name, words in UNKNOWN.items():
            self.fields[name].error_messages["invalid_choice"] = words
        if self.told:
            years = say_bands(self.told.bands)
            self.fields["first"].error_messages["invalid_choice"] = years
            self.fields["last"].error_messages["invalid_choice"] = years
        if len(places) == 1 and register.wards.height:
            self.fields["place"].error_messages["invalid_choice"] = _(
                "Không có danh tính, trang này chỉ trả lời cho toàn thành phố."
            )

    def _offer(self, **choices: list[tuple[Any, str]]) -> None:
        for name, offered in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered

    def _fill_defaults(self, data: Any) -> dict[str, str]:
        """Show in the controls what is asked when nothing is stated."""
        stated = {name: data.get(name, "") for name in self.base_fields}
        defaults = {
            "site": self.default.site,
            "sex": self.default.sex,
            "place": self.default.place,
            "first": str(self.default.first),
            "last": str(self.default.last),
            "standard": self.default.standard,
            "skin": "0",
            "early": "0",
        }
        return {name: stated[name] or value for name, value in defaults.items()}

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        first, last = asked.get("first"), asked.get("last")
        if first and last and first > last:
            self.add_error("first", gettext("Năm đầu (%(first)s) sau năm cuối (%(last)s).") % asked)
        group = find_site(asked.get("site", ""))
        only = SEX_OF.get(group.sex) if group else None
        if group and only and asked.get("sex") not in (None, SexAsked.BOTH.value, only):
            words = {"site": group.name(get_language() or "vi"), "sex": SexAsked(only).label.lower()}
            self.add_error("sex", gettext("%(site)s: chỉ có ở %(sex)s.") % words)
        return asked

    @property
    def question(self) -> Question:
        """The question of a valid form."""
        asked = self.cleaned_data
        return settle_sex(
            Question(
                first=asked["first"],
                last=asked["last"],
                site=asked["site"],
                sex=asked["sex"],
                place=asked["place"],
                standard=asked["standard"],
                skin=asked["skin"] == "1",
                early=asked["early"] == "1",
            )
        )


def say_bands(bands: list[tuple[int, int]]) -> str:
    """Say which periods may be asked without identified access."""
    listed = ", ".join(f"{first}–{last}" for first, last in bands)
    return gettext(
        "Không có danh tính, số liệu được xem theo giai đoạn: %(periods)s, hoặc các giai đoạn liền nhau."
    ) % {"periods": listed}


UNKNOWN = {
    "site": _("Không có vị trí u “%(value)s”."),
    "sex": _("Giới là 0 (cả hai), 1 (nam) hoặc 2 (nữ), không phải “%(value)s”."),
    "place": _("Không có phường, xã nào mang mã “%(value)s”."),
    "first": _("Không có số liệu của năm “%(value)s”."),
    "last": _("Không có số liệu của năm “%(value)s”."),
    "standard": _("Không có dân số chuẩn “%(value)s”."),
    "skin": _("Chỉ nhận 0 hoặc 1, không phải “%(value)s”."),
    "early": _("Chỉ nhận 0 hoặc 1, không phải “%(value)s”."),
}


def list_sites() -> list[tuple[str, str]]:
    language = get_language() or "vi"
    groups = [
        (group.key, f"{group.name(language)} ({group.icd10.replace(' ', ', ')})") for group in site_groups()
    ]
    short = [(key, label if len(label) < 60 else label.split(" (")[0]) for key, label in groups]
    return [(ALL_SITES, gettext("Mọi vị trí")), *short]


def list_places(register: Register) -> list[tuple[str, str]]:
    wards = register.wards.sort("name").select("ward_code", "name").iter_rows()
    return [(WHOLE_CITY, gettext("Toàn thành phố")), *wards]
