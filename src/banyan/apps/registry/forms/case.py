from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.apps.people.choices import DatePrecision, Sex, VitalStatus
from banyan.apps.people.rules import read_citizen_id, read_insurance_number
from banyan.apps.registry.choices import NotificationKind
from banyan.apps.registry.forms.fields import PartialDate, PartialDateField, ReadField
from banyan.apps.registry.rules.values import read_category, read_choice, read_stage, read_ward
from banyan.science.coding import Basis, BasisScheme, CodeError, Edition, Morphology, Topography

PERSON = ("full_name", "sex", "citizen_id", "insurance_number", "vital_status")
PERSON_DATES = ("birth_date", "death_date")
TUMOUR = ("topography", "laterality", "grade", "basis", "stage", "t", "n", "m", "ward_code")
CODE = {"data-code": "", "autocomplete": "off", "spellcheck": "false"}


def read_basis(text: str) -> str:
    return Basis.parse(text.replace(",", "."), BasisScheme.ENCR2022).code


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

    topography = ReadField(lambda text: Topography.parse(text).code, label=_("Vị trí"), max_length=6)
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
    reason = forms.CharField(label=_("Vì sao sửa"), max_length=200, required=False)
    tumour_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    person_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, edition: str = Edition.ICDO32, **options: Any) -> None:
        super().__init__(*args, **options)
        self.edition = Edition(edition)
        self.fields["topography"].read = lambda text: Topography.parse(text, self.edition).code  # type: ignore[attr-defined]
        for name in ("topography", "morphology", "laterality", "grade", "basis", "stage"):
            self.fields[name].widget.attrs.update(CODE | {"data-code": name})

    def clean_morphology(self) -> Morphology:
        try:
            return Morphology.parse(self.cleaned_data["morphology"], edition=self.edition)
        except CodeError as error:
            raise ValidationError(error.sentence.in_language(get_language() or "vi")) from error

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
    """A case from paper: the same, with what kind of paper it was."""

    kind = forms.ChoiceField(
        label=_("Loại giấy"), choices=NotificationKind.choices, initial=NotificationKind.DISCHARGE
    )

    def clean_full_name(self) -> str:
        name: str = self.cleaned_data["full_name"].strip()
        if not name:
            raise ValidationError(_("Ghi họ tên người bệnh."))
        return name


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
