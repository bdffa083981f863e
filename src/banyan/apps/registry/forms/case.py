from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.forms.fields import PartialDate, PartialDateField, ReadField
from banyan.apps.people.choices import DatePrecision, Sex, VitalStatus
from banyan.apps.people.rules import read_citizen_id, read_insurance_number
from banyan.apps.registry.choices import NotificationKind
from banyan.apps.registry.rules.entry import UNKNOWN
from banyan.apps.registry.rules.values import (
    read_category,
    read_choice,
    read_edit_reason,
    read_morphology,
    read_stage,
    read_topography,
    read_ward,
)
from banyan.science.coding import Basis, CodeError, Edition, Morphology

PERSON = ("full_name", "sex", "citizen_id", "insurance_number", "vital_status")
PERSON_DATES = ("birth_date", "death_date")
IDENTITY = ("full_name", "sex", "birth_date", "citizen_id", "insurance_number")
FOLLOW_UP = ("vital_status", "last_contact_date", "death_date")
TUMOUR = ("topography", "laterality", "grade", "basis", "stage", "t", "n", "m", "ward_code")
CODED = ("topography", "morphology", "laterality", "grade", "basis", "stage")
LISTED = {**dict(zip(CODED, CODED, strict=True)), "ward_code": "ward", "reason": "reason"}
# where the page itself holds the list, for a browser without a script
SHORT = ("laterality", "grade", "basis", "stage", "reason")
# a list helps here, and other words may stand: a reason of one's own, stage IIIA
FREE = ("reason", "stage")
NEEDED = {
    "sex": _("Chọn giới; không rõ chọn 9."),
    "topography": _("Ghi vị trí u, thí dụ c504; không rõ nguyên phát gõ 9."),
    "morphology": _("Ghi hình thái học, thí dụ 85003; không rõ gõ 9."),
    "incidence_date": _("Ghi ngày mắc; chỉ biết năm thì ghi năm."),
}
VERSIONS = ("tumour_version", "person_version")


def read_basis(text: str) -> str:
    """Read a basis as it stands on paper: the words beside the field say how it was read."""
    return Basis.parse(text.replace(",", "."), None).code


def name_sexes() -> list[tuple[str, str]]:
    """Return the sexes with the code in front, so that its key chooses: 1, 2, 9."""
    return [(str(sex.value), f"{sex.value} {sex.label}") for sex in Sex]


class CaseForm(forms.Form):
    """A case as a registrar types it: the person, and one tumour."""

    full_name = forms.CharField(label=_("Họ và tên"), max_length=120, required=False)
    sex = forms.ChoiceField(label=_("Giới"), choices=Sex.choices)
    birth_date = PartialDateField(label=_("Ngày sinh"), required=False)
    citizen_id = ReadField(read_citizen_id, label=_("Số căn cước"), max_length=20, required=False)
    insurance_number = ReadField(
        read_insurance_number, label=_("Số thẻ bảo hiểm y tế"), max_length=20, required=False
    )
    ward_code = ReadField(read_ward, label=_("Mã phường, xã khi mắc"), max_length=8, required=False)
    vital_status = forms.ChoiceField(
        label=_("Tình trạng sống"), choices=VitalStatus.choices, initial=VitalStatus.ALIVE
    )
    last_contact_date = PartialDateField(label=_("Ngày có tin cuối"), required=False)
    death_date = PartialDateField(label=_("Ngày mất"), required=False)

    topography = ReadField(str, label=_("Vị trí"), max_length=6)
    laterality = ReadField(
        lambda text: read_choice(text, "0123459", "bên", "side"), label=_("Bên"), max_length=1, required=False
    )
    morphology = forms.CharField(label=_("Hình thái học"), max_length=8)
    grade = ReadField(
        lambda text: read_choice(text, "123456789", "độ mô học", "grade"),
        label=_("Độ mô học"),
        max_length=1,
        required=False,
    )
    basis = ReadField(read_basis, label=_("Cơ sở chẩn đoán"), max_length=3, required=False)
    incidence_date = PartialDateField(label=_("Ngày mắc"))
    stage = ReadField(read_stage, label=_("Giai đoạn"), max_length=12, required=False)
    t = ReadField(read_category, label="T", max_length=6, required=False)
    n = ReadField(read_category, label="N", max_length=6, required=False)
    m = ReadField(read_category, label="M", max_length=6, required=False)
    reason = ReadField(read_edit_reason, label=_("Vì sao sửa"), max_length=200, required=False)
    tumour_version = forms.IntegerField(widget=forms.HiddenInput)
    person_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, edition: str = Edition.ICDO32, **options: Any) -> None:
        super().__init__(*args, **options)
        self.edition = Edition(edition)
        self.fields["topography"].read = lambda text: read_topography(text, self.edition)  # type: ignore[attr-defined]
        for name, kind in LISTED.items():
            self.fields[name].widget.attrs |= {
                "data-code": kind,
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
            }
        for name, words in NEEDED.items():
            self.fields[name].error_messages["required"] = words
        for name in SHORT:
            self.fields[name].widget.attrs["list"] = f"codes-{name}"
        for name, value in UNKNOWN.items():
            self.fields[name].widget.attrs["data-unknown"] = value
        self.fields["sex"].choices = name_sexes()  # type: ignore[attr-defined]
        for name in FREE:
            self.fields[name].widget.attrs["data-free"] = ""

    def clean_morphology(self) -> Morphology:
        try:
            return read_morphology(self.cleaned_data["morphology"], self.edition)
        except CodeError as error:
            raise ValidationError(error.sentence.in_language(get_language() or "vi")) from error

    def clean_incidence_date(self) -> PartialDate:
        value: PartialDate = self.cleaned_data["incidence_date"]
        if value.date is None:
            raise ValidationError(_("Ghi ít nhất năm mắc; không có năm thì ca không thuộc năm nào."))
        return value

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        died = facts.get("death_date")
        if died and died.date and facts.get("vital_status") != VitalStatus.DEAD:
            facts["vital_status"] = VitalStatus.DEAD
        return facts

    def person_facts(self) -> dict[str, Any]:
        """Return the fields of the person, as `change_person` takes them."""
        facts = {name: self.cleaned_data[name] for name in PERSON}
        for name in PERSON_DATES:
            facts |= split_date(name, self.cleaned_data[name])
        return facts | {"last_contact_date": self.cleaned_data["last_contact_date"].date}

    def tumour_facts(self) -> dict[str, Any]:
        """Return the fields of the tumour, as `change_tumour` takes them."""
        facts = {name: self.cleaned_data[name] for name in TUMOUR}
        code = self.cleaned_data["morphology"]
        return (
            facts
            | split_date("incidence_date", self.cleaned_data["incidence_date"])
            | {"morphology": code.histology, "behaviour": code.behaviour}
        )


