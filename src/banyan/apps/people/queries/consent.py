"""What people said about the use of their data. Rooms above ask here before they use any."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from banyan.apps.people.choices import Purpose
from banyan.apps.people.models import Consent, ConsentText
from banyan.apps.people.queries.restriction import is_restricted, restricted_ids
from banyan.apps.people.rules.consent import (
    AFTER_CONSENT,
    FIRST_TEXTS,
    FIRST_TEXTS_SINCE,
    FIRST_VERSION,
    NO,
    allows_use,
)


@dataclass(frozen=True, kw_only=True)
class PurposeState:
    """Where one purpose stands for one person: the newest word on it, none at first, and what follows."""

    purpose: Purpose
    newest: Consent | None
    allowed: bool
    history: list[Consent]

    @property
    def decision(self) -> str:
        return self.newest.decision if self.newest else ""


def consents_of(person_id: int) -> list[PurposeState]:
    """Return every purpose with the words of the person on it, the newest first."""
    words = Consent.objects.filter(person_id=person_id).select_related("taken_by", "facility")
    by_purpose: dict[str, list[Consent]] = {}
    for word in words:
        by_purpose.setdefault(word.purpose, []).append(word)
    restricted = is_restricted(person_id)
    return [describe_purpose(purpose, by_purpose.get(purpose, []), restricted) for purpose in Purpose]


def describe_purpose(purpose: Purpose, history: list[Consent], restricted: bool) -> PurposeState:  # noqa: FBT001 -- private step
    newest = history[0] if history else None
    decision = newest.decision if newest else ""
    allowed = allows_use(purpose, decision, restricted=restricted)
    return PurposeState(purpose=purpose, newest=newest, allowed=allowed, history=history)


def newest_words(purpose: str) -> QuerySet[Consent]:
    """Return the newest word of each person on one purpose."""
    newest = (
        Consent.objects.filter(purpose=purpose).order_by("person", "-decided_on", "-id").distinct("person")
    )
    return Consent.objects.filter(pk__in=newest.values("pk")).order_by()


def newest_decision(person_id: int, purpose: str) -> str:
    word = Consent.objects.filter(person_id=person_id, purpose=purpose).first()
    return word.decision if word else ""


def may_use(person_id: int, purpose: str) -> bool:
    """Say whether this person's data may be used for that purpose now."""
    return allows_use(purpose, newest_decision(person_id, purpose), restricted=is_restricted(person_id))


def refused_ids(purpose: str) -> set[int]:
    """Return the people whose data must stay out of that use: they said no, or their record is restricted."""
    said_no = newest_words(purpose).filter(decision__in=NO).values_list("person_id", flat=True)
    return {*said_no, *restricted_ids()}


def usable_ids(purpose: str, people: Iterable[int]) -> set[int]:
    """Return those of `people` whose data may be used for that purpose."""
    asked = set(people)
    if purpose not in AFTER_CONSENT:
        return asked - refused_ids(purpose)
    given = newest_words(purpose).filter(person_id__in=asked).exclude(decision__in=NO)
    return set(given.values_list("person_id", flat=True)) - set(restricted_ids())


def current_text(purpose: str) -> ConsentText:
    """Return what a person is told on one purpose today: the site's newest words, else Banyan's own."""
    own = ConsentText.objects.filter(purpose=purpose).first()
    if own:
        return own
    vietnamese, english = FIRST_TEXTS[Purpose(purpose)]
    return ConsentText(
        purpose=purpose,
        version=FIRST_VERSION,
        text_vi=vietnamese,
        text_en=english,
        since=FIRST_TEXTS_SINCE,
    )
