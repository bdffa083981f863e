"""What a registrar types is saved together: the person and the tumour, or neither."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.people.services.person import add_person, change_person, move_person, tidy
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.services.judging import rehearse
from banyan.apps.registry.services.tumour import add_tumour, change_tumour

Facts = Mapping[str, Any]


@transaction.atomic
def save_case(
    *,
    tumour: Tumour,
    person_facts: Facts,
    tumour_facts: Facts,
    versions: tuple[int, int],
    reason: str,
    by: Viewer,
) -> Tumour:
    """Save a case and its person, each under the version that was read (person, tumour).

    Raises EditConflict if somebody else changed either, ReasonMissing if a clinical value changes and
    `reason` is empty; then nothing is saved.
    """
    rehearse(tumour, {**tidy(dict(person_facts)), **tumour_facts}, timezone.localdate())
    change_person(person=tumour.person, changes=person_facts, version=versions[0], by=by, reason=reason)
    # the checks read the person as she is now
    fresh = Tumour.objects.select_related("person").get(pk=tumour.pk)
    return change_tumour(tumour=fresh, changes=tumour_facts, version=versions[1], reason=reason, by=by)


@transaction.atomic
def add_case(
    *,
    person: Any = None,
    person_facts: Facts,
    tumour_facts: Facts,
    kind: str,
    reason: str = "",
    by: Viewer,
) -> Tumour:
    """Add a case from paper, of a person who is in the register or, without one, of a new person.

    `reason` says why the person is a new one although another has her citizen number.
    """
    rehearse(
        Tumour(person=person, **tumour_facts),
        {} if person else tidy(dict(person_facts)),
        timezone.localdate(),
    )
    if person is None:
        with pghistory.context(reason=reason, staff=by.staff_id):
            person = add_person(by=by, **person_facts)
        if tumour_facts["ward_code"]:
            move_person(person=person, ward_code=tumour_facts["ward_code"], start=None, by=by)
    return add_tumour(person=person, by=by, kind=kind, **tumour_facts)
