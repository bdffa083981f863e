from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Person
from banyan.apps.people.queries.person import search_people, visible_people

# beyond this many a list says "more than", and does not count on
COUNTED = 10_000


@dataclass(frozen=True, kw_only=True)
class PersonFilter:
    """What a list of people is narrowed to; empty means all."""

    text: str = ""
    birth_year: int | None = None
    sex: str = ""
    vital_status: str = ""


def find_people(viewer: Viewer, wanted: PersonFilter) -> QuerySet[Person]:
    """Return the people that a filter asks for, in Vietnamese order of names."""
    people = visible_people(viewer)
    if wanted.text:
        people = search_people(people, wanted.text)
    if wanted.birth_year:
        first, last = date(wanted.birth_year, 1, 1), date(wanted.birth_year, 12, 31)
        people = people.filter(birth_date__range=(first, last))
    exact = {"sex": wanted.sex, "vital_status": wanted.vital_status}
    return people.filter(**{name: value for name, value in exact.items() if value}).order_by(
        "sort_name", "id"
    )


def count_some(people: QuerySet[Person]) -> int:
    """Count, but never further than a list needs."""
    return people.order_by()[: COUNTED + 1].count()
