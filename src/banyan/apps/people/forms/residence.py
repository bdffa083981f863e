from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.forms.fields import NO_DATE, PartialDate, PartialDateField
from banyan.apps.people.forms.person import DATE_HINT
from banyan.apps.people.models import Residence


class ResidenceForm(forms.Form):
    """A ward by code or by name, old or new; from when, as far as it is known."""

    ward = forms.CharField(
        label=_("Phường, xã"),
        max_length=80,
        required=False,
        help_text=_("Mã hoặc tên, cũ hay mới đều được: mã cũ được giữ và suy ra đơn vị nay."),
    )
    chosen = forms.CharField(
        label=_("Đơn vị nay, nếu phường cũ bị chia"),
        max_length=8,
        required=False,
        help_text=_("Mã của phường, xã mới. Để trống thì lấy đơn vị mặc định."),
    )
    address = forms.CharField(label=_("Số nhà, thôn, đường"), max_length=200, required=False)
    start = PartialDateField(label=_("Ở đây từ"), required=False, help_text=DATE_HINT)

    def clean(self) -> dict[str, Any]:
        super().clean()
        facts = self.cleaned_data
        if not facts.get("ward") and not facts.get("address"):
            self.add_error("ward", _("Ghi phường, xã hoặc địa chỉ."))
        start, end = (facts.get(name, NO_DATE).date for name in ("start", "end"))
        if start and end and end < start:
            self.add_error("end", _("Ngày đi trước ngày đến: xem lại một trong hai."))
        return facts


class CorrectResidenceForm(ResidenceForm):
    end = PartialDateField(label=_("Đến"), required=False)
    reason = forms.CharField(label=_("Vì sao sửa"), max_length=200)


def typed_of(residence: Residence) -> dict[str, Any]:
    return {
        "ward": residence.stated_code or residence.ward_code,
        "chosen": residence.ward_code if residence.method == "chosen" else "",
        "address": residence.address,
        "start": PartialDate(residence.start, residence.start_precision or "day" if residence.start else ""),
        "end": PartialDate(residence.end, "day" if residence.end else ""),
    }
