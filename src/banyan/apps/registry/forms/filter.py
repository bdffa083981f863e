from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.apps.people.choices import Sex
from banyan.apps.registry.choices import CheckState, RecordStatus
from banyan.apps.registry.queries.tumour import CaseFilter
from banyan.science.coding import SITE_GROUPS
from banyan.science.coding.names import site_name

ALL = ("", _("tất cả"))
SORTS = (
    ("date", _("mới mắc trước")),
    ("oldest", _("mắc lâu nhất trước")),
    ("name", _("theo tên")),
    ("number", _("theo số ca")),
)


def list_sites() -> list[tuple[str, Any]]:
    return [ALL, *((group.key, site_name(group.key, get_language())) for group in SITE_GROUPS)]


class CaseFilterForm(forms.Form):
    """The filters of the list of cases; the address is their state."""

    q = forms.CharField(label=_("Họ tên, số ca, căn cước"), max_length=80, required=False)
    site = forms.ChoiceField(label=_("Nhóm vị trí"), choices=list_sites, required=False)
    year = forms.IntegerField(label=_("Năm mắc"), min_value=1900, max_value=2200, required=False)
    sex = forms.ChoiceField(label=_("Giới"), choices=[ALL, *Sex.choices], required=False)
    status = forms.ChoiceField(
        label=_("Tình trạng"),
        choices=[ALL, *(choice for choice in RecordStatus.choices if choice[0] != RecordStatus.DELETED)],
        required=False,
    )
    check_state = forms.ChoiceField(label=_("Kiểm tra"), choices=[ALL, *CheckState.choices], required=False)
    ward = forms.CharField(label=_("Mã phường"), max_length=8, required=False)
    sort = forms.ChoiceField(label=_("Sắp xếp"), choices=SORTS, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].localize = False
        self.fields["year"].widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 6})
        self.fields["ward"].widget.attrs["size"] = 6

    def wanted(self) -> CaseFilter:
        """Return the filter; what cannot be read narrows nothing."""
        self.full_clean()
        facts = self.cleaned_data
        return CaseFilter(
            text=facts.get("q", ""),
            site=facts.get("site", ""),
            year=facts.get("year"),
            sex=facts.get("sex", ""),
            status=facts.get("status", ""),
            check_state=facts.get("check_state", ""),
            ward=facts.get("ward", ""),
            sort=facts.get("sort") or "date",
        )
