import polars as pl
import pytest

from banyan.science.city.wards import load_ward_links


def test_most_addresses_name_the_old_unit_and_its_district(city):
    old = city.people.filter(pl.col("old_ward_code").is_not_null())

    assert old.height / city.people.height == pytest.approx(0.9, abs=0.005)
    named = old.head(2000).join(city.old_wards, left_on="old_ward_code", right_on="code")
    kept = [
        name[1:] in address and district[1:] in address
        for name, district, address in named.select("name", "district", "address").iter_rows()
    ]
    assert all(kept)


def test_an_address_without_the_old_unit_names_the_new_one(city):
    new = city.people.filter(pl.col("old_ward_code").is_null()).head(2000)

    named = new.join(city.wards, left_on="ward_code", right_on="code")

    assert set(new["ward_method"]) == {"stated"}
    assert all(
        address.endswith(f"{name[1:]}, Hà Nội")
        for name, address in named.select("name", "address").iter_rows()
    )


def test_ward_method_agrees_with_the_crosswalk(city):
    links = load_ward_links().rename({"new_ward_code": "ward_code"})
    people = city.people.filter(pl.col("old_ward_code").is_not_null())

    linked = people.join(links, on=["old_ward_code", "ward_code"])

    assert linked.height == people.height
    seen = set(linked.select("ward_method", "relation", "default").unique().iter_rows())
    assert seen == {("whole", "whole", True), ("default", "part", True), ("chosen", "part", False)}
