from collections.abc import Iterable
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


def find_people(viewer: Viewer, wanted: PersonFilter) -> list[int]:
    """Return the keys of whom a filter asks for, in Vietnamese order of names: as many as a list shows, and one more.

    They are read once: the page, its number and what the log keeps all come from them.
    """
    people = visible_people(viewer)
    if wanted.birth_year:
        first, last = date(wanted.birth_year, 1, 1), date(wanted.birth_year, 12, 31)
        people = people.filter(birth_date__range=(first, last))
    exact = {"sex": wanted.sex, "vital_status": wanted.vital_status}
    people = people.filter(**{name: value for name, value in exact.items() if value})
    if wanted.text:
        people = narrow_by_text(people, wanted.text, among_all=viewer.whole_city)
    return list(people.order_by("sort_name", "id").values_list("pk", flat=True)[: COUNTED + 1])


def narrow_by_text(people: QuerySet[Person], text: str, *, among_all: bool) -> QuerySet[Person]:
    """Keep whom a text names: who is called just so, whose name begins so, then who has every word of it.

    Of a facility's people each is looked at. Of a city's millions only so many as a list shows are put in order, and
    each way of looking is an index of its own.
    """
    folded = fold_name(text)
    if not among_all or read_number(text) or not folded:
        return search_people(people, text)
    begun = (people.filter(folded_name=folded), people.filter(folded_name__startswith=folded))
    first, *rest = [
        way.order_by().values("pk")[: COUNTED + 1] for way in (*begun, search_people(people, text))
    ]
    return Person.objects.filter(pk__in=first.union(*rest, all=True))


def read_people(keys: Iterable[int]) -> list[Person]:
    """Return people in the order of `keys`."""
    wanted = list(keys)
    found = Person.objects.in_bulk(wanted)
    return [found[key] for key in wanted if key in found]
