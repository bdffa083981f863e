"""Which record stands for which: numbers of merged records lead to the one that holds all."""

from django.db import connection
from django.db.models import QuerySet

from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import PairState
from banyan.apps.people.models import DuplicatePair, Merge, Person
from banyan.apps.people.queries.person import visible_people

_SURVIVOR = """
WITH RECURSIVE way AS (
  SELECT id, merged_into_id FROM people_person WHERE number = %s
  UNION SELECT p.id, p.merged_into_id FROM people_person p JOIN way ON p.id = way.merged_into_id
) SELECT id FROM way WHERE merged_into_id IS NULL
"""
_ALL = """
WITH RECURSIVE held AS (
  SELECT %s::bigint AS id
  UNION SELECT p.id FROM people_person p JOIN held ON p.merged_into_id = held.id
) SELECT id FROM held ORDER BY id
"""


def survivor_of(number: str) -> int | None:
    """Return the key of the living record that a number leads to; None where there is no such number."""
    with connection.cursor() as cursor:
        cursor.execute(_SURVIVOR, [number])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def all_keys(person_id: int) -> list[int]:
    """Return the keys under which a person is or was known: her own and those of the records merged into hers."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL, [person_id])
        return [pk for (pk,) in cursor.fetchall()]


def merged_records(person: Person) -> list[Person]:
    """Return the records that were merged into hers, directly or through another."""
    keys = [pk for pk in all_keys(person.pk) if pk != person.pk]
    return list(Person.objects.filter(pk__in=keys).order_by("pk"))


def merges_into(person: Person) -> QuerySet[Merge]:
    """Return the merges by which other records came into this one, undone ones too, the newest first."""
    return Merge.objects.filter(kept=person).select_related("gone", "merged_by", "undone_by")


def undoable_merges(viewer: Viewer) -> QuerySet[Merge]:
    """Return the merges that the viewer may undo: of records that she sees."""
    return Merge.objects.filter(undone_at=None, kept__in=visible_people(viewer)).select_related(
        "kept", "gone"
    )


def visible_pairs(viewer: Viewer) -> QuerySet[DuplicatePair]:
    """Return the pairs that wait for a decision, the likeliest first; both records are in the viewer's scope."""
    seen = visible_people(viewer)
    pairs = DuplicatePair.objects.filter(state=PairState.OPEN, first__in=seen, second__in=seen)
    both = pairs.select_related("first", "second")
    return both.prefetch_related("first__other_names", "second__other_names").order_by("-score", "id")
