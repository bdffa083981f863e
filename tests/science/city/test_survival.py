"""Survival of the drawn patients beside what the parameters ask for."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from banyan.science.burden.lifetable import viet_nam_life_table
from banyan.science.city.survival import draw_cancer_death, draw_other_death


def describe(site: str, stage: int, size: int = 40_000, age: float = 60.5, year: int = 2019) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "site": [site] * size,
            "sex": ["2"] * size,
            "true_stage": [stage] * size,
            "exact_age": [age] * size,
            "incidence_date": [date(year, 6, 30)] * size,
        }
    )


@pytest.mark.parametrize(
    ("site", "stage", "five_years"), [("breast", 2, 0.66), ("lung", 3, 0.06), ("colon", 0, 0.93)]
)
def test_draw_cancer_death_leaves_the_net_survival_of_the_table(site, stage, five_years):
    years = draw_cancer_death(describe(site, stage), np.random.default_rng(1))

    assert (years > 5).mean() == pytest.approx(five_years, abs=0.01)


def test_draw_cancer_death_comes_sooner_in_the_old():
    young, old = (
        draw_cancer_death(describe("stomach", 2, age=age), np.random.default_rng(1)) for age in (40.0, 80.0)
    )

    assert np.median(old) < np.median(young)


def test_draw_other_death_follows_the_life_table():
    table = viet_nam_life_table()
    years = draw_other_death(describe("breast", 0, age=65.0, year=2020), np.random.default_rng(1))

    hazard = table.hazards[1, list(table.years).index(2020), list(table.ages).index(65)]
    assert (years > 5).mean() == pytest.approx(np.exp(-5 * hazard), abs=0.005)


def observed(city, site: str, years: int) -> float:
    """Share of those diagnosed before 2020 who lived so long; the lost are left out."""
    cases = city.tumours.filter(
        pl.col("site") == site,
        ~pl.col("dco"),
        pl.col("sequence") == 1,
        pl.col("incidence_date").dt.year() < 2020,
    ).join(city.people.filter(pl.col("vital_status") != "lost"), on="person_id")
    return (cases["last_contact_date"] - cases["incidence_date"]).dt.total_days().ge(years * 365.25).mean()


@pytest.mark.parametrize(
    ("site", "least", "most"),
    [("breast", 0.70, 0.80), ("lung", 0.10, 0.18), ("liver", 0.08, 0.16), ("thyroid", 0.88, 0.99)],
)
def test_five_year_survival_is_plausible(city, site, least, most):
    assert least < observed(city, site, 5) < most


def test_survival_falls_with_stage(city):
    cases = city.tumours.filter(site="colon").join(city.people, on="person_id")
    dead = dict(cases.group_by("stage").agg((pl.col("vital_status") == "dead").mean()).iter_rows())

    assert dead["I"] < dead["II"] < dead["III"] < dead["IV"]
