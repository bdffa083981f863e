import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from banyan.science.burden import BurdenError, compare_rates, standardise_rates

CELLS = pl.DataFrame(
    {
        "area": ["a", "a", "b", "b", "c", "c"],
        "age_group": [0, 65, 0, 65, 0, 65],
        "cases": [4, 30, 8, 45, 0, 0],
        "person_years": [9e4, 1e4, 8e4, 1.2e4, 5e4, 3e3],
    }
)
STANDARD = {0: 93, 65: 7}


@given(x=st.integers(1, 60), y=st.integers(1, 60), people=st.floats(0.2, 5))
@pytest.mark.burden("rates.comparison")
def test_with_one_age_group_the_f_limits_are_the_exact_conditional_ones(
    x: int, y: int, people: float
) -> None:
    """Given x + y, x is binomial: Clopper and Pearson's limits of its share give those of the ratio."""
    cells = pl.DataFrame(
        {"area": ["a", "b"], "age_group": [0, 0], "cases": [y, x], "person_years": [1e4, 1e4 * people]}
    )

    found = compare_rates(cells, "area", reference="a", standard={0: 1}).row(0, named=True)

    share = binomtest(x, x + y).proportion_ci(0.95, method="exact")
    exact = [p / (1 - p) / people for p in share]
    assert [found["ratio_lower"], found["ratio_upper"]] == pytest.approx(exact, rel=1e-6)


def test_each_rate_is_the_standardised_one_and_the_log_limits_are_symmetric() -> None:
    found = compare_rates(CELLS, "area", reference="a", standard=STANDARD, interval="log").row(0, named=True)
    rates = standardise_rates(CELLS, by=["area"], standard=STANDARD)

    assert (found["reference_asr"], found["asr"]) == pytest.approx(rates["asr"].to_list()[:2], rel=1e-12)
    assert found["ratio"] ** 2 == pytest.approx(found["ratio_lower"] * found["ratio_upper"], rel=1e-12)
    errors = rates["asr_se"].to_list()
    assert found["z"] == pytest.approx(
        found["difference"] / (errors[0] ** 2 + errors[1] ** 2) ** 0.5, rel=1e-12
    )


@pytest.mark.burden("rates.comparison")
def test_the_test_based_limits_exclude_1_just_where_the_test_does() -> None:
    """Boyle and Parkin's ratio ** (1 ± z / x): a limit is 1 where x = z."""
    for level in (0.5, 0.9, 0.95, 0.99):
        found = compare_rates(
            CELLS, "area", reference="a", standard=STANDARD, interval="test-based", level=level
        ).row(0, named=True)
        assert (found["ratio_lower"] > 1) == (found["p_value"] < 1 - level)


def test_without_a_case_the_ratio_is_0_and_only_the_f_limit_says_how_high_it_may_be() -> None:
    f = compare_rates(CELLS, "area", reference="a", standard=STANDARD).row(1, named=True)
    log = compare_rates(CELLS, "area", reference="a", standard=STANDARD, interval="log").row(1, named=True)

    assert (f["area"], f["ratio"], f["ratio_lower"]) == ("c", 0.0, 0.0)
    assert 0.3 < f["ratio_upper"] < 5
    assert (log["ratio_lower"], log["ratio_upper"]) == (None, None)


def test_a_comparison_in_each_stratum_is_what_it_is_alone() -> None:
    both = pl.concat(
        [CELLS.with_columns(sex=pl.lit(1)), CELLS.with_columns(sex=pl.lit(2), cases=pl.col("cases") * 2)]
    )

    found = compare_rates(both, "area", reference="b", by=["sex"], standard=STANDARD)
    alone = compare_rates(CELLS, "area", reference="b", standard=STANDARD)

    assert found.filter(pl.col("sex") == 1).drop("sex").equals(alone)
    assert found["sex"].to_list() == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"reference": "z"}, "Column area: no row has area ‘z’, the group to compare with."),
        (
            {"reference": "a", "interval": "fieller"},
            "there is no interval ‘fieller’ of a ratio; these are known: f, log, test-based.",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(BurdenError) as error:
        compare_rates(CELLS, "area", standard=STANDARD, **options)

    assert str(error.value) == sentence
