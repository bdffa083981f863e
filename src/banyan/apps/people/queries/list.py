from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Person
from banyan.apps.people.queries.person import opened_people, visible_attendances, visible_people
from banyan.apps.people.queries.search import (
    match_beginning,
    match_name,
    match_text,
    match_words,
)
from banyan.apps.people.rules import read_number
from banyan.science.linkage.names import fold_name

# beyond this many a list says "more than", and does not count on
COUNTED = 500


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
    if viewer.whole_city:
        return find_in_city(visible_people(viewer), wanted)
    known = narrow(visible_attendances(viewer), wanted, "person")
    opened = narrow(opened_people(viewer), wanted)
    found = {*first_of(known, "person_id"), *first_of(opened, "pk")}
    return [key for _name, key in sorted(found)][: COUNTED + 1]


def first_of(rows: QuerySet[Any], key: str) -> Iterable[tuple[str, int]]:
    return rows.order_by("sort_name", key).values_list("sort_name", key)[: COUNTED + 1]


def narrow(rows: QuerySet[Any], wanted: PersonFilter, person: str = "pk") -> QuerySet[Any]:
    """Keep the rows that name somebody whom a filter asks for; `person` is their column of a person, if not the row."""
    rows = narrow_by_facts(rows, wanted, "" if person == "pk" else f"{person}__")
    return rows.filter(match_text(wanted.text, person)) if wanted.text else rows


def narrow_by_facts(rows: QuerySet[Any], wanted: PersonFilter, before: str = "") -> QuerySet[Any]:
    exact: dict[str, Any] = {"sex": wanted.sex, "vital_status": wanted.vital_status}
    if wanted.birth_year:
        first, last = date(wanted.birth_year, 1, 1), date(wanted.birth_year, 12, 31)
        exact["birth_date__range"] = (first, last)
    return rows.filter(**{before + name: value for name, value in exact.items() if value})


def find_in_city(people: QuerySet[Person], wanted: PersonFilter) -> list[int]:
    """Find among a city's millions: each way of looking is an index of its own, and only the found are put in order.

    First who is called just so, then whose name begins so, then who has all the words; only where nobody has them,
    who has words that begin so.
    """
    people = narrow_by_facts(people, wanted)
    folded = fold_name(wanted.text)
    if not folded or read_number(wanted.text):
        return keys_in_order(narrow(people, wanted))
    found: set[int] = set()
    for match in (match_name, match_beginning, match_words):
        if len(found) <= COUNTED:
            found |= some_keys(people.filter(match(folded)))
    found = found or some_keys(people.filter(match_words(folded, begun=True)))
    return keys_in_order(Person.objects.filter(pk__in=found)) if found else []


def some_keys(people: QuerySet[Person]) -> set[int]:
    return set(people.order_by().values_list("pk", flat=True)[: COUNTED + 1])


def keys_in_order(people: QuerySet[Person]) -> list[int]:
    return list(people.order_by("sort_name", "id").values_list("pk", flat=True)[: COUNTED + 1])


def read_people(keys: Iterable[int]) -> list[Person]:
    """Return people in the order of `keys`."""
    wanted = list(keys)
    found = Person.objects.in_bulk(wanted)
    return [found[key] for key in wanted if key in found]
