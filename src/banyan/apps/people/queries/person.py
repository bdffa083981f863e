from django.db.models import Q, QuerySet
from django.db.models.functions import Right

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Attendance, Person
from banyan.apps.people.queries.glass import granted_ids
from banyan.apps.people.queries.history import Edit, history_of
from banyan.apps.people.queries.restriction import restricted_ids
from banyan.apps.people.queries.survivor import survivors_of
from banyan.apps.people.rules import read_number
from banyan.science.linkage.names import fold_name

INSURANCE_KEY = 10


def people_in_scope(viewer: Viewer) -> QuerySet[Person]:
    """Return whose records the viewer's place cares for: the whole city, or who attended her facility.

    A record that was merged into another is nobody any more.
    """
    return Person.objects.filter(cared_for(viewer, "pk"), merged_into__isnull=True)


def cared_for(viewer: Viewer, person: str) -> Q:
    """Return what keeps the rows whose column `person` names somebody of the viewer's scope."""
    if not viewer.can(Capability.VIEW_PERSONS):
        return Q(pk__in=())
    if viewer.whole_city:
        return Q()
    known_here = Attendance.objects.filter(facility_id=viewer.facility_id).values("person_id")
    return Q((f"{person}__in", known_here))


def visible_people(viewer: Viewer) -> QuerySet[Person]:
    """Return whom the viewer may see by name."""
    return Person.objects.filter(seen_through(viewer, "pk"), merged_into__isnull=True)


def seen_through(viewer: Viewer, person: str) -> Q:
    """Return what keeps the rows whose column `person` names somebody whom the viewer may see.

    Of her scope whoever is not restricted, and whom she broke glass for; the data officer sees the restricted ones
    too, or nobody could lift a restriction. Those few are read first and given as plain numbers: joined in, they
    would cost the large tables their indexes.
    """
    seen = cared_for(viewer, person)
    if not viewer.can(Capability.VIEW_PERSONS) or viewer.can(Capability.MANAGE_RIGHTS):
        return seen
    if hidden := restricted_ids():
        seen &= ~Q((f"{person}__in", hidden))
    # nothing asked of a row means that all are seen; Django would read "all, or these" as "these"
    if seen and (opened := granted_ids(viewer)):
        seen |= Q((f"{person}__in", opened))
    return seen


def search_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Narrow to names with a word that begins as each word of `text` does, with accents or without, or to a number."""
    wanted = text.strip()
    if read_number(wanted):
        return people.filter(pk__in=owners_of(wanted))
    for word in fold_name(wanted).split():
        people = people.filter(Q(folded_name__startswith=word) | Q(folded_name__contains=f" {word}"))
    return people


def owners_of(text: str) -> set[int]:
    """Return the living records that a number leads to: the record's own, a citizen id, a card, another paper.

    A card is told by its last ten digits, and a record that was merged into another leads there.
    """
    number = read_number(text)
    by_key = Person.objects.alias(key=Right("insurance_number", INSURANCE_KEY)).filter(
        key=number[-INSURANCE_KEY:]
    )
    found = exact_owners(text)
    if len(number) >= INSURANCE_KEY:
        found |= set(by_key.values_list("pk", flat=True))
    return survivors_of(found)


def exact_owners(text: str) -> set[int]:
    """Return the records with exactly this number: the record's own, a citizen id, a card with 15 or 10 characters."""
    written, number = text.strip().upper(), read_number(text)
    found = set(Person.objects.filter(number=written).values_list("pk", flat=True))
    if not number:
        return found
    probes = [
        Person.objects.filter(citizen_id=number),
        Person.objects.filter(insurance_number=number),
        Person.objects.filter(identifiers__paper_number=number),
    ]
    if len(number) == INSURANCE_KEY:
        by_key = Person.objects.alias(key=Right("insurance_number", INSURANCE_KEY))
        probes.append(by_key.filter(key=number))
    return found.union(*(probe.values_list("pk", flat=True) for probe in probes))


def person_history(pk: int) -> list[Edit]:
    """Return the saves of a person, the newest first."""
    return history_of(Person, pk)
