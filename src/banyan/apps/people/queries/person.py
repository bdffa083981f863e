from django.db.models import Exists, OuterRef, QuerySet

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Attendance, Person
from banyan.apps.people.queries.history import Edit, history_of
from banyan.science.linkage.names import fold_name


def visible_people(viewer: Viewer) -> QuerySet[Person]:
    """Return whom the viewer may see by name: the whole city, or who attended her facility."""
    if not viewer.can(Capability.VIEW_PERSONS):
        return Person.objects.none()
    if viewer.whole_city:
        return Person.objects.all()
    known_here = Attendance.objects.filter(person=OuterRef("pk"), facility_id=viewer.facility_id)
    return Person.objects.filter(Exists(known_here))


def search_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Narrow to names that hold every word of `text`, with accents or without, or to an exact number."""
    wanted = text.strip()
    if wanted.isdigit():
        return people.filter(citizen_id=wanted) | people.filter(insurance_number__endswith=wanted[-10:])
    for word in fold_name(wanted).split():
        people = people.filter(folded_name__contains=word)
    return people


def person_history(pk: int) -> list[Edit]:
    """Return the saves of a person, the newest first."""
    return history_of(Person, pk)
