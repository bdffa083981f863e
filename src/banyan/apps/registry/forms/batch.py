from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from banyan.apps.network.choices import WardEdition
from banyan.apps.registry.choices import DateStyle, NotificationKind
from banyan.apps.registry.models import Batch
from banyan.apps.registry.rules.columns import FIELDS, lacking

MOST_FILES = 20
EDITIONS = (("3.2", "ICD-O-3.2"), ("3.1", "ICD-O-3.1"), ("3", "ICD-O-3"), ("4", "ICD-O-4"))
SCHEMES = (
    ("iarc", _("IARC, CanReg5: 7 là mô học u nguyên phát, 6 là mô học di căn")),
    ("encr2022", _("ENCR 2022: 7.1 là mô học u nguyên phát, 8 là xét nghiệm gen")),
)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One file or several at a time."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list) else [data]
        cleaned = [super(ManyFilesField, self).clean(file, initial) for file in files]
        if len(cleaned) > MOST_FILES or sum(file.size for file in cleaned) > settings.UPLOAD_MOST:
            raise ValidationError(
                _("Mỗi lần gửi nhiều nhất %(files)d tệp, cộng lại không quá %(most)d MB; hãy chia nhỏ."),
                params={"files": MOST_FILES, "most": settings.UPLOAD_MOST >> 20},
            )
        return cleaned


class UploadForm(forms.Form):
    """A file that somebody sent."""

    files = ManyFilesField(  # type: ignore[assignment]
        label=_("Tệp"),
        help_text=_(
            "CSV, TSV, XLSX không macro, cũng nhận .gz và .zip. "
            "Với CanReg5, chọn cùng lúc ba tệp người bệnh, khối u, nguồn."
        ),
    )
    origin = forms.CharField(
        label=_("Ai gửi"),
        max_length=80,
        help_text=_("Tên này nhớ cách khớp cột cho lần sau, và phân biệt số hồ sơ của các nơi gửi."),
    )
    kind = forms.ChoiceField(
        label=_("Loại nguồn"), choices=NotificationKind.choices, initial=NotificationKind.DISCHARGE
    )


class UndoForm(forms.Form):
    """Why an import is taken back."""

    reason = forms.CharField(label=_("Lý do"), max_length=300)


class MappingForm(forms.Form):
    """Which column of the file is which of our fields, and how its values are written."""

    dates = forms.ChoiceField(
        label=_("Ngày trong tệp viết thế nào"), choices=DateStyle.choices, widget=forms.RadioSelect
    )
    basis_scheme = forms.ChoiceField(
        label=_("Mã cơ sở chẩn đoán theo bảng nào"), choices=SCHEMES, widget=forms.RadioSelect
    )
    edition = forms.ChoiceField(label=_("Tệp mã hóa theo ICD-O nào"), choices=EDITIONS)
    wards = forms.ChoiceField(
        label=_("Mã phường, xã trong tệp thuộc bộ nào"),
        choices=WardEdition.choices,
        initial=WardEdition.NEW,
        required=False,
        help_text=_("Mã cũ được giữ nguyên; mã mới suy theo bảng chuyển, phường bị chia lấy mặc định."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, batch: Batch) -> None:
        super().__init__(data, initial={"wards": WardEdition.NEW, **batch.reading, **batch.mapping})
        columns = [("", "–"), *((column, column) for column in batch.columns)]
        for field in FIELDS:
            self.fields[field.name] = forms.ChoiceField(
                label=str(field.label), choices=columns, required=False
            )

    def mapped(self) -> list[Any]:
        return [self[field.name] for field in FIELDS]

    def mapping(self) -> dict[str, str]:
        return {
            field.name: self.cleaned_data[field.name] for field in FIELDS if self.cleaned_data.get(field.name)
        }

    def reading(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("dates", "basis_scheme", "edition", "wards")}

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        for field in lacking({name: facts.get(name, "") for name in self.fields}):
            self.add_error(field.name, _("Chọn cột cho trường này; không có nó thì không đọc được ca nào."))
        return facts


class CorrectionForm(forms.Form):
    """The cells of one refused row, under our names, to be set right."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, mapping: Mapping[str, str], cells: Mapping[str, str]
    ) -> None:
        now = {field.name: cells.get(mapping[field.name], "") for field in FIELDS if field.name in mapping}
        super().__init__(now if data is None else data)
        for field in FIELDS:
            if field.name in mapping:
                self.fields[field.name] = forms.CharField(
                    label=str(field.label), required=False, max_length=200
                )

    def blame(self, reasons: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Put each reason at its field; return those that have none here."""
        self.is_valid()
        for field, words in reasons:
            if field in self.fields:
                self.add_error(field, words)
        return [(field, words) for field, words in reasons if field not in self.fields]
