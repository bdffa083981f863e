import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from banyan.science.burden import BurdenError, funnel_limits, standardised_ratio

CELLS = pl.DataFrame({"age_group": [60, 65], "cases": [10, 20], "person_years": [4e4, 3e4]})
REFERENCE = pl.DataFrame({"age_group": [60, 65], "rate": [2e-4, 4e-4]})


@given(st.integers(0, 5000), st.sampled_from([0.8, 0.95, 0.99]))
@pytest.mark.burden("rates.sir")
def test_profile_limits_lie_where_the_likelihood_has_dropped_enough(observed: int, level: float) -> None:
    cells = pl.DataFrame({"age_group": [60], "cases": [observed], "person_years": [1.0]})
    found = standardised_ratio(
        cells, pl.DataFrame({"age_group": [60], "rate": [1.0]}), interval="profile", level=level
    ).row(0, named=True)

    drop = 2 * poisson.logpmf(observed, max(observed, 1e-300)) - 2 * poisson.logpmf(
        observed, found["ratio_upper"]
    )
    z = {0.8: 1.2815515655446004, 0.95: 1.959963984540054, 0.99: 2.5758293035489004}[level]
    assert drop == pytest.approx(z**2, rel=1e-6)
    assert found["ratio_lower"] <= observed <= found["ratio_upper"]


def test_the_exact_test_is_twice_the_smaller_tail() -> None:
    found = standardised_ratio(CELLS, REFERENCE).row(0, named=True)

    assert found["expected"] == pytest.approx(20.0)
    assert found["p_value"] == pytest.approx(2 * poisson.sf(29, 20.0), rel=1e-12)


@pytest.mark.parametrize(
    ("cells", "reference", "sentence"),
    [
        (CELLS, REFERENCE.head(1), "Row 2, column age_group: 65 has no reference rate."),
        (
            CELLS,
            pl.concat([REFERENCE, REFERENCE]),
            "Row 1, column age_group: the reference rate of 60 is given twice.",
        ),
        (CELLS.with_columns(cases=-1), REFERENCE, "Row 1, column cases: -1.0 is negative."),
    ],
)
def test_what_cannot_be_expected_is_named(
    cells: pl.DataFrame, reference: pl.DataFrame, sentence: str
) -> None:
    with pytest.raises(BurdenError) as error:
        standardised_ratio(cells, reference)

    assert str(error.value) == sentence


@pytest.mark.burden("rates.sir")
def test_pooled_strata_observe_and_expect_the_sum() -> None:
    each = standardised_ratio(CELLS.with_columns(area=pl.Series(["a", "b"])), REFERENCE, by=["area"])
    whole = standardised_ratio(CELLS, REFERENCE)

    assert each["cases"].sum() == whole["cases"][0]
    assert each["expected"].sum() == pytest.approx(whole["expected"][0], rel=1e-12)


@given(st.floats(0.05, 500), st.sampled_from([0.8, 0.95, 0.998]))
@pytest.mark.burden("rates.funnel")
def test_a_funnel_lies_between_the_quantile_and_the_count_before(expected: float, level: float) -> None:
    tail = (1 - level) / 2

    for limit, probability in zip(funnel_limits(expected, level=level), (tail, 1 - tail), strict=True):
        count = poisson.ppf(probability, expected)
        assert max(count - 1, 0) - 1e-9 <= limit * expected <= count + 1e-9


def test_a_funnel_narrows() -> None:
    lower, upper = funnel_limits(np.array([10.0, 100.0, 1000.0]))

    assert (np.diff(upper - lower) < 0).all()
    assert (lower[-1], upper[-1]) == pytest.approx((0.938, 1.062), abs=0.001)
