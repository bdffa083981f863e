"""What hangs on a person, of whatever app: later rooms need not be known here."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import pghistory.models
from django.db import connection, models
from django.db.models import ForeignObjectRel
from psycopg import sql

from banyan.apps.people.models import DuplicatePair, Merge, Person

# what speaks of the two records themselves stays where it is
STAYS = (Merge, DuplicatePair, pghistory.models.Event)
# what an import itself gives a person, and what no withdrawal loses
GIVEN = frozenset({"people.Attendance.person", "people.GlassGrant.person", "people.Residence.person"})

_ATTENDED_ELSEWHERE = """
SELECT DISTINCT person_id FROM people_attendance WHERE person_id = ANY(%s) AND facility_id IS DISTINCT FROM %s
"""
_MOVED = """
SELECT person_id FROM people_residence WHERE person_id = ANY(%s) GROUP BY person_id HAVING count(*) > 1
"""


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """A foreign key to a person, of whatever app."""

    model: type[models.Model]
    field: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field}"  # noqa: SLF001 -- documented model API

    def say_linked(self) -> str:
        """Return the statement that finds, of an array of persons, those to whom a row of this table points."""
        column = f"{self.field}_id"
        return (
            sql.SQL("SELECT DISTINCT {column} FROM {table} WHERE {column} = ANY(%s)")
            .format(
                column=sql.Identifier(column),
                table=sql.Identifier(self.model._meta.db_table),  # noqa: SLF001 -- documented model API
            )
            .as_string()
        )


def list_pointers() -> Iterator[Pointer]:
    """Give every foreign key to a person in the whole project."""
    for relation in Person._meta.get_fields(include_hidden=True):  # noqa: SLF001 -- documented model API
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        model = relation.related_model
        if model is not Person and not issubclass(model, STAYS):
            yield Pointer(model=model, field=relation.field.name)


def linked_people(people: Collection[int], *, but: Collection[str], facility_id: int | None) -> set[int]:
    """Return those of `people` on whom something hangs beside what came with them from `facility_id`.

    `but` names the foreign keys, "app.Model.field", that the caller answers for. People may be a hundred thousand:
    each table is asked once, with one array.
    """
    found: set[int] = set()
    if not people:
        return found
    keys = list(people)
    with connection.cursor() as cursor:
        for pointer in list_pointers():
            if pointer.label not in {*GIVEN, *but}:
                cursor.execute(pointer.say_linked(), [keys])
                found.update(pk for (pk,) in cursor.fetchall())
        cursor.execute(_ATTENDED_ELSEWHERE, [keys, facility_id])
        found.update(pk for (pk,) in cursor.fetchall())
        cursor.execute(_MOVED, [keys])
        found.update(pk for (pk,) in cursor.fetchall())
    return found


def merged_since(people: Collection[int], since: datetime) -> set[int]:
    """Return those of `people` whose record took another in, or went into another, after a moment, and still is."""
    merges = Merge.objects.filter(undone_at=None, merged_at__gte=since).values_list("kept", "gone")
    return {pk for pair in merges for pk in pair} & set(people)
