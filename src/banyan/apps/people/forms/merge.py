from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.apps.people.rules.merging import UNITS
from banyan.apps.people.services.unmerge import BEFORE, NOW

KEPT, GONE = "kept", "gone"


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=300)


class MergeForm(ReasonForm):
    """For each fact in which two records differ: whose stands."""

    kept_version = forms.IntegerField(widget=forms.HiddenInput)
    gone_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, units: Iterable[str] = (), proposed: Iterable[str] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for unit in units:
            self.fields[unit] = forms.ChoiceField(
                choices=[(KEPT, ""), (GONE, "")],
                initial=GONE if unit in set(proposed) else KEPT,
                widget=forms.RadioSelect,
            )

    def taken(self) -> list[str]:
        return [unit for unit in UNITS if self.cleaned_data.get(unit) == GONE]


class UndoForm(ReasonForm):
    """For each fact that was changed after a merge: what it was before, or what it is now."""

    def __init__(
        self, *args: Any, units: Iterable[str] = (), labels: dict[str, Any] | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for unit in units:
            self.fields[unit] = forms.ChoiceField(
                label=(labels or {}).get(unit, unit),
                choices=[(BEFORE, _("như trước khi gộp")), (NOW, _("giữ như hiện nay"))],
                widget=forms.RadioSelect,
            )

    def decisions(self) -> dict[str, str]:
        return {unit: self.cleaned_data[unit] for unit in UNITS if unit in self.cleaned_data}
