"""People by the hundred thousand: COPY, with search and sort keys made once a name."""

import polars as pl
from django.db import transaction

from banyan.apps.core.services.bulk import copy_frame, history_at_once, reset_sequence
from banyan.apps.people.models import Attendance, Person, Residence
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
    with history_at_once(Person):
        rows = copy_frame(
            Person, add_name_keys(people).with_columns(version=pl.lit(1), created_at=NOW, updated_at=NOW)
        )
    reset_sequence(Person)
    return rows


@transaction.atomic
def copy_residences(residences: pl.DataFrame) -> int:
    """Add residences: person_id, stated_code, stated_edition, ward_code, method, address, start."""
    with history_at_once(Residence):
        return copy_frame(Residence, residences)


@transaction.atomic
def copy_attendances(attendances: pl.DataFrame) -> int:
    """Add attendances (person_id, facility_id, since), each pair once."""
    return copy_frame(
        Attendance, attendances.unique(["person_id", "facility_id"], keep="first", maintain_order=True)
    )
