from django.db.models import Q, QuerySet

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Attendance, Person
from banyan.apps.people.queries.glass import granted_ids
from banyan.apps.people.queries.history import Edit, history_of
from banyan.apps.people.queries.restriction import restricted_ids


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


def visible_attendances(viewer: Viewer) -> QuerySet[Attendance]:
    """Return whom the viewer's facility knows and she may see, by the index of their names.

    With `opened_people` these are her `visible_people`, unless she works for the whole city.
    """
    if not viewer.can(Capability.VIEW_PERSONS):
        return Attendance.objects.none()
    gone = Person.objects.filter(merged_into__isnull=False).values("pk")
    return (
        Attendance.objects.filter(facility_id=viewer.facility_id)
        .exclude(person__in=hidden_ids(viewer))
        .exclude(person__in=gone)
    )


def opened_people(viewer: Viewer) -> QuerySet[Person]:
    """Return whom the viewer broke glass for, and still may see."""
    return Person.objects.filter(pk__in=opened_ids(viewer), merged_into__isnull=True)


def seen_through(viewer: Viewer, person: str) -> Q:
    """Return what keeps the rows whose column `person` names somebody whom the viewer may see.

    Of her scope whoever is not restricted, and whom she broke glass for. Those few are read first and given as plain
    numbers: joined in, they would cost the large tables their indexes.
    """
    seen = cared_for(viewer, person)
    if hidden := hidden_ids(viewer):
        seen &= ~Q((f"{person}__in", hidden))
    # nothing asked of a row means that all are seen; Django would read "all, or these" as "these"
    if seen and (opened := opened_ids(viewer)):
        seen |= Q((f"{person}__in", opened))
    return seen


def hidden_ids(viewer: Viewer) -> set[int]:
    """Return who is restricted; to the data officer nobody is hidden, or nobody could lift a restriction."""
    return set() if viewer.can(Capability.MANAGE_RIGHTS) else restricted_ids()


def opened_ids(viewer: Viewer) -> list[int]:
    """Return whom the viewer opened in a role that sees persons; the data officer's scope is never widened so."""
    sees = viewer.can(Capability.VIEW_PERSONS) and not viewer.can(Capability.MANAGE_RIGHTS)
    return granted_ids(viewer) if sees else []


def person_history(pk: int) -> list[Edit]:
    """Return the saves of a person, the newest first."""
    return history_of(Person, pk)
