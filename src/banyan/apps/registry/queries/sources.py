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
SELECT tumour_id, kind, min(date) - DATE '1970-01-01' FROM registry_notification GROUP BY tumour_id, kind
"""
_SCHEMA: dict[str, Any] = {"id": pl.Int64, "kind": pl.String, "first": pl.Int32}


def read_sources() -> pl.DataFrame:
    """Return one row a tumour with notifications: id, a flag for each of `SOURCES`, first_notice (date, in life; null).

    Nothing in it names a person. Tumours without a notification have no row.
    """
    kind, first = pl.col("kind"), pl.col("first").cast(pl.Date)
    return (
        copy_table(_TOLD, _SCHEMA)
        .group_by("id")
        .agg(
            *(
                kind.is_in([each.value for each in kinds]).any().alias(name)
                for name, kinds in SOURCES.items()
            ),
            first_notice=first.filter(kind != NotificationKind.DEATH.value).min(),
        )
    )
