"""Numbers by which people speak of a request or a breach."""

from django.db import connection, models


def take_number(model: type[models.Model], letters: str) -> tuple[int, str]:
    """Return the id of a row that is about to be added, and its number: (7, "YC-000007")."""
    table = model._meta.db_table  # noqa: SLF001 -- documented API
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        (pk,) = cursor.fetchone()
    return pk, f"{letters}-{pk:06d}"
