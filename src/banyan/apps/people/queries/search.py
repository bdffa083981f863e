"""Ways of looking for a person by name or number, each made for an index."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db.models import Q, QuerySet
from django.db.models.functions import Right

from banyan.apps.people.models import Person
from banyan.apps.people.queries.survivor import survivors_of
from banyan.apps.people.rules import read_number
from banyan.science.linkage.names import fold_name

INSURANCE_KEY = 10


def search_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Narrow to names with a word that begins as each word of `text` does, with accents or without, or to a number."""
    return people.filter(match_text(text))


def match_text(text: str, person: str = "pk") -> Q:
    """Return what finds a number's owners or a name's bearers; `person` is the column that says who."""
    if read_number(text):
        return Q((f"{person}__in", owners_of(text.strip())))
    return match_beginnings(fold_name(text))


def match_name(folded: str) -> Q:
    return Q(folded_name=folded)


def match_beginning(folded: str) -> Q:
    return Q(folded_name__startswith=folded)


def match_words(folded: str, *, begun: bool = False) -> Q:
    """Return what finds the names that have every word of `folded`, or one that begins so, by the index of words."""
    words = [word + ":*" * begun for word in re.findall(r"\w+", folded)]
    asked = SearchQuery(" & ".join(words), config="simple", search_type="raw")
    return (
        Q(SearchVectorExact(SearchVector("folded_name", config="simple"), asked)) if words else Q(pk__in=())
    )


def match_beginnings(folded: str) -> Q:
    """Return what finds the names in which each word of `folded` begins a word."""
    found = Q()
    # a given name stands last and is the rarest: where it is not, the other words are not looked for
    for word in reversed(folded.split()):
        found &= Q(folded_name__startswith=word) | Q(folded_name__contains=f" {word}")
    return found


def owners_of(text: str) -> set[int]:
    """Return the living records that a number leads to: the record's own, a citizen id, a card, another paper.

    A card is told by its last ten digits, and a record that was merged into another leads there.
    """
    number = read_number(text)
    by_key = Person.objects.alias(key=Right("insurance_number", INSURANCE_KEY)).filter(
        key=number[-INSURANCE_KEY:]
    )
    found = exact_owners(text)
    if len(number) >= INSURANCE_KEY:
        found |= set(by_key.values_list("pk", flat=True))
    return survivors_of(found)


def exact_owners(text: str) -> set[int]:
    """Return the records with exactly this number: the record's own, a citizen id, a card with 15 or 10 characters."""
    written, number = text.strip().upper(), read_number(text)
    found = set(Person.objects.filter(number=written).values_list("pk", flat=True))
    if not number:
        return found
    probes = [
        Person.objects.filter(citizen_id=number),
        Person.objects.filter(insurance_number=number),
        Person.objects.filter(identifiers__paper_number=number),
    ]
    if len(number) == INSURANCE_KEY:
        by_key = Person.objects.alias(key=Right("insurance_number", INSURANCE_KEY))
        probes.append(by_key.filter(key=number))
    return found.union(*(probe.values_list("pk", flat=True) for probe in probes))
