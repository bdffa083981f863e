"""Inhabitants by ward, year, sex and age group: the denominators.

The age structure is that of Viet Nam in UN World Population Prospects; the size of a ward comes from the
old units that went into it and from its distance to the centre. No census count of a ward stands behind it.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from banyan.science.city.tables import read
from banyan.science.city.wards import load_old_wards, load_ward_links, load_wards

SEXES = ("1", "2")
AGE_GROUPS = np.arange(0, 90, 5)
INHABITANTS = 8_600_000  # in the last year
GROWTH = 0.0075  # a year
# Young people moving in hold the age structure of the city back behind that of the country.
AGEING_PIVOT, AGEING_PACE = 2021.5, 0.2
CENTRE = (21.030, 105.850)  # Hoan Kiem lake
KM_PER_DEGREE = 111.2


class Denominators(NamedTuple):
    """Inhabitants as an array, with what its axes mean."""

    persons: np.ndarray  # (years, wards, 2 sexes, 18 age groups), mid-year
    years: np.ndarray
    ward_codes: np.ndarray
    urbanity: np.ndarray  # (wards,), 1 in the old centre, 0 far out


def measure_distances() -> np.ndarray:
    """Return kilometres from each ward to the centre, (wards,)."""
    wards = load_wards()
    north = (wards["lat"].to_numpy() - CENTRE[0]) * KM_PER_DEGREE
    east = (wards["lon"].to_numpy() - CENTRE[1]) * KM_PER_DEGREE * np.cos(np.radians(CENTRE[0]))
    return np.hypot(north, east)


def rate_urbanity() -> np.ndarray:
    """How much of a city a ward is, from 1 in the old centre to 0 far out, (wards,)."""
    commune = (load_wards()["kind"] == "Xã").to_numpy()
    return np.where(commune, 0.55, 1.0) / (1 + np.exp((measure_distances() - 9) / 2.5))


def size_wards() -> np.ndarray:
    """Return the share of the city's inhabitants in each ward, (wards,)."""
    distance = measure_distances()
    by_density = load_wards()["area_km2"].to_numpy() * (26_000 * np.exp(-distance / 7) + 1_600)
    size = np.sqrt(by_density * count_old_inhabitants())
    return size / size.sum()


def count_old_inhabitants() -> np.ndarray:
    """Rough inhabitants of the old units that went into each ward, (wards,)."""
    links = load_ward_links().join(load_old_wards(), left_on="old_ward_code", right_on="code")
    persons = pl.when(pl.col("kind") == "Xã").then(11_000).otherwise(17_000)
    sizes = (
        links.with_columns(persons=persons / pl.len().over("old_ward_code"))
        .group_by("new_ward_code")
        .agg(pl.col("persons").sum())
    )
    wards = load_wards().join(
        sizes, left_on="code", right_on="new_ward_code", how="left", maintain_order="left"
    )
    return wards["persons"].fill_null(11_000).to_numpy()


def grow_wards(years: np.ndarray) -> np.ndarray:
    """Return inhabitants by year and ward: the ring around the centre grows, the centre does not."""
    distance = measure_distances()
    pace = np.where(distance < 5, -0.004, np.where(distance < 16, 0.022, 0.009))
    persons = size_wards() * np.exp(pace * (years[:, None] - years[-1]))
    totals = INHABITANTS * (1 + GROWTH) ** (years - years[-1])
    return persons * (totals / persons.sum(axis=1))[:, None]


def read_age_structure(years: np.ndarray) -> np.ndarray:
    """Return the share of each sex and age group by year, (years, 2, 18), summing to 1 in a year."""
    table = read("age_structure").sort("sex", "age_group")
    known = table.select(pl.col("^thousands_.*$")).to_numpy().reshape(2, len(AGE_GROUPS), 3)
    at = np.clip(AGEING_PIVOT + AGEING_PACE * (years - 2019.5), 2015, 2025)
    lower = np.minimum(((at - 2015) // 5).astype(int), 1)
    weight = ((at - 2015) / 5 - lower)[:, None, None]
    shape = np.moveaxis(known, 2, 0)
    mixed = shape[lower] * (1 - weight) + shape[lower + 1] * weight
    return mixed / mixed.sum(axis=(1, 2), keepdims=True)


def build_denominators(first_year: int, last_year: int) -> Denominators:
    """Spread the city's inhabitants over wards, sexes and ages; older in the centre, younger in the ring."""
    years = np.arange(first_year, last_year + 1)
    wards, structure, urbanity = grow_wards(years), read_age_structure(years), rate_urbanity()
    distance = measure_distances()
    older = 0.5 * urbanity - 0.35 * ((distance > 5) & (distance < 16))
    tilt = np.exp(older[:, None] * (AGE_GROUPS - 35) / 50)
    persons = wards[:, :, None, None] * structure[:, None] * tilt[None, :, None, :]
    city = wards.sum(axis=1)[:, None, None] * structure
    persons *= (city / persons.sum(axis=1))[:, None]
    return Denominators(np.round(persons), years, load_wards()["code"].to_numpy(), urbanity)


def tabulate(city: Denominators) -> pl.DataFrame:
    """Return one row per ward, year, sex and age group with the mid-year persons."""
    years, wards, sexes, ages = np.meshgrid(
        np.arange(len(city.years)), np.arange(len(city.ward_codes)), [0, 1], AGE_GROUPS, indexing="ij"
    )
    return pl.DataFrame(
        {
            "ward_code": city.ward_codes[wards.ravel()].astype(str),
            "year": city.years[years.ravel()].astype(np.int32),
            "sex": np.array(SEXES)[sexes.ravel()],
            "age_group": ages.ravel().astype(np.int32),
            "persons": city.persons.ravel().astype(np.int64),
        }
    )
