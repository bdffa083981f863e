"""Survival of the drawn patients beside what the parameters ask for."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import net_survival, viet_nam_life_table
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
    ("site", "stage", "five_years"), [("breast", 2, 0.66), ("lung", 3, 0.07), ("colon", 0, 0.93)]
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


@pytest.fixture(scope="module")
def patients(city) -> pl.DataFrame:
    """First malignant tumours that a living person was diagnosed with."""
    cases = city.tumours.filter(
        pl.col("behaviour") == "3", ~pl.col("dco"), pl.col("age").is_not_null(), sequence=1
    )
    joined = cases.join(city.people.drop("sex", "number"), on="person_id")
    return joined.select(
        "site",
        "sex",
        age_days=(pl.col("incidence_date") - pl.col("birth_date")).dt.total_days().cast(pl.Float64),
        diagnosis_date="incidence_date",
        time_days=(pl.col("last_contact_date") - pl.col("incidence_date")).dt.total_days().cast(pl.Float64),
        dead=(pl.col("vital_status") == "dead").cast(pl.Int8),
    )


@pytest.mark.parametrize(
    ("site", "least", "most"),
    [("breast", 0.75, 0.8), ("lung", 0.14, 0.2), ("liver", 0.1, 0.15), ("thyroid", 0.93, 0.99)],
)
def test_net_survival_at_five_years_is_plausible(patients, site, least, most):
    estimate = net_survival(patients.filter(site=site), viet_nam_life_table(), at=(5,))

    assert least < estimate["survival"][0] < most
    assert estimate["std_err"][0] < 0.02


def test_survival_falls_with_stage(city):
    cases = city.tumours.filter(site="colon").join(city.people, on="person_id")
    dead = dict(cases.group_by("stage").agg((pl.col("vital_status") == "dead").mean()).iter_rows())

    assert dead["I"] < dead["II"] < dead["III"] < dead["IV"]
