"""The units of Hanoi since 1 July 2025, those before, and the links between them.

Facts come from the package ``vietnamadminunits``. Its data files are read in place: importing the
package itself would parse the addresses of the whole country.
"""

import json
import sqlite3
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polars as pl

CITY = "01"
CITY_KEY = "thanhphohanoi"
REFORM = date(2025, 7, 1)

UNITS = """
    SELECT wardCode AS code, ward AS name, wardType AS kind, wardLat AS lat, wardLon AS lon,
           wardAreaKm2 AS area_km2, wardKey AS key
    FROM admin_units WHERE provinceCode = ? ORDER BY wardCode
"""
OLD_UNITS = """
    SELECT wardCode AS code, ward AS name, wardType AS kind, districtCode AS district_code,
           district AS district, wardLat AS lat, wardLon AS lon,
           provinceKey || '_' || districtKey || '_' || wardKey AS key
    FROM admin_units_legacy WHERE provinceCode = ? ORDER BY wardCode
"""


@cache
def data_folder() -> Path:
    """Where the installed package keeps its data."""
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "the package vietnamadminunits is not installed: it holds the wards of Hanoi"
        )
    return Path(spec.submodule_search_locations[0]) / "data"


def query(sql: str) -> pl.DataFrame:
    address = (data_folder() / "dataset.db").as_uri() + "?mode=ro"
    with sqlite3.connect(address, uri=True) as connection:
        cursor = connection.execute(sql, (CITY,))
        names = [column[0] for column in cursor.description]
        return pl.DataFrame(cursor.fetchall(), schema=names, orient="row")


@cache
def load_wards() -> pl.DataFrame:
    """Return the 126 units in force: code, name, kind, lat, lon, area_km2, valid_from, key."""
    return query(UNITS).with_columns(valid_from=pl.lit(REFORM))


@cache
def load_old_wards() -> pl.DataFrame:
    """Return the 526 units before the reform, with district and the last day they were in force."""
    return query(OLD_UNITS).with_columns(valid_to=pl.lit(date(2025, 6, 30)))


@cache
def load_ward_links() -> pl.DataFrame:
    """Return which old unit went into which new one.

    Returns
    -------
    DataFrame
        old_ward_code, new_ward_code, relation ("whole": all of the old unit went there; "part": it was
        divided), default (the choice of the source for an address that names only the old unit).
    """
    book = json.loads((data_folder() / "converter_2025.json").read_text(encoding="utf-8"))
    whole = [
        (old, new, "whole", True)
        for new, olds in book["DICT_PROVINCE_WARD_NO_DIVIDED"][CITY_KEY].items()
        for old in olds
    ]
    part = [
        (old, new["newWardKey"], "part", new["isDefaultNewWard"])
        for old, news in book["DICT_PROVINCE_WARD_DIVIDED"][CITY_KEY].items()
        for new in news
    ]
    links = pl.DataFrame(whole + part, schema=["old_key", "new_key", "relation", "default"], orient="row")
    old = load_old_wards().select(old_ward_code="code", old_key="key")
    new = load_wards().select(new_ward_code="code", new_key="key")
    return (
        links.join(old, on="old_key")
        .join(new, on="new_key")
        .select("old_ward_code", "new_ward_code", "relation", "default")
        .sort("old_ward_code", "new_ward_code")
    )
