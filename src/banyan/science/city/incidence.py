"""How many cases, of what, in whom, where and when.

The rate of a site in a sex is ``level`` (per 100,000 at 60 years, in the middle of the period) times an age
curve of at most six parameters, times a yearly trend, times the relative risk of the ward.
"""

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import draw_cells
from banyan.science.city.population import AGE_GROUPS, SEXES, Denominators
from banyan.science.city.tables import read

PIVOT = 2019.5  # the year at which a level is stated
LAST_YEAR_COMPLETE = 0.96  # the registration of the last year is still running
TURN_WIDTH = 8.0  # years over which an age curve turns
MID_AGES = np.append(AGE_GROUPS[:-1] + 2.5, 88.0)
WARD_NOISE = 0.04  # log standard deviation of the risk between wards beyond what the table says


def shape_ages(model: dict[str, float], ages: np.ndarray) -> np.ndarray:
    """Return the rate by age relative to that at 60.

    A power of age that turns over (multistage carcinogenesis with a late decline), and a bump for the tumours
    of the young.

    Parameters
    ----------
    model : dict
        A row of ``site_model.csv``: power, turn, young, young_age, young_width, from_age.
    ages : ndarray
        Ages in years.

    Returns
    -------
    ndarray
        1 at age 60, but for the bump.

    References
    ----------
    Armitage P, Doll R. Br J Cancer 1954;8:1-12 (the power of age).
    """
    turn = (1 + np.exp((60 - model["turn"]) / TURN_WIDTH)) / (1 + np.exp((ages - model["turn"]) / TURN_WIDTH))
    bump = model["young"] * np.exp(-(((ages - model["young_age"]) / model["young_width"]) ** 2) / 2)
    return np.where(ages < model["from_age"], 0.0, (ages / 60) ** model["power"] * turn) + bump


def expected_rates(model: dict[str, float], years: np.ndarray) -> np.ndarray:
    """Return cases per person-year by year and age group, (years, 18)."""
    trend = np.exp(np.log1p(model["trend"] / 100) * (years - PIVOT))
    return model["level"] / 1e5 * trend[:, None] * shape_ages(model, MID_AGES)


def ward_risks(model: dict[str, float], site: str, city: Denominators, noise: np.ndarray) -> np.ndarray:
    """Return the relative risk of each ward, 1 on average over the inhabitants, (wards,)."""
    spots = dict(
        read("hotspots").filter(pl.col("site") == site).select("ward_code", "relative_risk").iter_rows()
    )
    risk = np.exp(model["urban"] * city.urbanity + WARD_NOISE * noise)
    risk *= np.array([spots.get(code, 1.0) for code in city.ward_codes])
    return risk / np.average(risk, weights=city.persons.sum(axis=(0, 2, 3)))


def expected_cases(model: dict[str, float], city: Denominators, risks: np.ndarray) -> np.ndarray:
    """Return expected registered cases by year, ward and age group, (years, wards, 18)."""
    persons = city.persons[:, :, SEXES.index(str(model["sex"])), :]
    complete = np.where(city.years == city.years[-1], LAST_YEAR_COMPLETE, 1.0)
    rates = expected_rates(model, city.years) * complete[:, None]
    return persons * rates[:, None, :] * risks[None, :, None]


def draw_cases(city: Denominators, rng: Generator) -> pl.DataFrame:
    """Draw every case of the period.

    The number of cases of a site and sex over the whole period is its expectation, rounded; year, ward and
    age are drawn.

    Returns
    -------
    DataFrame
        site, sex, ward_code, incidence_date, exact_age (years, before any rounding).
    """
    parts = [draw_site(model, city, rng) for model in read("site_model").iter_rows(named=True)]
    return pl.concat(parts)


def draw_site(model: dict[str, float], city: Denominators, rng: Generator) -> pl.DataFrame:
    """Draw the cases of one site and sex."""
    site = str(model["site"])
    expected = expected_cases(
        model, city, ward_risks(model, site, city, rng.standard_normal(len(city.ward_codes)))
    )
    size = round(float(expected.sum()))
    year, ward, group = np.unravel_index(draw_cells(rng, expected, size), expected.shape)
    return pl.DataFrame(
        {
            "site": np.full(size, site),
            "sex": np.full(size, model["sex"]),
            "ward_code": city.ward_codes[ward].astype(str),
            "incidence_date": spread_over_year(city.years[year], rng),
            "exact_age": AGE_GROUPS[group] + spread_within_group(group, rng),
        }
    )


def spread_over_year(years: np.ndarray, rng: Generator) -> np.ndarray:
    """Return a day of each year."""
    first = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return first + (rng.random(len(years)) * 365).astype("timedelta64[D]")


def spread_within_group(groups: np.ndarray, rng: Generator) -> np.ndarray:
    """Return years beyond the lower bound of the group: even within five years, fading above 85."""
    even = rng.random(len(groups)) * 5
    fading = np.minimum(rng.exponential(4.0, len(groups)), 19.0)
    return np.where(groups == len(AGE_GROUPS) - 1, fading, even)
