from datetime import date

from django.db import transaction
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Consent, ConsentText, Person
from banyan.apps.people.queries.consent import newest_decision
from banyan.apps.people.rules.consent import may_decide


class NotAsked(Exception):
    """A word that has no place: the law orders the use, nothing was given that could be withdrawn, or it is known."""


@transaction.atomic
def record_consent(
    *,
    person: Person,
    purpose: str,
    decision: str,
    way: str,
    text_version: str,
    by: Viewer,
    decided_on: date | None = None,
    evidence: str = "",
) -> Consent:
    """Write down what a person said of one purpose. Raises NotAsked where that word has no place."""
    Person.objects.select_for_update().get(
        pk=person.pk
    )  # two words at once would both follow the same one before
    if not may_decide(purpose, decision, newest_decision(person.pk, purpose)):
        raise NotAsked
    return Consent.objects.create(
        person=person,
        purpose=purpose,
        decision=decision,
        way=way,
        text_version=text_version,
        decided_on=decided_on or timezone.localdate(),
        evidence=evidence,
        taken_by_id=by.staff_id,
        facility_id=by.facility_id,
    )


@transaction.atomic
def add_consent_text(*, purpose: str, version: str, text_vi: str, text_en: str, since: date) -> ConsentText:
    """Put new words before people from a day on; what they said to the old words stays as it was."""
    return ConsentText.objects.create(
        purpose=purpose, version=version, text_vi=text_vi, text_en=text_en, since=since
    )
