"""Which record stands for which: those that were merged lead to the one that holds all."""

from collections.abc import Iterable

from django.db import connection

_SURVIVOR = """
WITH RECURSIVE way AS (
  SELECT id, merged_into_id FROM people_person WHERE number = %s
  UNION SELECT p.id, p.merged_into_id FROM people_person p JOIN way ON p.id = way.merged_into_id
) SELECT id FROM way WHERE merged_into_id IS NULL
"""
_SURVIVORS = """
WITH RECURSIVE way AS (
  SELECT id, merged_into_id FROM people_person WHERE id = ANY(%s)
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


def survivors_of(keys: Iterable[int]) -> set[int]:
    """Return the living records to which these lead."""
    with connection.cursor() as cursor:
        cursor.execute(_SURVIVORS, [list(keys)])
        return {pk for (pk,) in cursor.fetchall()}
