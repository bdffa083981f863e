"""What a backup says of itself: enough to know, after a restore, that nothing is missing."""

from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from django.conf import settings
from django.db import connection

from banyan.apps.core.queries.audit import Head, read_head
from banyan.config.backup.archive import FORMAT, KIND

# who is signed in is not restored: an ended sign-in must not come back to life
LEFT_OUT = ("public.django_session",)

LIST_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""


def describe_database() -> dict[str, Any]:
    """Return the facts of the database as this transaction sees it."""
    migrations = (
        ask("SELECT app || '.' || name FROM django_migrations ORDER BY 1") if has("django_migrations") else []
    )
    head = read_head() if has("core_accesshead") else Head()
    return {
        "kind": KIND,
        "format": FORMAT,
        "banyan": metadata.version("banyan"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "demo": settings.DEMO,
        "server": ask("SHOW server_version")[0][0],
        "server_major": server_version() // 10_000,
        "encoding": ask("SHOW server_encoding")[0][0],
        "migrations": [row[0] for row in migrations],
        "left_out": list(LEFT_OUT),
        "rows": count_rows(),
        "audit": {"last_id": head.last_id, "seal": head.seal},
    }


def count_rows() -> dict[str, int]:
    """Return the rows of every table of ours, "schema.table"; of those left out, none are counted."""
    counts = {}
    for schema, table in ask(LIST_TABLES):
        if f"{schema}.{table}" not in LEFT_OUT:
            place = f"{quote(schema)}.{quote(table)}"
            counts[f"{schema}.{table}"] = ask(f"SELECT count(*) FROM {place}")[0][0]  # noqa: S608 -- names from the catalogue, quoted
    return counts


def quote(name: str) -> str:
    return connection.ops.quote_name(name)


def has(table: str) -> bool:
    return bool(ask("SELECT to_regclass(%s) IS NOT NULL", f"public.{table}")[0][0])


def server_version() -> int:
    """Return PostgreSQL's own number of its version: 150018 is 15.18."""
    return int(ask("SHOW server_version_num")[0][0])


def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
