import numpy as np
import polars as pl
import pytest

from banyan.science.city.population import build_denominators, rate_urbanity, read_age_structure
from banyan.science.city.wards import load_wards


def test_population_has_a_row_for_every_cell(city):
    assert city.population.height == 126 * 2 * 18 * 10
    assert city.population.select("ward_code", "year", "sex", "age_group").is_unique().all()
    assert (city.population["persons"] >= 0).all()


def test_population_grows_to_8_6_million(city):
    totals = city.population.group_by("year").agg(pl.col("persons").sum()).sort("year")["persons"].to_numpy()

    assert totals[-1] == pytest.approx(8_600_000, abs=500)
    growth = totals[1:] / totals[:-1] - 1
    assert growth == pytest.approx(np.full(9, 0.0075), abs=1e-4)


def test_wards_carry_the_inhabitants_of_the_last_year(city):
    last = city.population.filter(pl.col("year") == 2024).group_by("ward_code").agg(pl.col("persons").sum())

    joined = city.wards.join(last, left_on="code", right_on="ward_code")

    assert joined["population"].to_list() == joined["persons"].to_list()
    assert 15_000 < joined["population"].min() < joined["population"].max() < 250_000


def test_age_structure_sums_to_one_in_every_year():
    years = np.arange(2010, 2031)

    assert read_age_structure(years).sum(axis=(1, 2)) == pytest.approx(np.ones(21))


def test_the_centre_is_older_than_the_ring():
    city = build_denominators(2024, 2024)
    over_60 = city.persons[0][:, :, 12:].sum(axis=(1, 2)) / city.persons[0].sum(axis=(1, 2))
    by_code = dict(zip(city.ward_codes, over_60, strict=True))

    assert by_code["00070"] > by_code["09886"]  # Hoàn Kiếm, Dương Nội


def test_rate_urbanity_falls_from_the_centre_outwards():
    urbanity = dict(zip(load_wards()["code"], rate_urbanity(), strict=True))

    assert urbanity["00070"] > 0.95
    assert urbanity["09700"] < 0.01  # Ba Vì
    assert urbanity["00070"] > urbanity["09556"] > urbanity["09700"]
