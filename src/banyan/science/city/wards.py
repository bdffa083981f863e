"""The units of Hanoi since 1 July 2025, those before, and the links between them."""

from datetime import date
from functools import cache

import polars as pl

from banyan.science.city.tables import read

REFORM = date(2025, 7, 1)
LAST_DAY = date(2025, 6, 30)


@cache
def load_wards() -> pl.DataFrame:
    """Return the 126 units in force: code, name, kind, lat, lon, area_km2, valid_from."""
    return read("wards").with_columns(valid_from=pl.lit(REFORM))


@cache
def load_old_wards() -> pl.DataFrame:
    """Return the 526 units before the reform, with district and the last day they were in force."""
    return read("old_wards").with_columns(valid_to=pl.lit(LAST_DAY))


@cache
def load_ward_links() -> pl.DataFrame:
    """Return which old unit went into which new one.

    Returns
    -------
    DataFrame
        old_ward_code, new_ward_code, relation ("whole": all of the old unit went there; "part": it was
        divided), default (whether the source chooses this one for an address that names only the old unit).
    """
    return read("ward_links").with_columns(pl.col("default").cast(pl.Boolean))