class NewCaseForm(CaseForm):
    """A case from paper: what kind of paper it was, and whether the person is in the register already."""

    kind = forms.ChoiceField(
        label=_("Loại giấy"), choices=NotificationKind.choices, initial=NotificationKind.DISCHARGE
    )
    person = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)
    new_reason = forms.CharField(
        label=_("Vì sao là người khác dù trùng số căn cước"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in (*VERSIONS, "reason"):
            del self.fields[name]
        # no sex stands chosen before somebody chose it
        self.fields["sex"].choices = [("", "–"), *name_sexes()]  # type: ignore[attr-defined]

    def clean_full_name(self) -> str:
        name: str = self.cleaned_data["full_name"].strip()
        if not name and not self.data.get("person"):
            raise ValidationError(_("Ghi họ tên người bệnh."))
        return name

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if self.data.get("person"):  # then the register says who it is, not the form
            for name in (*IDENTITY, *FOLLOW_UP):
                self.errors.pop(name, None)
        return facts

    def identity_facts(self) -> dict[str, Any]:
        """Return what was typed so far of who it is; what could not be read is left out."""
        self.full_clean()
        read = getattr(self, "cleaned_data", {})
        facts = {name: read[name] for name in IDENTITY if name in read and name != "birth_date"}
        return facts | split_date("birth_date", read.get("birth_date") or PartialDate(None, ""))


def split_date(name: str, value: PartialDate) -> dict[str, Any]:
    return {name: value.date, f"{name.removesuffix('_date')}_precision": value.precision}


def initial_of(tumour: Any) -> dict[str, Any]:
    """Return what the form shows of a case as it stands."""
    person = tumour.person
    facts = {name: getattr(person, name) for name in PERSON} | {
        name: getattr(tumour, name) for name in TUMOUR
    }
    return facts | {
        "birth_date": PartialDate(person.birth_date, person.birth_precision),
        "death_date": PartialDate(person.death_date, person.death_precision or DatePrecision.DAY),
        "last_contact_date": PartialDate(person.last_contact_date, DatePrecision.DAY),
        "incidence_date": PartialDate(tumour.incidence_date, tumour.incidence_precision),
        "morphology": f"{tumour.morphology}/{tumour.behaviour}" if tumour.morphology else "",
        "tumour_version": tumour.version,
        "person_version": person.version,
    }


def typed_of(data: Mapping[str, Any], use: str, value: str) -> dict[str, Any]:
    """Return what was typed with one field set to what a source says."""
    return {**{name: data[name] for name in data}, use: value}


class AnswerForm(forms.Form):
    """Why a rare or open finding is true all the same."""

    reason = forms.CharField(label=_("Lý do"), max_length=300)
