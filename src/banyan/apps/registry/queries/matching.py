"""What the register already knows of the rows of a file, asked in one go however many rows there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
from django.db import connection

from banyan.apps.registry.queries.figures import copy_table
from banyan.apps.registry.rules.merging import PERSON_FIELDS

STANDING = "(n.batch_id IS NULL OR n.batch_id NOT IN (SELECT id FROM registry_batch WHERE state = 'undone'))"
_TABLE = """
CREATE TEMP TABLE asked (
  "row" int, fingerprint text, origin text, record_number text, patient_number text, citizen_id text,
  insurance_key text, folded_name text, sex text, birth_date date, birth_precision text
) ON COMMIT DROP
"""
_COLUMNS = (
    "row",
    "fingerprint",
    "origin",
    "record_number",
    "patient_number",
    "citizen_id",
    "insurance_key",
    "folded_name",
    "sex",
    "birth_date",
    "birth_precision",
)
# rank 1 our own numbers, 2 the origin's numbers (a sender may use one again for another name), 3 citizen or insurance number, 4 name, sex and birth date
# a record that was merged into another stands for that one; one that was withdrawn leads to itself, and to nobody;
# what a batch said that was taken back is not known any more
_PEOPLE = """
WITH RECURSIVE way AS (
  SELECT id AS gone, merged_into_id AS kept FROM people_person WHERE merged_into_id IS NOT NULL
  UNION SELECT way.gone, p.merged_into_id FROM way JOIN people_person p ON p.id = way.kept
    WHERE p.merged_into_id IS NOT NULL
), found AS (
  SELECT a."row", p.id, 1 AS rank FROM asked a JOIN people_person p ON p.number IN (a.record_number, a.patient_number)
  UNION
  SELECT a."row", t.person_id, 1 FROM asked a JOIN registry_tumour t ON t.number = a.record_number
  UNION
  SELECT a."row", t.person_id, 2 FROM asked a
    JOIN registry_notification n ON n.origin = a.origin AND n.source_number = a.record_number AND n.origin <> ''
      AND {standing}
    JOIN registry_tumour t ON t.id = n.tumour_id JOIN people_person p ON p.id = t.person_id
    WHERE a.record_number <> '' AND (coalesce(a.folded_name, '') IN ('', p.folded_name) OR p.folded_name = ''
      OR a.citizen_id = p.citizen_id)
  UNION
  SELECT a."row", t.person_id, 2 FROM asked a
    JOIN registry_notification n ON n.origin = a.origin AND n.source_person = a.patient_number AND n.origin <> ''
      AND {standing}
    JOIN registry_tumour t ON t.id = n.tumour_id WHERE a.patient_number <> ''
  UNION
  SELECT a."row", p.id, 3 FROM asked a JOIN people_person p ON p.citizen_id = a.citizen_id WHERE a.citizen_id <> ''
  UNION
  SELECT a."row", p.id, 3 FROM asked a JOIN people_person p ON right(p.insurance_number, 10) = a.insurance_key
    WHERE a.insurance_key <> '' AND p.insurance_number <> ''
  UNION
  SELECT a."row", p.id, 4 FROM asked a
    JOIN people_person p ON p.folded_name = a.folded_name AND p.sex = a.sex AND p.birth_date = a.birth_date
    WHERE a.folded_name <> '' AND a.birth_precision = 'day' AND p.birth_precision = 'day'
      AND (coalesce(a.citizen_id, '') = '' OR p.citizen_id IN ('', a.citizen_id))
)
SELECT DISTINCT f."row", p.id, f.rank, p.sex, p.birth_date - DATE '1970-01-01'
FROM found f LEFT JOIN way ON way.gone = f.id
JOIN people_person p ON p.id = coalesce(way.kept, f.id) AND p.merged_into_id IS NULL
"""
_KNOWN_LINES = """
SELECT DISTINCT a."row" FROM asked a JOIN registry_notification n ON n.fingerprint = a.fingerprint AND n.fingerprint <> ''
  AND {standing}
"""
_TOUCHED = "CREATE TEMP TABLE touched (id bigint PRIMARY KEY) ON COMMIT DROP"
_TOUCHED_PEOPLE = """
SELECT p.id, p.number, p.version, p.full_name, p.sex, p.citizen_id, p.insurance_number,
  p.birth_date - DATE '1970-01-01', p.birth_precision, p.death_date - DATE '1970-01-01', p.death_precision,
  p.last_contact_date - DATE '1970-01-01', p.vital_status
