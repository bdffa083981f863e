import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.city.draws import choose_column, draw_cells, draw_distinct
from banyan.science.city.incidence import (
    MID_AGES,
    draw_cases,
    expected_cases,
    expected_rates,
    shape_ages,
    ward_risks,
)
from banyan.science.city.population import build_denominators
from banyan.science.city.tables import mixture, phrases, read

MODELS = read("site_model").to_dicts()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model['site']}-{model['sex']}")
def test_shape_ages_is_one_at_sixty_but_for_the_bump(model):
    bump = model["young"] * np.exp(-(((60 - model["young_age"]) / model["young_width"]) ** 2) / 2)

    assert shape_ages(model, np.array([60.0])) == pytest.approx(1 + bump)


def test_shape_ages_without_turn_is_a_power_of_age():
    model = {"power": 5, "turn": 1000, "young": 0, "young_age": 0, "young_width": 1, "from_age": 20}

    assert shape_ages(model, np.array([10.0, 30.0, 60.0])) == pytest.approx([0, 1 / 32, 1])


def test_expected_rates_follow_the_yearly_trend():
    model = MODELS[0] | {"trend": 10}

    rates = expected_rates(model, np.array([2019, 2020]))

    assert rates[1] / np.where(rates[0] == 0, 1, rates[0]) == pytest.approx(np.where(MID_AGES < 15, 0, 1.1))


def test_ward_risks_average_to_one_over_the_inhabitants():
    city = build_denominators(2024, 2024)

    risks = ward_risks(MODELS[0] | {"urban": 0.5}, "lung", city, np.zeros(126))

    assert np.average(risks, weights=city.persons.sum(axis=(0, 2, 3))) == pytest.approx(1)
    assert risks[list(city.ward_codes).index("09952")] > 1.2  # a hot spot


def test_draw_cases_holds_the_expected_number_of_each_site():
    city = build_denominators(2023, 2024)
    model = next(row for row in MODELS if row["site"] == "stomach" and row["sex"] == "1")

    cases = draw_cases(city, np.random.default_rng(1))

    stomach = cases.filter((pl.col("site") == "stomach") & (pl.col("sex") == "1"))
    expected = expected_cases(model, city, np.ones(126)).sum()
    assert stomach.height == pytest.approx(expected, rel=0.01)
    assert set(cases["incidence_date"].dt.year()) == {2023, 2024}


@given(
    st.lists(st.floats(0, 1000), min_size=2, max_size=30).filter(lambda cells: sum(cells) > 1e-6),
    st.integers(0, 99),
)
def test_draw_cells_never_uses_an_empty_cell(cells, seed):
    drawn = draw_cells(np.random.default_rng(seed), np.array(cells), 200)

    assert all(cells[cell] > 0 for cell in set(drawn))


@given(st.integers(1, 300), st.integers(0, 99))
def test_draw_distinct_repeats_nothing(size, seed):
    drawn = draw_distinct(np.random.default_rng(seed), size, 1000)

    assert len(set(drawn)) == size
    assert 0 <= drawn.min() <= drawn.max() < 1000


def test_choose_column_follows_the_weights():
    drawn = choose_column(np.random.default_rng(3), np.tile([1.0, 0.0, 3.0], (20_000, 1)))

    assert np.bincount(drawn) / 20_000 == pytest.approx([0.25, 0, 0.75], abs=0.01)


def test_mixture_reads_values_and_shares():
    assert mixture("C50.4:3 C50.9:1").values.tolist() == ["C50.4", "C50.9"]
    assert mixture("C50.4:3 C50.9:1").shares.tolist() == [0.75, 0.25]
    assert phrases("T1 N0 M0:60 T2 N0 M0:40").values.tolist() == ["T1 N0 M0", "T2 N0 M0"]
