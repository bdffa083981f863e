"""What an accepted batch has made and changed, by the history that its acceptance left, and what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
from django.db import connection

from banyan.apps.people.queries.linked import linked_people, merged_since
from banyan.apps.registry.models import Batch
from banyan.apps.registry.queries.figures import copy_table
from banyan.apps.registry.queries.matching import STANDING
from banyan.apps.registry.rules.undoing import (
    AGE,
    PERSON_UNITS,
    TUMOUR_UNITS,
    fields_of,
    give_back,
    is_changed,
    is_lost,
    is_touched,
)

# so many numbers a sentence names
NAMED = 5
NUMBERS = frozenset({"id", "version", "person", "sources", "age"})

_CONTEXTS = """
CREATE TEMP TABLE undo_context ON COMMIT DROP AS
SELECT id FROM pghistory_context WHERE metadata->'batch' = to_jsonb({batch:d}::bigint)
"""
# the events by which the batch made a row or changed it, and the one before them; an event of somebody else in between
# came while the rest of the batch was still being corrected
_TOUCHED = """
CREATE TEMP TABLE undo_{noun} ON COMMIT DROP AS
SELECT mine.*, (SELECT max(e.pgh_id) FROM {event} e WHERE e.pgh_obj_id = mine.id AND e.pgh_id < mine.first) AS before,
  mine.first < mine.last AND EXISTS (
    SELECT FROM {event} e WHERE e.pgh_obj_id = mine.id AND e.pgh_id > mine.first AND e.pgh_id < mine.last
    AND (e.pgh_context_id IS NULL OR e.pgh_context_id NOT IN (SELECT id FROM undo_context))) AS crossed
FROM (
  SELECT pgh_obj_id AS id, bool_or(pgh_label = 'insert') AS is_new, min(pgh_id) AS first, max(pgh_id) AS last
  FROM {event} WHERE pgh_context_id IN (SELECT id FROM undo_context) GROUP BY pgh_obj_id
) mine
"""
_INDEX = """
CREATE INDEX ON undo_{noun} (id); ANALYZE undo_{noun}
"""
_TOLD = """
CREATE TEMP TABLE undo_told ON COMMIT DROP AS
SELECT tumour_id AS id, count(*) AS rows FROM registry_notification WHERE batch_id = {batch:d} GROUP BY tumour_id
"""
_BLOCKED_PEOPLE = """
CREATE TEMP TABLE undo_blocked (id bigint PRIMARY KEY) ON COMMIT DROP;
INSERT INTO undo_blocked
SELECT u.id FROM undo_person u
JOIN people_person now ON now.id = u.id
JOIN people_personevent made ON made.pgh_id = u.last
LEFT JOIN people_personevent was ON was.pgh_id = u.before
WHERE u.crossed OR CASE WHEN u.is_new
  THEN {touched} OR now.merged_into_id IS NOT NULL OR EXISTS (
    SELECT FROM registry_tumour t WHERE t.person_id = u.id AND t.status <> 'deleted'
    AND NOT EXISTS (SELECT FROM undo_tumour mine WHERE mine.id = t.id AND mine.is_new))
  ELSE was.pgh_id IS NULL OR {lost} END
"""
_BLOCKED = """
SELECT now.id, now.number FROM undo_tumour u
JOIN registry_tumour now ON now.id = u.id
JOIN registry_tumourevent made ON made.pgh_id = u.last
LEFT JOIN registry_tumourevent was ON was.pgh_id = u.before
WHERE u.crossed OR now.person_id IN (SELECT id FROM undo_blocked) OR made.person_id IN (SELECT id FROM undo_blocked)
  OR CASE WHEN u.is_new
  THEN now.person_id <> made.person_id OR {touched}
    OR EXISTS (SELECT FROM registry_checkfinding f WHERE f.tumour_id = u.id AND f.confirmed_by_id IS NOT NULL)
    OR EXISTS (SELECT FROM registry_notification n WHERE n.tumour_id = u.id AND n.batch_id IS DISTINCT FROM {batch:d}
      AND {standing})
  ELSE was.pgh_id IS NULL OR {lost} OR ({changed} AND now.status = 'confirmed' AND made.status <> 'confirmed') END
ORDER BY now.number
"""
_COUNTS = """
SELECT
  (SELECT count(*) FROM undo_tumour WHERE is_new),
  (SELECT count(*) FROM undo_tumour u JOIN registry_tumourevent made ON made.pgh_id = u.last
    JOIN registry_tumourevent was ON was.pgh_id = u.before WHERE NOT u.is_new AND {tumour}),
  (SELECT count(*) FROM undo_tumour WHERE NOT is_new),
  (SELECT count(*) FROM undo_person WHERE is_new),
  (SELECT count(*) FROM undo_person u JOIN people_personevent made ON made.pgh_id = u.last
    JOIN people_personevent was ON was.pgh_id = u.before WHERE NOT u.is_new AND {person}),
  (SELECT coalesce(sum(rows), 0) FROM undo_told)
