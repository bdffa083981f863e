from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.forms.fields import NO_DATE, PartialDate, PartialDateField, ReadField
from banyan.apps.people.choices import DeathSource, IdentifierKind, NameKind, Sex, VitalStatus
from banyan.apps.people.models import Person
from banyan.apps.people.queries.list import PersonFilter
from banyan.apps.people.rules import read_citizen_id, read_insurance_number
from banyan.apps.people.rules.identity import question_citizen_id, read_paper_number
from banyan.science.coding import CodeError

ALL = ("", _("tất cả"))
DATE_HINT = _("Ngày, tháng rồi năm: 24111968. Chỉ biết năm thì gõ 1968; biết tháng thì gõ 11/1968.")
PLAIN = (
    "full_name",
    "sex",
    "citizen_id",
    "insurance_number",
    "vital_status",
    "death_source",
    "identity_reason",
)
DATES = ("birth", "death")


class PersonFilterForm(forms.Form):
    """The filters of the list of people. What is looked for is kept here; the rest may stand in the address."""

    q = forms.CharField(label=_("Họ tên, số hồ sơ, căn cước, thẻ bảo hiểm"), max_length=120, required=False)
    year = forms.IntegerField(label=_("Năm sinh"), min_value=1880, max_value=2200, required=False)
    sex = forms.ChoiceField(label=_("Giới"), choices=[ALL, *Sex.choices], required=False)
    vital = forms.ChoiceField(label=_("Tình trạng sống"), choices=[ALL, *VitalStatus.choices], required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].localize = False
        self.fields["year"].widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 6})
        self.fields["q"].widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})

    def wanted(self) -> PersonFilter:
        """Return the filter; what cannot be read narrows nothing."""
        self.full_clean()
        facts = self.cleaned_data
        return PersonFilter(
            text=facts.get("q", "").strip(),
            birth_year=facts.get("year"),
            sex=facts.get("sex", ""),
            vital_status=facts.get("vital", ""),
        )

    def in_address(self) -> dict[str, str]:
        """Return what of the filter may stand in an address: nothing that names somebody."""
        self.full_clean()
        return {
            name: str(self.cleaned_data[name])
            for name in ("year", "sex", "vital")
            if self.cleaned_data.get(name)
        }


