"""The persons in the register who may be the one on the paper, with the cases they have already."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from banyan.apps.core.rules import Viewer
from banyan.apps.people.queries.duplicates import find_alike
from banyan.apps.people.queries.person import visible_people
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.queries.tumour import visible_tumours


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person in the register, in what and how surely she equals the one that was typed, and her cases."""

    person: Any
    why: tuple[str, ...] = ()
    grade: str = ""
    same_number: bool = False
    cases: list[Tumour] = field(default_factory=list)


def find_known(viewer: Viewer, facts: Mapping[str, Any]) -> list[Known]:
    """Return who may be meant by the facts typed so far, the likeliest first."""
    alike = find_alike(viewer, **facts)
    cases = cases_of(viewer, [one.person.pk for one in alike])
    return [
        Known(
            person=one.person,
            why=one.why,
            grade=one.grade,
            same_number=one.same_number,
            cases=cases[one.person.pk],
        )
        for one in alike
    ]


def find_chosen(viewer: Viewer, number: str) -> Known | None:
    """Return the person of that number, if the viewer may see her."""
    person = visible_people(viewer).filter(number=number).first() if number else None
    return Known(person=person, cases=cases_of(viewer, [person.pk])[person.pk]) if person else None


def cases_of(viewer: Viewer, people: list[int]) -> dict[int, list[Tumour]]:
    found: dict[int, list[Tumour]] = defaultdict(list)
    if people:
        for tumour in visible_tumours(viewer).filter(person__in=people):
            found[tumour.person_id].append(tumour)
    return found
