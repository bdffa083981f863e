"""Trends of the age groups: their own, one for all, or as the data ask."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import BurdenError, project_cases

AGES = range(30, 90, 5)


def make_cells(level: float, change: float, apart: float = 0.0, seed: int = 3) -> pl.DataFrame:
    """Return ten observed years and twenty to come; each age group may have its own change on top."""
    draw = np.random.default_rng(seed)
    rows = []
    for number, age in enumerate(AGES):
        slope = change + apart * (number - 5.5)
        for year in range(2010, 2040):
            mean = level * np.exp(slope * (year - 2014.5))
            rows.append((age, year, float(draw.poisson(mean)) if year < 2020 else None, 1e5))
    return pl.DataFrame(rows, schema=["age_group", "period", "cases", "person_years"], orient="row")


@pytest.mark.burden("projection.others")
def test_trends_that_do_not_differ_are_taken_as_one():
    found = project_cases(make_cells(40, 0.03), method="eapc", model_age=30, slopes=None, draws=100)

    (change,) = found.coefficients.filter(pl.col("term") == "change a year")["coefficient"]
    assert found.facts["slopes"] == "common"
    assert change == pytest.approx(0.03, abs=0.012)


def test_trends_that_differ_are_kept_apart():
    found = project_cases(make_cells(400, 0.0, 0.02), method="eapc", model_age=30, slopes=None, draws=100)

    own = found.coefficients.filter(pl.col("term").str.starts_with("change a year"))["coefficient"]
    assert found.facts["slopes"] == "own"
    assert own.to_list() == pytest.approx([0.02 * (number - 5.5) for number in range(12)], abs=0.03)


def test_one_trend_keeps_small_age_groups_from_running_away():
    """Of many draws with ten cases a group in ten years, one trend for all goes less far astray."""
    errors = {"own": [], "common": []}
    for seed in range(20):
        cells = make_cells(2, 0.0, seed=seed)
        for slopes, found in errors.items():
            last = project_cases(cells, method="eapc", model_age=30, slopes=slopes, draws=100).totals[
                "cases"
            ][-1]
            found.append(abs(np.log(last / 24)))

    assert np.mean(errors["common"]) < np.mean(errors["own"])


def test_slopes_that_nobody_knows_are_refused():
    with pytest.raises(BurdenError, match="slopes ‘none’"):
        project_cases(make_cells(40, 0.0), method="eapc", slopes="none")
