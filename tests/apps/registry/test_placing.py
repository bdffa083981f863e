"""Old ward codes: kept as written, placed where the crosswalk says."""

import polars as pl
import pytest

from banyan.apps.network.choices import WardEdition
from banyan.apps.network.services.places import load_wards
from banyan.apps.registry.queries.placing import place_wards
from banyan.science.city.wards import load_old_wards, load_ward_links
from banyan.science.city.wards import load_wards as list_wards


@pytest.fixture
def wards(db: None) -> None:
    load_wards(new=list_wards(), old=load_old_wards(), links=load_ward_links())


def place(codes: list[str | None], edition: WardEdition) -> list[tuple]:
    rows = pl.DataFrame({"ward_code": codes}, schema={"ward_code": pl.String})
    placed = place_wards(rows, edition.value)
    return placed.select("ward_code", "stated_ward", "stated_edition", "ward_method").rows()


def test_old_codes_follow_the_crosswalk(wards: None) -> None:
    links = load_ward_links().filter("default")
    part = links.filter(relation="part").row(0, named=True)

    placed = place(["00277", part["old_ward_code"], "99999", None], WardEdition.OLD)

    assert placed == [
        ("00292", "00277", "before-2025-07", "whole"),
        (part["new_ward_code"], part["old_ward_code"], "before-2025-07", "default"),
        (None, "99999", "before-2025-07", "unknown"),
        (None, None, "", "unknown"),
    ]


def test_codes_of_today_stay(wards: None) -> None:
    assert place(["00004", None], WardEdition.NEW) == [
        ("00004", "00004", "2025-07", "stated"),
        (None, None, "", "unknown"),
    ]
