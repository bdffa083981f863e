"""Many rows at once: COPY in, with the history that the triggers would have written row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import polars as pl
from django.apps import apps
from django.db import connection, models
from psycopg import sql


def copy_frame(model: type[models.Model], frame: pl.DataFrame) -> int:
    """COPY a frame into a model's table; columns carry the table's names, null is NULL. Returns the rows added."""
    if frame.is_empty():
        return 0
    names = sql.SQL(", ").join(sql.Identifier(name) for name in frame.columns)
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL '\\N')").format(
        sql.Identifier(model._meta.db_table),  # noqa: SLF001 -- Django's documented model API
        names,
    )
    buffer = BytesIO()
    frame.write_csv(buffer, include_header=False, null_value="\\N", quote_style="necessary")
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        copy.write(buffer.getbuffer())
    return frame.height


@contextmanager
def history_at_once(model: type[models.Model]) -> Iterator[None]:
    """Write the history of the rows added inside as one statement; only for rows that are new.

    The triggers are off for this table and this transaction; the table is locked by that, so no other
    session's change can slip by.
    """
    with connection.cursor() as cursor:
        cursor.execute(about(model, "SELECT coalesce(max(id), 0) FROM {}"))
        last = cursor.fetchone()[0]
        cursor.execute(about(model, "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {} DISABLE TRIGGER USER"))
        yield
        # the foreign keys are checked here, since no table with checks still to come may be altered
        cursor.execute(about(model, "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {} ENABLE TRIGGER USER"))
        cursor.execute(insert_events(model), [last])


def trust_rows() -> None:
    """Leave foreign keys unchecked until the transaction ends: for rows that Banyan itself has made whole.

    Only a superuser may; under another role the checks simply run.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def about(model: type[models.Model], command: str) -> str:
    """Return a command about a model's table, as text: pghistory reads each statement to put who and why before it."""
    return sql.SQL(command).format(sql.Identifier(model._meta.db_table)).as_string()  # noqa: SLF001 -- documented API


def insert_events(model: type[models.Model]) -> str:
    """Return the statement that copies the new rows into the model's history."""
    event = apps.get_model(model._meta.app_label, f"{model.__name__}Event")  # noqa: SLF001 -- documented API
    own = [field.column for field in event._meta.concrete_fields if not field.column.startswith("pgh_")]  # noqa: SLF001 -- documented API
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in own)
    command = sql.SQL(
        "INSERT INTO {} (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, {}) "
        "SELECT now(), 'insert', id, _pgh_attach_context(), {} FROM {} WHERE id > %s ORDER BY id"
    )
    tables = [sql.Identifier(kind._meta.db_table) for kind in (event, model)]  # noqa: SLF001 -- documented API
    return command.format(tables[0], columns, columns, tables[1]).as_string()


def reset_sequence(model: type[models.Model]) -> None:
    """Let the next id follow the largest one, after ids were given from outside."""
    query = about(model, "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {}))")
    with connection.cursor() as cursor:
        cursor.execute(query, [model._meta.db_table])  # noqa: SLF001 -- documented API
