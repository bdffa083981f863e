from collections.abc import Iterable
from datetime import date

from django.db.models import F

from banyan.apps.network.queries.ward import name_wards
from banyan.apps.people.models import Person, Residence


def residences_of(person: Person) -> list[Residence]:
    """Return where a person has lived, the latest first; an unknown start is the earliest."""
    return sorted(
        person.residences.all(),
        key=lambda row: (row.end is None, row.start or date.min, row.pk),
        reverse=True,
    )


def current_wards_of(people: Iterable[Person]) -> dict[int, str]:
    """Return the name of the ward in which each of them lives, by the person's key: two queries for all."""
    rows = Residence.objects.filter(person__in=[0, *(person.pk for person in people)], ward_code__gt="")
    latest = {
        person: code
        for person, code, _end in sorted(
            rows.values_list("person_id", "ward_code", "end").order_by(
                F("start").asc(nulls_first=True), "id"
            ),
            key=lambda row: row[2] is None,
        )
    }
    names = name_wards({"", *latest.values()})  # always asked: a list costs the same whoever is on it
    return {person: names.get(code, code) for person, code in latest.items()}
