from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.apps.core.rules.figures import format_date
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.people.choices import ConsentWay, Decision
from banyan.apps.people.models import Consent
from banyan.apps.people.queries.consent import PurposeState, current_text
from banyan.apps.people.rules.consent import BY_LAW

STATUS = {Decision.GIVEN: "ok", Decision.REFUSED: "warn", Decision.WITHDRAWN: "warn"}


@dataclass(frozen=True, kw_only=True)
class PurposeView:
    """One purpose on the page of consents."""

    key: str
    label: str
    text: str
    version: str
    status: str
    words: str
    allowed: bool
    history: list[str]
    form: forms.Form | None


def describe_purposes(states: Iterable[PurposeState], answers: Mapping[str, forms.Form]) -> list[PurposeView]:
    """Describe each purpose, with the form in `answers` that takes her word on it."""
    return [describe_purpose(state, answers.get(state.purpose)) for state in states]


def describe_purpose(state: PurposeState, form: forms.Form | None) -> PurposeView:
    text = current_text(state.purpose)
    status, words = tell_state(state)
    return PurposeView(
        key=state.purpose.value,
        label=str(state.purpose.label),
        text=text.text_en if get_language() == "en" else text.text_vi,
        version=text.version,
        status=status,
        words=words,
        allowed=state.allowed,
        history=[tell_word(word) for word in state.history],
        form=form,
    )


def tell_state(state: PurposeState) -> tuple[str, str]:
    if state.purpose in BY_LAW:
        return "info", _("theo luật, không hỏi đồng ý")
    if not state.newest:
        return "quiet", _("chưa hỏi")
    return STATUS[Decision(state.decision)], str(Decision(state.decision).label)


def tell_word(word: Consent) -> str:
    """Say one word of hers in a line: what, when, how, to whom, to which text."""
    parts = [
        str(Decision(word.decision).label),
        format_date(word.decided_on),
        str(ConsentWay(word.way).label),
        _("bản %(version)s") % {"version": word.text_version},
        f"{word.taken_by.full_name}, {name_facility(word.facility)}",
    ]
    return " · ".join([*parts, word.evidence] if word.evidence else parts)