class PersonForm(forms.Form):
    """A person as somebody types her."""

    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sex = forms.ChoiceField(label=_("Giới"), choices=Sex.choices, initial=Sex.UNKNOWN)
    birth = PartialDateField(label=_("Ngày sinh"), required=False, help_text=DATE_HINT)
    citizen_id = ReadField(
        read_citizen_id,
        label=_("Số căn cước"),
        max_length=20,
        required=False,
        help_text=_("12 chữ số, hoặc 9 chữ số của chứng minh nhân dân cũ."),
    )
    insurance_number = ReadField(
        read_insurance_number,
        label=_("Số thẻ bảo hiểm y tế"),
        max_length=24,
        required=False,
        help_text=_("15 ký tự như trên thẻ, hoặc 10 số cuối."),
    )
    identity_reason = forms.CharField(
        label=_("Số căn cước đúng như giấy dù khác hồ sơ: vì sao"), max_length=200, required=False
    )
    vital_status = forms.ChoiceField(
        label=_("Tình trạng sống"), choices=VitalStatus.choices, initial=VitalStatus.ALIVE
    )
    last_contact = PartialDateField(label=_("Ngày có tin cuối"), required=False)
    death = PartialDateField(label=_("Ngày mất"), required=False)
    death_source = forms.ChoiceField(
        label=_("Nguồn tin tử vong"), choices=[("", "–"), *DeathSource.choices], required=False
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        facts = self.cleaned_data
        self.ask_identity()
        born, died = (facts.get(name, NO_DATE).date for name in ("birth", "death"))
        if born and died and died < born:
            self.add_error("death", _("Ngày mất trước ngày sinh: xem lại một trong hai."))
        return facts

    def ask_identity(self) -> None:
        """Ask about a number that does not fit; a reason is answer enough."""
        facts = self.cleaned_data
        born = facts.get("birth") or NO_DATE
        questions = question_citizen_id(
            facts.get("citizen_id", ""), facts.get("sex", ""), born.date.year if born.date else None
        )
        if not questions:
            facts["identity_reason"] = ""
        elif not facts.get("identity_reason"):
            for question in questions:
                self.add_error("citizen_id", question.in_language(get_language() or "vi"))
            self.add_error("identity_reason", _("Nếu giấy ghi đúng như vậy, ghi lý do ở đây rồi lưu lại."))

    def person_facts(self) -> dict[str, Any]:
        """Return the facts under the names that a person has."""
        facts: dict[str, Any] = {name: self.cleaned_data[name] for name in PLAIN}
        for name in DATES:
            facts[f"{name}_date"], facts[f"{name}_precision"] = self.cleaned_data[name]
        facts["last_contact_date"] = self.cleaned_data["last_contact"].date
        if facts["vital_status"] != VitalStatus.DEAD and not facts["death_date"]:
            facts["death_source"] = ""
        return facts


class NewPersonForm(PersonForm):
    """A person who may be new, and where she lives."""

    ward_code = forms.CharField(label=_("Mã phường, xã nơi ở"), max_length=8, required=False)
    address = forms.CharField(label=_("Địa chỉ"), max_length=200, required=False)
    field_order = (
        "full_name", "birth", "sex", "citizen_id", "identity_reason", "insurance_number", "ward_code", "address",
    )  # fmt: skip


class EditPersonForm(PersonForm):
    """A person who is in the register: which version was read, and why she is changed."""

    keep_name = forms.BooleanField(label=_("Giữ tên trước khi sửa làm tên cũ, để vẫn tìm ra"), required=False)
    reason = forms.CharField(
        label=_("Vì sao sửa"),
        max_length=200,
        required=False,
        help_text=_("Bắt buộc khi đổi giới, ngày sinh, tình trạng sống hay ngày mất."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (
        "full_name", "keep_name", "birth", "sex", "citizen_id", "identity_reason", "insurance_number", "vital_status",
        "last_contact", "death", "death_source", "reason",
    )  # fmt: skip


def typed_of(person: Person) -> dict[str, Any]:
    """Return a person as her form shows her."""
    return {
        **{name: getattr(person, name) for name in PLAIN},
        "birth": PartialDate(person.birth_date, person.birth_precision),
        "death": PartialDate(person.death_date, person.death_precision),
        "last_contact": PartialDate(person.last_contact_date, "day" if person.last_contact_date else ""),
        "version": person.version,
    }


class AlikeForm(forms.Form):
    """What has been typed so far of somebody who may be in the register; half of it may be unreadable."""

    full_name = forms.CharField(max_length=120, required=False)
    birth = PartialDateField(required=False)
    birth_date = PartialDateField(required=False)
    sex = forms.CharField(max_length=1, required=False)
    citizen_id = ReadField(read_citizen_id, max_length=20, required=False)
    insurance_number = ReadField(read_insurance_number, max_length=24, required=False)

    def typed(self) -> dict[str, Any]:
        """Return what can be read so far, as `find_alike` takes it."""
        self.full_clean()
        facts: Mapping[str, Any] = self.cleaned_data
        born = next(
            (facts[name] for name in ("birth", "birth_date") if name in facts and facts[name].date),
            NO_DATE,
        )
        words = ("full_name", "sex", "citizen_id", "insurance_number")
        return {
            **{name: facts.get(name, "") for name in words},
            "birth_date": born.date,
            "birth_precision": born.precision,
        }


class OtherNameForm(forms.Form):
    kind = forms.ChoiceField(label=_("Là tên gì"), choices=NameKind.choices)
    full_name = forms.CharField(label=_("Họ và tên"), max_length=120)


class IdentifierForm(forms.Form):
    kind = forms.ChoiceField(label=_("Loại giấy"), choices=IdentifierKind.choices)
    paper_number = forms.CharField(label=_("Số"), max_length=24)
    issued_by = forms.CharField(label=_("Nơi cấp, nước"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        super().clean()
        facts = self.cleaned_data
        try:
            facts["paper_number"] = read_paper_number(facts.get("paper_number", ""), facts.get("kind", ""))
        except CodeError as error:
            self.add_error("paper_number", error.sentence.in_language(get_language() or "vi"))
        return facts
