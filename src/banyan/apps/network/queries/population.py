"""Denominators: the people of every ward, year, sex and age group."""

import io
from threading import Lock

import polars as pl
from django.db import connection

from banyan.apps.network.models import PopulationSet

_COLUMNS = {
    "ward_code": pl.String,
    "year": pl.Int32,
    "sex": pl.String,
    "age_group": pl.Int16,
    "person_years": pl.Float64,
}
_QUERY = """
COPY (SELECT ward_code, year, sex, age_group, persons FROM network_population WHERE population_set_id = {})
TO STDOUT (FORMAT csv)
"""
_kept: dict[int, pl.DataFrame] = {}
_reading = Lock()


def current_population_set() -> PopulationSet | None:
    """Return the denominators that figures stand on now: the newest of those marked current."""
    return PopulationSet.objects.filter(is_current=True).order_by("-created_at", "-pk").first()


def read_population(set_id: int) -> pl.DataFrame:
    """Return one set: ward_code, year, sex ("1", "2"), age_group (lower bound), person_years (mid-year persons).

    A set never changes once it is loaded, so the newest one read stays in this process's memory.
    """
    with _reading:
        if set_id not in _kept:
            frame = _copy_population(set_id)
            _kept.clear()
            _kept[set_id] = frame
        return _kept[set_id]


def _copy_population(set_id: int) -> pl.DataFrame:
    connection.ensure_connection()
    buffer = io.BytesIO()
    with connection.connection.cursor() as cursor, cursor.copy(_QUERY.format(int(set_id))) as rows:
        for chunk in rows:
            buffer.write(chunk)
    if not buffer.tell():
        return pl.DataFrame(schema=_COLUMNS)
    return pl.read_csv(buffer.getvalue(), has_header=False, schema=_COLUMNS)
