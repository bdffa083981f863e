from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Person
from banyan.apps.people.queries.person import search_people, visible_people
from banyan.apps.people.rules import read_number
from banyan.science.linkage.names import fold_name

# beyond this many a list says "more than", and does not count on
COUNTED = 2_000


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
    if wanted.birth_year:
        first, last = date(wanted.birth_year, 1, 1), date(wanted.birth_year, 12, 31)
        people = people.filter(birth_date__range=(first, last))
    exact = {"sex": wanted.sex, "vital_status": wanted.vital_status}
    people = people.filter(**{name: value for name, value in exact.items() if value})
    if wanted.text:
        people = narrow_by_text(people, wanted.text)
    return people.order_by("sort_name", "id")


def narrow_by_text(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Keep whom a text names: who is called just so, whose name begins so, then who has every word of it.

    Of millions only so many as a list shows are put in order; each way of looking is an index of its own.
    """
    folded = fold_name(text)
    if read_number(text) or not folded:
        return search_people(people, text)
    begun = (people.filter(folded_name=folded), people.filter(folded_name__startswith=folded))
    first, *rest = [
        way.order_by().values("pk")[: COUNTED + 1] for way in (*begun, search_people(people, text))
    ]
    return Person.objects.filter(pk__in=first.union(*rest, all=True))


def count_some(people: QuerySet[Person]) -> int:
    """Count, but never further than a list needs."""
    return people.order_by()[: COUNTED + 1].count()
