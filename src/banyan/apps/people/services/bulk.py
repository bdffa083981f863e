"""People by the hundred thousand: COPY, with search and sort keys made once a name."""

import polars as pl
from django.db import connection, models, transaction
from psycopg import sql

from banyan.apps.core.services.bulk import copy_frame, indexes_afterwards, reset_sequence
from banyan.apps.people.models import Person, Residence
from banyan.science.linkage.names import fold_name, sort_key

NOW = pl.lit("now")  # PostgreSQL reads it as the start of the transaction


def add_name_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """Add folded_name and sort_name to a frame with full_name; each distinct name is folded once."""
    names = frame.select(pl.col("full_name").unique())
    keys = names.with_columns(
        folded_name=pl.Series([fold_name(name) for name in names["full_name"]], dtype=pl.String),
        sort_name=pl.Series([sort_key(name) for name in names["full_name"]], dtype=pl.String),
    )
    return frame.join(keys, on="full_name", how="left", maintain_order="left")


@transaction.atomic
def copy_people(people: pl.DataFrame) -> int:
    """Add people that are known to be new. `people` carries id and Person's own column names."""
    named = add_name_keys(people).with_columns(version=pl.lit(1), created_at=NOW, updated_at=NOW)
    rows = copy_frame(Person, named)
    reset_sequence(Person)
    return rows


@transaction.atomic
def copy_first_people(people: pl.DataFrame) -> int:
    """Add the first people of an empty register, and build the indexes behind them."""
    with indexes_afterwards(Person):
        return copy_people(people)


@transaction.atomic
def copy_residences(residences: pl.DataFrame) -> int:
    """Add residences: person_id, stated_code, stated_edition, ward_code, method, address, start."""
    return copy_frame(Residence, residences)


@transaction.atomic
def change_people(people: pl.DataFrame) -> int:
    """Set the columns of a frame (id, version, updated_by_id, …) for people of the register."""
    return update_frame(Person, add_name_keys(people) if "full_name" in people.columns else people)


def update_frame(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Set the columns of a frame for the rows with its ids, in one statement; the triggers write the history."""
    if frame.is_empty():
        return 0
    table = sql.Identifier(model._meta.db_table)  # noqa: SLF001 -- Django's documented model API
    names = [sql.Identifier(name) for name in frame.columns]
    own = [name for name, column in zip(names, frame.columns, strict=True) if column != "id"]
    columns = sql.SQL(", ").join(names)
    held = sql.SQL("CREATE TEMP TABLE held_changes ON COMMIT DROP AS SELECT {} FROM {} WHERE false").format(
        columns, table
    )
    copy = sql.SQL("COPY held_changes ({}) FROM STDIN (FORMAT csv, NULL '\\N')").format(columns)
    settings = sql.SQL(", ").join(sql.SQL("{} = held.{}").format(name, name) for name in own)
    update = sql.SQL("UPDATE {} AS kept SET {} FROM held_changes AS held WHERE kept.id = held.id").format(
        table, settings
    )
    with connection.cursor() as cursor:
        cursor.execute(held.as_string())
        with cursor.copy(copy) as rows:
            rows.write(frame.write_csv(include_header=False, null_value="\\N").encode())
        cursor.execute(update.as_string())
        changed = int(cursor.rowcount)
        cursor.execute("DROP TABLE held_changes")
    return changed


@transaction.atomic
def attend_people(attendances: pl.DataFrame) -> int:
    """Let facilities open the records of people (person_id, facility_id, since); those who could already stay.

    The names are given here, for where rows are trusted the trigger that takes them sleeps.
    """
    if attendances.is_empty():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE attending (person_id bigint, facility_id bigint, since date) ON COMMIT DROP"
        )
        with cursor.copy("COPY attending (person_id, facility_id, since) FROM STDIN (FORMAT csv)") as rows:
            rows.write(
                attendances.select("person_id", "facility_id", "since")
                .write_csv(include_header=False)
                .encode()
            )
        cursor.execute(
            "INSERT INTO people_attendance (person_id, facility_id, since, sort_name, folded_name) "
            "SELECT person_id, facility_id, since, sort_name, folded_name "
            "FROM attending JOIN people_person ON people_person.id = person_id ON CONFLICT DO NOTHING"
        )
        added = int(cursor.rowcount)
        cursor.execute("DROP TABLE attending")
    return added
