"""What is true in the city, so that maps and trends have something to find."""

import numpy as np
import polars as pl
import pytest


def yearly(city, site: str, sex: str) -> np.ndarray:
    """Truncated crude rates 35-74 by complete year, ages weighted evenly enough for a trend."""
    cases = city.tumours.filter(
        (pl.col("site") == site) & (pl.col("sex") == sex) & pl.col("age").is_between(35, 74)
    )
    counts = cases.group_by(pl.col("incidence_date").dt.year().alias("year")).len().sort("year")["len"]
    persons = city.population.filter((pl.col("sex") == sex) & pl.col("age_group").is_between(35, 70))
    return (
        counts / persons.group_by("year").agg(pl.col("persons").sum()).sort("year")["persons"]
    ).to_numpy()[:-1]


def per_year(rates: np.ndarray) -> float:
    return 100 * (np.exp(np.polyfit(np.arange(len(rates)), np.log(rates), 1)[0]) - 1)


@pytest.mark.parametrize(
    ("site", "sex"), [("breast", "2"), ("colon", "1"), ("thyroid", "2"), ("prostate", "1")]
)
def test_some_cancers_rise(city, site, sex):
    assert per_year(yearly(city, site, sex)) > 1


@pytest.mark.parametrize(("site", "sex"), [("cervix", "2"), ("stomach", "1"), ("nasopharynx", "1")])
def test_some_cancers_fall(city, site, sex):
    assert per_year(yearly(city, site, sex)) < -1


def ratio(city, site: str, sex: str, codes: list[str]) -> float:
    """Observed over expected from the whole city's age-specific rates."""
    band = pl.min_horizontal(pl.col("age") // 5 * 5, 85).cast(pl.Int32).alias("age_group")
    cases = city.tumours.filter((pl.col("site") == site) & (pl.col("sex") == sex)).with_columns(band)
    persons = city.population.filter(pl.col("sex") == sex)
    rates = (
        persons.group_by("age_group")
        .agg(pl.col("persons").sum())
        .join(cases.group_by("age_group").len(), on="age_group")
        .with_columns(rate=pl.col("len") / pl.col("persons"))
    )
    here = (
        persons.filter(pl.col("ward_code").is_in(codes))
        .group_by("age_group")
        .agg(here=pl.col("persons").sum())
    )
    expected = here.join(rates, on="age_group").select((pl.col("here") * pl.col("rate")).sum()).item()
    return cases.filter(pl.col("ward_code").is_in(codes)).height / expected


def test_breast_cancer_is_commoner_in_the_inner_wards(city):
    inner = city.wards.filter(pl.col("lat").is_between(21.0, 21.06), pl.col("lon").is_between(105.8, 105.87))[
        "code"
    ]
    outer = city.wards.filter(kind="Xã")["code"]

    assert ratio(city, "breast", "2", inner.to_list()) > 1.2 * ratio(city, "breast", "2", outer.to_list())


def test_hot_spots_stand_out(city):
    assert ratio(city, "lung", "1", ["09952", "10045", "10030"]) > 1.35
    assert ratio(city, "thyroid", "2", ["00166", "00160", "00175"]) > 1.4
    assert ratio(city, "nasopharynx", "1", ["00385", "00430"]) < 0.8