FROM people_person p JOIN touched ON touched.id = p.id
"""
_TOUCHED_TUMOURS = """
SELECT t.id, t.number, t.version, t.person_id, t.sources, t.topography, t.morphology, t.behaviour, t.grade, t.laterality,
  t.stage, t.t, t.n, t.m, t.basis, t.ward_code, t.incidence_date - DATE '1970-01-01', t.incidence_precision,
  t.age, t.edition
FROM registry_tumour t JOIN touched ON touched.id = t.person_id WHERE t.status <> 'deleted'
ORDER BY t.id
"""
_TOUCHED_SOURCES = """
SELECT n.tumour_id, n.source_number, n.origin, n.facility_id FROM registry_notification n
JOIN registry_tumour t ON t.id = n.tumour_id JOIN touched ON touched.id = t.person_id
WHERE {standing}
"""
DAYS = ("birth_date", "death_date", "last_contact_date", "incidence_date")


@contextmanager
def ask_register(rows: pl.DataFrame, origin: str) -> Iterator[None]:
    """Hold the keys of rows in a table of this transaction, for the questions below."""
    keys = rows.with_columns(origin=pl.lit(origin)).select(_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        fill(cursor, "asked", keys)
        cursor.execute("ANALYZE asked")
        yield
        cursor.execute("DROP TABLE asked")


def fill(cursor: Any, table: str, frame: pl.DataFrame) -> None:
    names = ", ".join(f'"{name}"' for name in frame.columns)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(frame.write_csv(include_header=False).encode())


def match_people() -> pl.DataFrame:
    """Return row, person_id, rank, sex, birth_date: whom of the register each row may be about."""
    schema = {
        "row": pl.UInt32,
        "person_id": pl.Int64,
        "rank": pl.Int8,
        "sex": pl.String,
        "birth_date": pl.Int32,
    }
    return copy_table(_PEOPLE.format(standing=STANDING), schema).with_columns(
        pl.col("birth_date").cast(pl.Date)
    )


def known_lines() -> pl.Series:
    """Return the rows that have entered before, letter by letter."""
    return copy_table(_KNOWN_LINES.format(standing=STANDING), {"row": pl.UInt32})["row"]


def read_touched(people: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the persons with these ids, their tumours, and who reported which tumour under which number."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED)
        fill(cursor, "touched", pl.DataFrame({"id": people.unique()}))
        cursor.execute("ANALYZE touched")
        persons = copy_table(
            _TOUCHED_PEOPLE, schema_of("person", ("person_number", "person_version"), PERSON_FIELDS)
        )
        order = (
            "topography",
            "morphology",
            "behaviour",
            "grade",
            "laterality",
            "stage",
            "t",
            "n",
            "m",
            "basis",
        )
        fields = (*order, "ward_code", "incidence_date", "incidence_precision", "age", "edition")
        tumours = copy_table(
            _TOUCHED_TUMOURS, schema_of("tumour", ("number", "version", "person", "sources"), fields)
        )
        sources = copy_table(
            _TOUCHED_SOURCES.format(standing=STANDING),
            {"tumour": pl.Int64, "record_number": pl.String, "origin": pl.String, "facility": pl.Int64},
        )
        cursor.execute("DROP TABLE touched")
    return type_days(persons), type_days(tumours), sources


def schema_of(key: str, own: tuple[str, ...], fields: tuple[str, ...]) -> dict[str, type[pl.DataType]]:
    numbers = {"person_version", "version", "person", "sources"}
    types: dict[str, type[pl.DataType]] = {key: pl.Int64}
    types |= {name: pl.Int64 if name in numbers else pl.String for name in own}
    return types | {name: pl.Int32 if name in DAYS else pl.String for name in fields}


def type_days(frame: pl.DataFrame) -> pl.DataFrame:
    """Give days their type; an empty text of the register is nothing known."""
    days = [pl.col(name).cast(pl.Date) for name in DAYS if name in frame.columns]
    return frame.with_columns(*days, pl.col(pl.String).replace("", None))
