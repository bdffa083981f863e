"""What figures stand on: every case without its identity, and the version of the register they were read at."""

import hashlib
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from banyan.apps.registry.choices import RecordStatus

# Event numbers are given before a transaction ends, so the largest one alone could miss a long import that
# ends after a short edit; an import therefore ends with an event of its batch (services.acceptance).
_LAST_CHANGES = """
SELECT coalesce((SELECT max(pgh_id) FROM registry_tumourevent), 0),
       coalesce((SELECT max(pgh_id) FROM people_personevent), 0),
       coalesce((SELECT max(pgh_id) FROM registry_batchevent WHERE state IN ('accepted', 'undone')), 0),
       coalesce((SELECT max(id) FROM registry_tumour), 0),
       coalesce((SELECT max(id) FROM people_person), 0),
       (SELECT greatest(
          (SELECT pgh_created_at FROM registry_tumourevent ORDER BY pgh_id DESC LIMIT 1),
          (SELECT pgh_created_at FROM people_personevent ORDER BY pgh_id DESC LIMIT 1),
          (SELECT created_at FROM registry_tumour ORDER BY id DESC LIMIT 1)))
"""

# Dates travel as days since 1970-01-01: half the bytes, and no text to read back.
_CASES = """
SELECT t.id, t.person_id AS person, p.sex, t.age, t.incidence_date - DATE '1970-01-01' AS incidence_date,
       t.incidence_precision AS "precision", t.site, t.ci5, t.icd10, t.iccc3, t.topography, t.morphology,
       t.behaviour, t.grade, t.laterality, t.basis, t.stage, t.ward_code, t.dco::int AS dco, t.dci::int AS dci,
       t.status, t.check_state, t.sources, p.birth_date - DATE '1970-01-01' AS birth_date,
       p.death_date - DATE '1970-01-01' AS death_date, p.vital_status,
       p.last_contact_date - DATE '1970-01-01' AS last_contact_date
FROM registry_tumour t JOIN people_person p ON p.id = t.person_id
WHERE t.status <> '{deleted}'
"""

# What differs from an earlier version: tumours with later events, and those of persons with later events.
_CHANGED = """
SELECT pgh_obj_id FROM registry_tumourevent WHERE pgh_id > %s
UNION SELECT t.id FROM people_personevent e JOIN registry_tumour t ON t.person_id = e.pgh_obj_id
WHERE e.pgh_id > %s
LIMIT %s
"""
_MANY = 5_000  # from here on reading all is the shorter way

_SCHEMA: dict[str, Any] = {
    "id": pl.Int64,
    "person": pl.Int64,
    "sex": pl.String,
    "age": pl.Int16,
    "incidence_date": pl.Int32,
    "precision": pl.String,
    "site": pl.String,
    "ci5": pl.Int16,
    "icd10": pl.String,
    "iccc3": pl.String,
    "topography": pl.String,
    "morphology": pl.String,
    "behaviour": pl.String,
    "grade": pl.String,
    "laterality": pl.String,
    "basis": pl.String,
    "stage": pl.String,
    "ward_code": pl.String,
    "dco": pl.Int8,
    "dci": pl.Int8,
    "status": pl.String,
    "check_state": pl.String,
    "sources": pl.Int16,
    "birth_date": pl.Int32,
    "death_date": pl.Int32,
    "vital_status": pl.String,
    "last_contact_date": pl.Int32,
}
_DATES = ("incidence_date", "birth_date", "death_date", "last_contact_date")
OLDEST_GROUP = 85


@dataclass(frozen=True)
class DataVersion:
    """The state of the register: a number that only grows, the day of its last change, a short fingerprint.

    `marks` are what it was made from: the newest event of tumours, of persons and of accepted batches, the newest
    tumour and person.
    """

    number: int
    date: date | None
    fingerprint: str
    marks: tuple[int, ...] = (0, 0, 0, 0, 0)

    @property
    def batch(self) -> int:
        return self.marks[2]


def data_version() -> DataVersion:
    """Return the version of what `read_cases` would read; a handful of index look-ups, no scan."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_CHANGES)
        *last, changed_at = cursor.fetchone()
    mark = hashlib.sha256(":".join(str(number) for number in last).encode()).hexdigest()
    return DataVersion(
        number=sum(last),
        date=changed_at.date() if changed_at else None,
        fingerprint=f"{mark[:4]}·{mark[4:8]}·{mark[8:12]}",
        marks=tuple(last),
    )


def read_cases() -> pl.DataFrame:
    """Return one row a tumour, deleted ones left out, with nothing that names a person.

    Columns: id, person (internal number, to tell a person's first tumour), sex, age, age_group (lower bound
    0, 5, … 85; null = unknown), year, incidence_date, precision (day, month, year, null), site, ci5, icd10,
    iccc3, topography, morphology, behaviour, grade, laterality, basis, stage, ward_code, dco, dci (bool),
    status, check_state, sources, birth_date, death_date, vital_status, last_contact_date. What is not known
    is null.
    """
    return shape_cases(copy_table(_CASES.format(deleted=RecordStatus.DELETED.value), _SCHEMA))


def read_changed(since: DataVersion) -> tuple[list[int], pl.DataFrame] | None:
    """Return the ids of tumours that changed after `since` and their rows now, or None where all must be read.

    A deleted tumour has an id and no row. Edits number their events in the order in which they end; an import does
    not, and says so by an event of its batch: after one, all is read.
    """
    if data_version().batch != since.batch:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [*since.marks[:2], _MANY + 1])
        ids = [pk for (pk,) in cursor.fetchall()]
    if len(ids) > _MANY:
        return None
    wanted = ",".join(map(str, ids)) or "NULL"
    query = _CASES.format(deleted=RecordStatus.DELETED.value) + f" AND t.id IN ({wanted})"
    return ids, shape_cases(copy_table(query, _SCHEMA))


def copy_table(query: str, schema: dict[str, Any]) -> pl.DataFrame:
    """Read the result of a query through COPY: text without quotation is read by Polars on all cores."""
    connection.ensure_connection()
    buffer = io.BytesIO()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as rows,
    ):
        for chunk in rows:
            buffer.write(chunk)
    if not buffer.tell():
        return pl.DataFrame(schema=schema)
    # COPY quotes an empty text and leaves NULL bare; for figures both are "not known"
    return pl.read_csv(buffer.getvalue(), has_header=False, schema=schema)


def shape_cases(cases: pl.DataFrame) -> pl.DataFrame:
    """Give dates, years and age groups their types."""
    dates = cases.with_columns(
        pl.col(_DATES).cast(pl.Date),
        pl.col(pl.String).replace("", None),
        dco=pl.col("dco") == 1,
        dci=pl.col("dci") == 1,
    )
    return dates.with_columns(
        year=pl.col("incidence_date").dt.year().cast(pl.Int32),
        age_group=(pl.col("age") // 5 * 5).clip(0, OLDEST_GROUP).cast(pl.Int16),
    )
