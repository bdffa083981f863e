from django.db import transaction
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access
from banyan.apps.people.models import Person, Restriction, RightsRequest
from banyan.apps.people.queries.restriction import open_restrictions


@transaction.atomic
def restrict_person(
    *, person: Person, reason: str, by: Viewer, request: RightsRequest | None = None
) -> Restriction:
    """Take a record out of ordinary use; of one that is out already, return that restriction."""
    Person.objects.select_for_update().get(pk=person.pk)
    restriction = open_restrictions().filter(person=person).first() or Restriction.objects.create(
        person=person, reason=reason, request=request, since=timezone.now(), set_by_id=by.staff_id
    )
    log_access(by=by, action="restrict", subject="person", subject_id=person.pk, people=[person.pk])
    return restriction


@transaction.atomic
def lift_restriction(*, person: Person, by: Viewer) -> int:
    """Put a record back into ordinary use; return how many restrictions ended (0 or 1)."""
    ended = 0
    for restriction in open_restrictions().filter(person=person).select_for_update():
        restriction.until = timezone.now()
        restriction.save(update_fields=["until"])
        ended += 1
    log_access(by=by, action="unrestrict", subject="person", subject_id=person.pk, people=[person.pk])
    return ended
