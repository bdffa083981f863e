"""Persons who may be the one that somebody is about to add: found by several indexes at once, then weighed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower, Right

from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import DatePrecision
from banyan.apps.people.models import Person
from banyan.apps.people.queries.person import visible_people
from banyan.science.linkage import (
    LIKELY,
    POSSIBLE,
    SURE,
    Identity,
    Part,
    Score,
    best_score,
    fold_name,
    swap_day,
)

# of each way of looking so many are weighed; all together at most about two hundred
FEW, SOME = 20, 40
INSURANCE_KEY = 10


@dataclass(frozen=True, kw_only=True)
class Alike:
    """A person of the register who may be the one typed, and what of both agrees and differs."""

    person: Person
    score: Score

    @property
    def grade(self) -> str:
        return grade_score(self.score)

    @property
    def why(self) -> tuple[str, ...]:
        """Return the fields that agree."""
        return tuple(part.value for part in self.score.agreeing)

    @property
    def same_number(self) -> bool:
        return self.score.levels.get(Part.CITIZEN) == "same"


def grade_score(score: Score) -> str:
    if score.bits >= SURE:
        return "sure"
    return "likely" if score.bits >= LIKELY else "possible"


def find_alike(
    viewer: Viewer,
    *,
    full_name: str = "",
    birth_date: date | None = None,
    birth_precision: str = "",
    sex: str = "",
    citizen_id: str = "",
    insurance_number: str = "",
    limit: int = 5,
) -> list[Alike]:
    """Return whom the viewer may see and may mean, the likeliest first.

    Names and dates may be half typed, misspelt or without tones. Nobody outside the viewer's scope is found, by
    whatever number.
    """
    typed = Identity(
        full_name=full_name,
        birth_date=birth_date,
        birth_precision=birth_precision,
        sex=sex,
        citizen_id=citizen_id,
        insurance_number=insurance_number,
    )
    probes = list(list_probes(visible_people(viewer).order_by(), typed, narrow=not viewer.whole_city))
    if not probes:
        return []
    found = read_candidates(probes)
    alike = [Alike(person=person, score=best_score(typed, identities_of(person))) for person in found]
    wanted = [one for one in alike if one.score.bits >= POSSIBLE]
    return sorted(wanted, key=lambda one: (-one.score.bits, one.person.sort_name, one.person.pk))[:limit]


def read_candidates(probes: list[QuerySet[Person]]) -> list[Person]:
    """Ask all probes in one statement, and read whom they found."""
    first, *rest = [probe.values_list("pk", flat=True) for probe in probes]
    keys = set(first.union(*rest, all=True)) if rest else set(first)
    return list(Person.objects.filter(pk__in=keys).prefetch_related("other_names"))


def list_probes(people: QuerySet[Person], typed: Identity, *, narrow: bool) -> Iterable[QuerySet[Person]]:
    """Give the ways to look for whom was typed; each reads one index and is cut off."""
    if typed.citizen_id:
        yield people.filter(citizen_id=typed.citizen_id)[:FEW]
        yield people.filter(identifiers__paper_number=typed.citizen_id)[:FEW]
    if len(typed.insurance_number) >= INSURANCE_KEY:
        key = typed.insurance_number[-INSURANCE_KEY:]
        yield people.alias(key=Right("insurance_number", INSURANCE_KEY)).filter(key=key)[:FEW]
    folded = fold_name(typed.full_name)
    if " " not in folded:
        return
    yield people.filter(other_names__folded_name__startswith=folded)[:FEW]
    if typed.birth_date is None:
        yield from probe_names(people, folded, narrow=narrow)
    else:
        yield from probe_births(people, folded, typed.birth_date, typed.birth_precision)


def probe_names(people: QuerySet[Person], folded: str, *, narrow: bool) -> Iterable[QuerySet[Person]]:
    """Look by the name alone: whole, begun, or with another given name after the same beginning.

    A misspelt common name without any birth is hundreds of people in a city; in a narrow scope the likest come first.
    """
    yield people.filter(folded_name=folded)[:SOME]
    yield people.filter(folded_name__startswith=folded)[:SOME]
    begun = people.filter(folded_name__startswith=folded.rpartition(" ")[0] + " ")
    if narrow:
        begun = begun.order_by(TrigramSimilarity("folded_name", folded).desc())
    yield begun[:SOME]


def probe_births(
    people: QuerySet[Person], folded: str, born: date, precision: str
) -> Iterable[QuerySet[Person]]:
    """Look by name near the year, by the day with any name, and by the year with a slip in one part of the name."""
    near = (date(born.year - 1, 1, 1), date(born.year + 1, 12, 31))
    named = people.filter(folded_name=folded)
    yield named.filter(birth_date__range=near)[:SOME]
    yield named.filter(birth_date__isnull=True)[:FEW]
    yield named[:FEW]
    likeness = TrigramSimilarity("folded_name", folded)
    if (precision or DatePrecision.DAY) == DatePrecision.DAY:
        days = {born, swap_day(born) or born}
        yield people.filter(birth_date__in=days).order_by(likeness.desc())[:SOME]
    head, _space, given = folded.rpartition(" ")
    # wrapped, so that the year decides which index is read: the trigrams of a common word are half the city
    one_part = Q(name__endswith=f" {given}")
    if " " in head:  # a family name alone is shared by a third of the city
        one_part |= Q(name__startswith=f"{head} ")
    year = (date(born.year, 1, 1), date(born.year, 12, 31))
    same_year = people.alias(name=Lower("folded_name")).filter(birth_date__range=year)
    yield same_year.filter(one_part).order_by(likeness.desc())[:SOME]


def identities_of(person: Person) -> list[Identity]:
    """Return a person under each of her names."""
    names = [person.full_name, *(other.full_name for other in person.other_names.all())]
    return [
        Identity(
            full_name=name,
            birth_date=person.birth_date,
            birth_precision=person.birth_precision,
            sex=person.sex,
            citizen_id=person.citizen_id,
            insurance_number=person.insurance_number,
        )
        for name in names
    ]
