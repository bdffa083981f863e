"""Which kinds of source told of each tumour, and when the first of them did in the patient's life."""

from typing import Any

import polars as pl

from banyan.apps.registry.choices import NotificationKind
from banyan.apps.registry.queries.figures import copy_table

# Sources that feed each other are taken as one: an insurance claim and an outpatient note follow the hospital stay.
SOURCES = {
    "pathology": (NotificationKind.PATHOLOGY,),
    "hospital": (
        NotificationKind.DISCHARGE,
        NotificationKind.INSURANCE,
        NotificationKind.CLINIC,
        NotificationKind.REGISTRY,
    ),
    "death": (NotificationKind.DEATH,),
}
_TOLD = """
SELECT tumour_id, {flags}, min(date) FILTER (WHERE kind <> 'death') - DATE '1970-01-01'
FROM registry_notification GROUP BY tumour_id
"""
_SCHEMA: dict[str, Any] = {"id": pl.Int64, **dict.fromkeys(SOURCES, pl.Int8), "first_notice": pl.Int32}


def read_sources() -> pl.DataFrame:
    """Return one row a tumour with notifications: id, a flag for each of `SOURCES`, first_notice (date, in life; null).

    Nothing in it names a person. Tumours without a notification have no row.
    """
    flags = ", ".join(
        f"bool_or(kind IN ({', '.join(repr(kind.value) for kind in kinds)}))::int AS {name}"
        for name, kinds in SOURCES.items()
    )
    told = copy_table(_TOLD.format(flags=flags), _SCHEMA)
    return told.with_columns(pl.col(SOURCES.keys()) == 1, pl.col("first_notice").cast(pl.Date))