"""
_BACK = """
SELECT now.id, now.version + 1 AS version, {fields} FROM undo_{noun} u
JOIN {table} now ON now.id = u.id
JOIN {event} made ON made.pgh_id = u.last
JOIN {event} was ON was.pgh_id = u.before
WHERE NOT u.is_new AND u.id > {after:d} ORDER BY now.id LIMIT {size:d}
"""
_CASE = "now.person_id AS person, greatest(now.sources - coalesce((SELECT rows FROM undo_told WHERE id = now.id), 0), 0) AS sources"


# a facility's own record of a person whom it reported in this batch alone
_ATTENDED = """
SELECT t.person_id, min((n.said->>'incidence_date')::date) - DATE '1970-01-01' AS since FROM registry_notification n
JOIN registry_tumour t ON t.id = n.tumour_id
WHERE n.batch_id = {batch:d} AND NOT EXISTS (
  SELECT FROM registry_notification n2 JOIN registry_tumour t2 ON t2.id = n2.tumour_id
  WHERE t2.person_id = t.person_id AND n2.facility_id = n.facility_id AND n2.id <> n.id
  AND n2.batch_id IS DISTINCT FROM n.batch_id
  AND (n2.batch_id IS NULL OR n2.batch_id NOT IN (SELECT id FROM registry_batch WHERE state = 'undone')))
GROUP BY t.person_id
"""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What taking a batch back would do, and the numbers of the cases that forbid it, the first few."""

    new_cases: int
    changed_cases: int
    known_cases: int
    new_people: int
    changed_people: int
    rows: int
    blocked: tuple[str, ...]
    blocked_count: int

    @property
    def touched(self) -> int:
        return self.new_cases + self.known_cases


def read_plan(batch: Batch) -> Plan:
    """Gather what a batch did in tables of this transaction, and say what taking it back would do."""
    with connection.cursor() as cursor:
        for name in ("blocked", "told", "person", "tumour", "context"):
            cursor.execute(f"DROP TABLE IF EXISTS undo_{name}")
        cursor.execute(_CONTEXTS.format(batch=batch.pk))
        for noun, event in (("tumour", "registry_tumourevent"), ("person", "people_personevent")):
            cursor.execute(_TOUCHED.format(noun=noun, event=event))
            cursor.execute(_INDEX.format(noun=noun))
        cursor.execute(_TOLD.format(batch=batch.pk))
        cursor.execute(_INDEX.format(noun="told"))
    find_blocked_people(batch)
    blocked = find_blocked(batch)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(tumour=is_changed(TUMOUR_UNITS), person=is_changed(PERSON_UNITS)))
        new_cases, changed_cases, known_cases, new_people, changed_people, rows = cursor.fetchone()
    return Plan(
        new_cases=new_cases,
        changed_cases=changed_cases,
        known_cases=known_cases,
        new_people=new_people,
        changed_people=changed_people,
        rows=int(rows),
        blocked=tuple(blocked[:NAMED]),
        blocked_count=len(blocked),
    )


def find_blocked_people(batch: Batch) -> None:
    """Keep the persons who were edited, merged or linked since, in a table of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BLOCKED_PEOPLE.format(touched=is_touched(fields_of(PERSON_UNITS)), lost=is_lost(PERSON_UNITS))
        )
    new, known = new_ids("person"), known_ids("person")
    add_blocked(linked_people(new, but=["registry.Tumour.person"], facility_id=batch.facility_id))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(created_at) FROM pghistory_context WHERE id IN (SELECT id FROM undo_context)"
        )
        (since,) = cursor.fetchone()
    if since:
        add_blocked(merged_since([*new, *known], since))


def add_blocked(people: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO undo_blocked SELECT unnest(%s::bigint[]) ON CONFLICT DO NOTHING", [list(people)]
        )


def find_blocked(batch: Batch) -> list[str]:
    """Return the numbers of the cases by which something of later would be lost."""
    query = _BLOCKED.format(
        touched=is_touched(fields_of(TUMOUR_UNITS)),
        lost=is_lost(TUMOUR_UNITS),
        changed=is_changed(TUMOUR_UNITS),
        standing=STANDING,
        batch=batch.pk,
    )
    return copy_table(query, {"id": pl.Int64, "number": pl.String})["number"].to_list()


def new_ids(noun: str) -> list[int]:
    """Return the keys of what the batch made; after `read_plan`."""
    return read_ids(f"SELECT id FROM undo_{noun} WHERE is_new ORDER BY id")  # noqa: S608 -- a name of ours


def known_ids(noun: str) -> list[int]:
    return read_ids(f"SELECT id FROM undo_{noun} WHERE NOT is_new ORDER BY id")  # noqa: S608 -- a name of ours


def read_ids(query: str) -> list[int]:
    return copy_table(query, {"id": pl.Int64})["id"].to_list()


def read_attended(batch: Batch) -> pl.DataFrame:
    """Return person_id, since: whom the batch's facility knows by this batch alone."""
    found = copy_table(_ATTENDED.format(batch=batch.pk), {"person_id": pl.Int64, "since": pl.Int32})
    return found.with_columns(pl.col("since").cast(pl.Date)).drop_nulls()


def read_people_back(after: int, size: int) -> pl.DataFrame:
    """Return persons whom the batch changed, as they stand once it is taken back: id, version and their facts."""
    tables = {"noun": "person", "table": "people_person", "event": "people_personevent"}
    return read_back(_BACK.format(**tables, fields=give_back(PERSON_UNITS), after=after, size=size))


def read_cases_back(after: int, size: int) -> pl.DataFrame:
    """Return cases that the batch changed, as they stand once it is taken back: id, version, facts, person, sources."""
    fields = f"{give_back({**TUMOUR_UNITS, **AGE})}, {_CASE}"
    tables = {"noun": "tumour", "table": "registry_tumour", "event": "registry_tumourevent"}
    return read_back(_BACK.format(**tables, fields=fields, after=after, size=size))


def read_back(query: str) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = [column.name for column in cursor.description or ()]
        return pl.DataFrame(cursor.fetchall(), schema={name: type_of(name) for name in names}, orient="row")


def type_of(name: str) -> type[pl.DataType]:
    if name.endswith("_date"):
        return pl.Date
    return pl.Int64 if name in NUMBERS else pl.String
