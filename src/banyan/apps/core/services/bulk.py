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
    table = sql.Identifier(model._meta.db_table)  # noqa: SLF001 -- Django's documented model API
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(table))
        last = cursor.fetchone()[0]
        cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        yield
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))
        # as text: pghistory puts who and why before a statement that it can read
        cursor.execute(insert_events(model).as_string(), [last])


def insert_events(model: type[models.Model]) -> sql.Composed:
    """Return the statement that copies the new rows into the model's history."""
    event = apps.get_model(model._meta.app_label, f"{model.__name__}Event")  # noqa: SLF001 -- see above
    own = [field.column for field in event._meta.concrete_fields if not field.column.startswith("pgh_")]  # noqa: SLF001 -- see above
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in own)
    return sql.SQL(
        "INSERT INTO {} (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, {}) "
        "SELECT now(), 'insert', id, _pgh_attach_context(), {} FROM {} WHERE id > %s ORDER BY id"
    ).format(
        sql.Identifier(event._meta.db_table),  # noqa: SLF001 -- see above
        columns,
        columns,
        sql.Identifier(model._meta.db_table),  # noqa: SLF001 -- see above
    )


def reset_sequence(model: type[models.Model]) -> None:
    """Let the next id follow the largest one, after ids were given from outside."""
    table = model._meta.db_table  # noqa: SLF001 -- see above
    query = sql.SQL("SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {}))")
    with connection.cursor() as cursor:
        cursor.execute(query.format(sql.Identifier(table)), [table])
