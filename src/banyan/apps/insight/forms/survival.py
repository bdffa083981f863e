from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.apps.insight.choices import DesignAsked
from banyan.apps.insight.forms.question import QuestionForm
from banyan.apps.insight.queries.design import SurvivalQuestion


class SurvivalForm(QuestionForm):
    """A question, and whose follow-up is to answer it."""

    design = forms.ChoiceField(
        label=_("Tính theo"),
        choices=DesignAsked.choices,
        required=False,
        error_messages={"invalid_choice": _("Không có cách tính “%(value)s”.")},
    )

    def _fill_defaults(self, data: Any) -> dict[str, str]:
        stated = data.get("design", "") or DesignAsked.COMPLETE.value
        return super()._fill_defaults(data) | {"design": stated}

    @property
    def question(self) -> SurvivalQuestion:
        """The question of a valid form, with its design."""
        return SurvivalQuestion(**vars(super().question), design=self.cleaned_data["design"])
