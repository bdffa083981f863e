from django.db.models import QuerySet

from banyan.apps.people.models import Restriction


def open_restrictions() -> QuerySet[Restriction]:
    """Return the restrictions in force."""
    return Restriction.objects.filter(until__isnull=True)


def restricted_ids() -> set[int]:
    """Return the people whose records are out of ordinary use now."""
    return set(open_restrictions().values_list("person_id", flat=True))


def is_restricted(person_id: int) -> bool:
    return open_restrictions().filter(person_id=person_id).exists()
