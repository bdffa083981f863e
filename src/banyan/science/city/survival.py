"""How long they live: an excess hazard from the cancer on top of the hazard of the general population.

The time to death from the cancer is Weibull, set by the net survival at five years of the site and stage; the
time to death from anything else follows the life table of Viet Nam.
"""

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.burden import viet_nam_life_table
from banyan.science.city.incidence import PIVOT
from banyan.science.city.tables import read

DAYS = 365.25
AGE_EFFECT = 0.012  # log hazard ratio per year of age beyond 60
PROGRESS = -0.012  # log hazard ratio per calendar year
NEVER = 400.0  # years; stands for no death from the cancer


def add_death(cases: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Draw the day of death, whenever it comes; follow-up cuts it later."""
    years = np.minimum(draw_cancer_death(cases, rng), draw_other_death(cases, rng))
    days = np.where(cases["dco"].to_numpy(), 0, np.floor(years * DAYS))
    death = cases["incidence_date"].to_numpy() + np.minimum(days, 60_000).astype("timedelta64[D]")
    return cases.with_columns(death_date=pl.Series(death).cast(pl.Date))


def draw_cancer_death(cases: pl.DataFrame, rng: Generator) -> np.ndarray:
    """Return years from diagnosis to death from the cancer."""
    course = cases.select("site").join(read("site_course"), on="site", how="left", maintain_order="left")
    known = course.select("s1", "s2", "s3", "s4").cast(pl.Float64).fill_null(np.nan).to_numpy()
    stage = cases["true_stage"].to_numpy()
    survival = known[np.arange(len(cases)), np.where(stage < 0, 3, stage)]
    shape = course["shape"].to_numpy()
    year = cases["incidence_date"].dt.year().to_numpy() - PIVOT
    age = np.clip(cases["exact_age"].to_numpy(), 20, 90) - 60
    scale = -np.log(np.clip(survival, 1e-6, 1 - 1e-9)) / 5**shape * np.exp(AGE_EFFECT * age + PROGRESS * year)
    return np.minimum((rng.exponential(1.0, len(cases)) / scale) ** (1 / shape), NEVER)


def draw_other_death(cases: pl.DataFrame, rng: Generator, horizon: int = 15) -> np.ndarray:
    """Return years from diagnosis to death from anything else, walking the life table year by year.

    Those who outlive the horizon get a time beyond it.
    """
    table = viet_nam_life_table()
    sex = (cases["sex"] == "2").to_numpy().astype(int)
    start = cases["exact_age"].to_numpy()
    year = cases["incidence_date"].dt.year().to_numpy()
    left = rng.exponential(1.0, len(cases))
    years = np.full(len(cases), np.inf)
    for step in range(horizon):
        period = np.searchsorted(table.years, year + step, side="right") - 1
        age = np.searchsorted(table.ages, start + step, side="right") - 1
        hazard = table.hazards[sex, period, age]
        dies = np.isinf(years) & (left < hazard)
        years[dies] = step + left[dies] / hazard[dies]
        left = left - hazard
    return np.where(np.isinf(years), horizon + 1.0, years)
