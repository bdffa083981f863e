"""Ward codes of a file: what it says, and the unit of today that it means."""

import polars as pl

from banyan.apps.network.choices import WardEdition
from banyan.apps.network.queries.ward import ward_successors
from banyan.apps.people.choices import ResidenceMethod

UNKNOWN = pl.lit(ResidenceMethod.UNKNOWN.value)


def place_wards(rows: pl.DataFrame, edition: str) -> pl.DataFrame:
    """Add stated_ward, stated_edition and ward_method; ward_code becomes the unit since July 2025.

    The code as written is kept. A divided old unit goes to its default, and says so; an old code that
    the crosswalk does not know leaves ward_code empty.
    """
    stated = pl.col("ward_code")
    written = pl.when(stated.is_not_null())
    kept = rows.with_columns(
        stated_ward=stated, stated_edition=written.then(pl.lit(edition)).otherwise(pl.lit(""))
    )
    if edition != WardEdition.OLD.value:
        return kept.with_columns(
            ward_method=written.then(pl.lit(ResidenceMethod.STATED.value)).otherwise(UNKNOWN)
        )
    placed = kept.join(
        ward_successors(), left_on="ward_code", right_on="old_code", how="left", maintain_order="left"
    )
    method = (
        pl.when(pl.col("new_code").is_null())
        .then(UNKNOWN)
        .when(pl.col("is_whole"))
        .then(pl.lit(ResidenceMethod.WHOLE.value))
        .otherwise(pl.lit(ResidenceMethod.DEFAULT.value))
    )
    return placed.with_columns(ward_code=pl.col("new_code"), ward_method=method).drop("new_code", "is_whole")
