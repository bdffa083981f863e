"""The ward tables: sizes, links, and that they say what their source says."""

import json
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from banyan.science.city.wards import load_old_wards, load_ward_links, load_wards


def test_load_wards_gives_the_126_units_of_2025():
    wards = load_wards()

    assert wards["kind"].value_counts().sort("kind").rows() == [("Phường", 51), ("Xã", 75)]
    assert wards["code"].n_unique() == 126
    assert round(wards["area_km2"].sum()) == 3360


def test_load_old_wards_gives_526_units_in_30_districts():
    old = load_old_wards()

    assert old.height == old["code"].n_unique() == 526
    assert old["district"].n_unique() == 30


def test_load_ward_links_reaches_every_unit_on_both_sides():
    links = load_ward_links()

    assert links["relation"].value_counts().sort("relation").rows() == [("part", 467), ("whole", 327)]
    assert set(links["old_ward_code"]) == set(load_old_wards()["code"])
    assert set(links["new_ward_code"]) == set(load_wards()["code"])


def test_every_divided_unit_has_one_default():
    defaults = load_ward_links().group_by("old_ward_code").agg(pl.col("default").sum())

    assert defaults["default"].to_list() == [1] * 526


def test_load_ward_links_agrees_with_the_reference_crosswalk(shared):
    path = shared / "reference/tables/geo/hanoi_ward_crosswalk_old_to_2025.csv"
    columns = ["old_ward_code", "new_ward_code", "relation"]

    reference = pl.read_csv(path, infer_schema_length=0).select(columns).sort(columns)

    assert load_ward_links().select(columns).sort(columns).rows() == reference.rows()


@pytest.fixture(scope="module")
def source() -> Path:
    """The data folder of the package that the tables were made from; it is not imported."""
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("vietnamadminunits is not installed")
    return Path(spec.submodule_search_locations[0]) / "data"


def query(source: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect((source / "dataset.db").as_uri() + "?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def test_wards_are_those_of_the_source(source):
    rows = query(
        source,
        "SELECT wardCode, ward, wardType, wardLat, wardLon, wardAreaKm2 FROM admin_units "
        "WHERE provinceCode = '01' ORDER BY wardCode",
    )

    assert load_wards().drop("valid_from").rows() == rows


def test_old_wards_are_those_of_the_source(source):
    rows = query(
        source,
        "SELECT wardCode, ward, wardType, districtCode, district, wardLat, wardLon FROM admin_units_legacy "
        "WHERE provinceCode = '01' ORDER BY wardCode",
    )

    assert load_old_wards().drop("valid_to").rows() == rows


def test_ward_links_are_those_of_the_source(source):
    book = json.loads((source / "converter_2025.json").read_text(encoding="utf-8"))
    old = dict(
        query(
            source,
            "SELECT provinceKey || '_' || districtKey || '_' || wardKey, wardCode FROM admin_units_legacy "
            "WHERE provinceCode = '01'",
        )
    )
    new = dict(query(source, "SELECT wardKey, wardCode FROM admin_units WHERE provinceCode = '01'"))
    whole = book["DICT_PROVINCE_WARD_NO_DIVIDED"]["thanhphohanoi"]
    part = book["DICT_PROVINCE_WARD_DIVIDED"]["thanhphohanoi"]

    expected = [(old[key], new[ward], "whole", True) for ward, keys in whole.items() for key in keys] + [
        (old[key], new[ward["newWardKey"]], "part", ward["isDefaultNewWard"])
        for key, wards in part.items()
        for ward in wards
    ]

    assert load_ward_links().rows() == sorted(expected)
