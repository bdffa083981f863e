"""The rates of the city beside those published for Viet Nam.

Published: GLOBOCAN 2022, age-standardised (world) per 100,000. The city's cases and inhabitants of all ten
years, 2015 to 2024, are taken together.
"""

import csv

import polars as pl
import pytest

from banyan.science.burden import standardise_rates
from banyan.science.coding import SITE_GROUPS, derive_codes

TWENTY = 20
FEMALE_ONLY = {"breast"}  # GLOBOCAN's rate of breast cancer is that of women
SUMS = {39, 40, 41}


def list_commonest(oracle) -> list[tuple[int, float]]:
    with (oracle / "burden_vietnam/globocan_vn_2022.csv").open(encoding="utf-8", newline="") as lines:
        rows = [
            row for row in csv.DictReader(lines) if row["measure"] == "incidence" and row["sex"] == "both"
        ]
    single = [row for row in rows if int(row["globocan_code"]) not in SUMS]
    single.sort(key=lambda row: -int(row["number"]))
    return [(int(row["globocan_code"]), float(row["asr_world"])) for row in single[:TWENTY]]


@pytest.fixture(scope="module")
def cells(city) -> pl.DataFrame:
    """Cases by site, sex and age group beside person-years; unknown ages without."""
    coded = derive_codes(city.tumours.drop("site")).filter(pl.col("behaviour") == "3")
    band = pl.min_horizontal(pl.col("age") // 5 * 5, 85).cast(pl.Int32).alias("age_group")
    return coded.group_by("site", "sex", band).agg(cases=pl.len())


def rate(cells, city, key, sexes) -> float:
    chosen = cells.filter((pl.col("site") == key) & pl.col("sex").is_in(sexes))
    persons = city.population.filter(pl.col("sex").is_in(sexes)).group_by("age_group")
    table = persons.agg(person_years=pl.col("persons").sum()).join(
        chosen.group_by("age_group").agg(pl.col("cases").sum()), on="age_group", how="left"
    )
    return standardise_rates(table.with_columns(pl.col("cases").fill_null(0)), standard="segi")["asr"][0]


@pytest.mark.shared
def test_the_twenty_commonest_sites_lie_within_5_per_cent_of_globocan(city, cells, oracle):
    groups = {group.globocan: group for group in SITE_GROUPS}
    far = {}
    for code, published in list_commonest(oracle):
        key = groups[code].key
        sex = "female" if key in FEMALE_ONLY else groups[code].sex
        found = rate(cells, city, key, {"both": ["1", "2"], "male": ["1"], "female": ["2"]}[sex])
        if abs(found / published - 1) > 0.05:
            far[key] = (round(found, 2), published)

    assert far == {}


def test_colorectum_stands_at_its_published_rate(city, cells):
    found = sum(rate(cells, city, key, ["1", "2"]) for key in ("colon", "rectum", "anus"))

    assert found == pytest.approx(13.9, rel=0.05)  # GLOBOCAN 2022, Viet Nam, C18-C21


@pytest.mark.parametrize(
    ("key", "least", "most"), [("lung", 2, 4), ("liver", 3, 6), ("larynx", 8, 20), ("colon", 1, 2)]
)
def test_men_have_more_of_it_than_women(city, cells, key, least, most):
    assert least < rate(cells, city, key, ["1"]) / rate(cells, city, key, ["2"]) < most


def test_women_have_more_thyroid_cancer_than_men(city, cells):
    assert 3 < rate(cells, city, "thyroid", ["2"]) / rate(cells, city, "thyroid", ["1"]) < 6
