import polars as pl

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
