import math

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import BurdenError, lifetime_risk

CELLS = pl.DataFrame(
    {
        "age_group": [0, 60, 80],
        "cases": [60, 200, 90],
        "cancer_deaths": [20, 150, 80],
        "deaths": [400, 2_000, 3_000],
        "person_years": [2e5, 4e4, 2e4],
    }
)


def test_where_nobody_dies_of_anything_else_everybody_is_diagnosed() -> None:
    cells = CELLS.with_columns(deaths="cancer_deaths")

    assert lifetime_risk(cells)["lifetime_risk"][0] == pytest.approx(100.0, rel=1e-12)


@pytest.mark.burden("rates.lifetime")
def test_with_one_rate_for_ever_the_risk_is_its_share() -> None:
    cells = CELLS.with_columns(cases=20, cancer_deaths=10, deaths=110, person_years=1e4)

    assert lifetime_risk(cells)["lifetime_risk"][0] == pytest.approx(100 * 20 / 120, rel=1e-12)


@pytest.mark.burden("rates.lifetime")
def test_the_error_is_what_a_simulation_finds() -> None:
    """Poisson cases and deaths from the cancer, drawn again 4,000 times."""
    rng, drawn = np.random.default_rng(3), []
    for _ in range(4_000):
        again = CELLS.with_columns(
            cases=pl.Series(rng.poisson(CELLS["cases"])),
            cancer_deaths=pl.Series(rng.poisson(CELLS["cancer_deaths"])),
        )
        drawn.append(lifetime_risk(again)["lifetime_risk"][0])

    assert lifetime_risk(CELLS)["lifetime_risk_se"][0] == pytest.approx(np.std(drawn), rel=0.05)


def test_rows_in_any_order_and_strata_apart() -> None:
    both = pl.concat([CELLS.with_columns(sex=pl.lit(1)), CELLS.reverse().with_columns(sex=pl.lit(2))])

    found = lifetime_risk(both, by=["sex"])

    assert found["lifetime_risk"].to_list() == [lifetime_risk(CELLS)["lifetime_risk"][0]] * 2
    assert math.isclose(found["one_in"][0] * found["lifetime_risk"][0], 100)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            CELLS.with_columns(cancer_deaths=500),
            "Row 1, column cancer_deaths: 500.0 are more than all deaths.",
        ),
        (CELLS.with_columns(person_years=0), "Row 1, column person_years: there are no person-years."),
        (pl.concat([CELLS, CELLS]), "Row 1, column age_group: 0.0 is given twice."),
        (CELLS.head(1), "Column age_group: a lifetime needs at least two age groups."),
    ],
)
def test_what_is_no_life_is_refused(cells: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(BurdenError) as error:
        lifetime_risk(cells)

    assert str(error.value) == sentence
