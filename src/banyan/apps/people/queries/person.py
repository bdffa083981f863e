from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Right

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Attendance, Person
from banyan.apps.people.queries.history import Edit, history_of
from banyan.apps.people.rules import read_number
from banyan.science.linkage.names import fold_name

INSURANCE_KEY = 10


def visible_people(viewer: Viewer) -> QuerySet[Person]:
    """Return whom the viewer may see by name: the whole city, or who attended her facility.

    A record that was merged into another is nobody any more.
    """
    living = Person.objects.filter(merged_into__isnull=True)
    if not viewer.can(Capability.VIEW_PERSONS):
        return living.none()
    if viewer.whole_city:
        return living
    known_here = Attendance.objects.filter(person=OuterRef("pk"), facility_id=viewer.facility_id)
    return living.filter(Exists(known_here))


def search_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Narrow to names that hold every word of `text`, with accents or without, or to an exact number."""
    wanted = text.strip()
    if number := read_number(wanted):
        return people.filter(pk__in=owners_of(number))
    for word in fold_name(wanted).split():
        people = people.filter(folded_name__contains=word)
    return people


def owners_of(number: str) -> list[int]:
    """Return the records with this number as citizen id, insurance number or any other; each look-up is an index."""
    by_key = Person.objects.alias(key=Right("insurance_number", 10)).filter(key=number[-10:])
    probes = [
        Person.objects.filter(number=number),
        Person.objects.filter(citizen_id=number),
        by_key.exclude(insurance_number="") if len(number) >= INSURANCE_KEY else Person.objects.none(),
        Person.objects.filter(identifiers__paper_number=number),
    ]
    found = probes[0].values_list("pk").union(*(probe.values_list("pk") for probe in probes[1:]))
    return [pk for (pk,) in found]


def person_history(pk: int) -> list[Edit]:
    """Return the saves of a person, the newest first."""
    return history_of(Person, pk)
