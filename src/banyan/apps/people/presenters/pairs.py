from collections.abc import Iterable
from dataclasses import dataclass

from banyan.apps.core.presenters.identifier import show_number
from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import Sex
from banyan.apps.people.models import DuplicatePair, Person
from banyan.apps.people.presenters.alike import GRADES, tell_parts
from banyan.apps.people.presenters.person import name_person, tell_birth
from banyan.apps.people.queries.duplicates import grade_score, identities_of
from banyan.science.linkage import best_score


@dataclass(frozen=True, kw_only=True)
class Half:
    number: str
    name: str
    facts: str
    citizen_id: str


@dataclass(frozen=True, kw_only=True)
class PairView:
    pk: int
    first: Half
    second: Half
    status: str
    grade: str
    agrees: str
    differs: str


def list_pairs(pairs: Iterable[DuplicatePair], viewer: Viewer) -> list[PairView]:
    return [describe_pair(pair, viewer) for pair in pairs]


def describe_pair(pair: DuplicatePair, viewer: Viewer) -> PairView:
    score = best_score(identities_of(pair.first)[0], identities_of(pair.second))
    status, grade = GRADES[grade_score(score)]
    return PairView(
        pk=pair.pk,
        first=describe_half(pair.first, viewer),
        second=describe_half(pair.second, viewer),
        status=status,
        grade=str(grade),
        agrees=tell_parts(score, score.agreeing),
        differs=tell_parts(score, score.differing),
    )


def describe_half(person: Person, viewer: Viewer) -> Half:
    return Half(
        number=person.number,
        name=name_person(person),
        facts=f"{Sex(person.sex).label} · {tell_birth(person)}",
        citizen_id=show_number(person.citizen_id, viewer),
    )
