"""Many rows at once: COPY in, and the triggers write their history in one statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import polars as pl
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
    with connection.cursor() as cursor:
        # who and why go before a statement that pghistory sees; it does not see COPY
        cursor.execute("SET LOCAL application_name = 'banyan copy'")
        with cursor.copy(command) as copy:
            copy.write(buffer.getbuffer())
    return frame.height


@contextmanager
def trusted_rows() -> Iterator[None]:
    """Leave foreign keys unchecked inside: for rows that Banyan itself has made whole, and that have no triggers.

    Only a superuser may; under another role the checks simply run.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        may = cursor.fetchone()[0]
        if may:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        if may:
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@contextmanager
def indexes_afterwards(*tables: type[models.Model]) -> Iterator[None]:
    """Build the indexes of tables that are still empty after the load: sorted once, not row by row."""
    # `atomic=False`: the transaction is the caller's
    with connection.schema_editor(atomic=False) as editor:
        for model in tables:
            for index in model._meta.indexes:  # noqa: SLF001 -- documented API
                editor.remove_index(model, index)
        yield
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for model in tables:
            for index in model._meta.indexes:  # noqa: SLF001 -- documented API
                editor.add_index(model, index)


def about(model: type[models.Model], command: str) -> str:
    """Return a command about a model's table, as text: pghistory reads each statement to put who and why before it."""
    return sql.SQL(command).format(sql.Identifier(model._meta.db_table)).as_string()  # noqa: SLF001 -- documented API


def reset_sequence(model: type[models.Model]) -> None:
    """Let the next id follow the largest one, after ids were given from outside."""
    query = about(model, "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {}))")
    with connection.cursor() as cursor:
        cursor.execute(query, [model._meta.db_table])  # noqa: SLF001 -- documented API
