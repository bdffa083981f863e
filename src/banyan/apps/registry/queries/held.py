"""The rows that wait to enter, in parts that fit in memory and keep a person's rows together."""

from collections.abc import Iterator

import polars as pl
from django.db import connection

from banyan.apps.registry.models import Batch
from banyan.apps.registry.queries.figures import copy_table
from banyan.apps.registry.queries.matching import ask_register, fill, match_people
from banyan.apps.registry.rules.linking import add_person_keys
from banyan.apps.registry.rules.parting import hash_keys, part_height, part_rows

# what of a row is kept to be read again when it enters
KEPT = (
    "record_number",
    "patient_number",
    "source_record",
    "full_name",
    "sex",
    "birth_date",
    "birth_precision",
    "citizen_id",
    "insurance_number",
    "address",
    "ward_code",
    "stated_ward",
    "stated_edition",
    "ward_method",
    "incidence_date",
    "incidence_precision",
    "topography",
    "morphology",
    "behaviour",
    "grade",
    "laterality",
    "basis",
    "stage",
    "t",
    "n",
    "m",
    "age",
    "vital_status",
    "last_contact_date",
    "death_date",
    "death_precision",
    "notification_date",
    "edition",
)
DAYS = ("birth_date", "incidence_date", "last_contact_date", "death_date", "notification_date")
WAITING = "held.batch_id = {batch:d} AND held.verdict IN ('new', 'changed')"
_HELD = """
SELECT held.id, held.line, held.fingerprint, held.verdict, held.raw, held.read FROM registry_heldrow held {join}
WHERE {waiting} {part} ORDER BY held.id
"""
_KEYS = """
SELECT held.id, held.fingerprint, read->>'record_number', read->>'patient_number', read->>'citizen_id',
  read->>'insurance_number', read->>'full_name', read->>'sex', (read->>'birth_date')::date - DATE '1970-01-01',
  read->>'birth_precision'
FROM registry_heldrow held WHERE {waiting} AND held.id > {after:d} ORDER BY held.id LIMIT {size:d}
"""
_KEY_SCHEMA = {
    "id": pl.Int64,
    "fingerprint": pl.String,
    "record_number": pl.String,
    "patient_number": pl.String,
    "citizen_id": pl.String,
    "insurance_number": pl.String,
    "full_name": pl.String,
    "sex": pl.String,
    "birth_date": pl.Int32,
    "birth_precision": pl.String,
}
_SCHEMA = {
    "id": pl.Int64,
    "line": pl.Int64,
    **dict.fromkeys(("fingerprint", "held_verdict", "raw", "read"), pl.String),
}
_PARTED = "CREATE TEMP TABLE parted (id bigint PRIMARY KEY, part int) ON COMMIT DROP"


def give_held(batch: Batch) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """Give the waiting rows of a batch as `judge_rows` takes them, and what the file said. Needs a transaction."""
    size = part_height(len(batch.columns))
    waiting = WAITING.format(batch=batch.pk)
    parts = part_held(batch, waiting, size)
    if parts is None:
        yield read_held(waiting)
        return
    with connection.cursor() as cursor:
        cursor.execute(_PARTED)
        fill(cursor, "parted", parts)
        cursor.execute("CREATE INDEX ON parted (part)")
        cursor.execute("ANALYZE parted")
    for part in range(int(parts["part"].max() or 0) + 1):  # type: ignore[arg-type]
        yield read_held(waiting, part)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE parted")


def part_held(batch: Batch, waiting: str, size: int) -> pl.DataFrame | None:
    """Return id and part of the waiting rows; None where all of them fit in one part."""
    keys: list[pl.DataFrame] = []
    known: list[pl.DataFrame] = []
    after = 0
    while True:
        some = copy_table(_KEYS.format(waiting=waiting, after=after, size=size), _KEY_SCHEMA)
        if some.height < size and not keys:
            return None
        if not some.height:
            break
        after = int(some["id"][-1])
        keyed = add_person_keys(
            some.with_columns(
                pl.col("birth_date").cast(pl.Date), pl.col(pl.String).replace("", None), row="id"
            )
        )
        keys.append(hash_keys(keyed))
        known.append(match_rows(keyed, batch.origin))
    parts = part_rows(pl.concat(keys), pl.concat(known), size)
    return parts.select(pl.col("row").alias("id"), "part")


def match_rows(keyed: pl.DataFrame, origin: str) -> pl.DataFrame:
    """Return row and person_id: whom of the register each row may be about; ids stand in for rows."""
    numbered = keyed.drop("row").with_row_index("row")
    with ask_register(numbered, origin):
        found = match_people().select("row", "person_id").unique()
    return found.with_columns(row=keyed["id"].gather(found["row"]))


def read_held(waiting: str, part: int | None = None) -> tuple[pl.DataFrame, pl.Series]:
    join, which = (
        ("", "") if part is None else ("JOIN parted ON parted.id = held.id", f"AND parted.part = {part:d}")
    )
    held = copy_table(_HELD.format(waiting=waiting, join=join, part=which), _SCHEMA)
    kept = pl.Struct(dict.fromkeys(KEPT, pl.String))
    read = (
        held["read"].str.json_decode(kept).struct.unnest()
        if held.height
        else pl.DataFrame(schema=dict.fromkeys(KEPT, pl.String))
    )
    rows = read.with_columns(pl.col(DAYS).str.to_date("%Y-%m-%d")).with_row_index("row")
    return rows.hstack(held.select("id", "line", "fingerprint", "held_verdict")), held["raw"]
