import numpy as np
import pytest

from banyan.science.burden import BurdenError, fit_joinpoints
from banyan.science.burden.trend.joinpoint.permutation import Shuffling, count_extreme, divide_sums

YEARS = list(range(2000, 2020))


def draw_rates(seed, spread=0.05):
    return np.exp(3 + np.random.default_rng(seed).normal(0, spread, 20))


@pytest.mark.burden("trend.permutation")
def test_the_p_value_is_that_of_the_same_orders_fitted_one_by_one():
    rates, cases = draw_rates(1), np.arange(30, 50)
    trend = fit_joinpoints(YEARS, rates, cases=cases, most=2, permutations=40, seed=3)
    null, series = trend.fits[0], trend.series
    fitted = null.evaluate(series.x)
    residual = np.sqrt(cases) * (series.y - fitted)

    ratios = []
    for shuffled in Shuffling(40, 3).permute(residual, 0).T:
        again = fit_joinpoints(
            YEARS, np.exp(fitted + shuffled / np.sqrt(cases)), cases=cases, most=2, method="bic"
        )
        ratios.append(again.take(0).wsse / again.take(2).wsse)

    observed = trend.fits[0].wsse / trend.fits[2].wsse
    assert trend.tests["statistic"][0] == pytest.approx(observed, rel=1e-9)
    assert trend.tests["p_value"][0] == (1 + sum(ratio >= observed for ratio in ratios)) / 41


def test_threads_do_not_change_the_result_and_seeds_do():
    tests = [
        fit_joinpoints(YEARS, draw_rates(2), most=2, permutations=499, seed=seed, workers=workers).tests
        for seed, workers in ((1, 1), (1, 2), (2, 2))
    ]

    assert tests[0].equals(tests[1])
    assert not tests[0].equals(tests[2])


@pytest.mark.parametrize(
    ("split", "alphas"), [("overfitting", {0: 0.025, 1: 0.05}), ("bonferroni", {0: 0.025, 1: 0.025})]
)
def test_the_level_is_split_over_the_tests(split, alphas):
    """A sharp bend: none against two is rejected, one against two is not."""
    rates = np.exp(np.minimum(np.arange(20), 19 - np.arange(20)) * 0.1) * draw_rates(4, 0.02)

    tests = fit_joinpoints(YEARS, rates, most=2, permutations=199, split=split).tests

    assert tests.select("null", "alternative", "rejected").rows() == [(0, 2, True), (1, 2, False)]
    assert tests["alpha"].to_list() == [alphas[null] for null in tests["null"]]


@pytest.mark.burden("trend.permutation")
def test_noise_alone_is_seldom_bent():
    """At most the level of the test, on average; 4 of 40 is the 95th per cent of that."""
    bent = sum(
        fit_joinpoints(YEARS, draw_rates(seed), most=2, permutations=199, seed=seed).chosen.k > 0
        for seed in range(40)
    )

    assert bent <= 4


def test_sums_that_differ_by_rounding_count_as_equal():
    assert count_extreme(2.0, np.array([2.0 - 1e-15, 1.0, 3.0])) == 0.75


def test_nothing_left_over_is_no_better_than_nothing():
    ratios = divide_sums(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 0.5]))

    assert ratios.tolist() == [1.0, np.inf, 2.0]


@pytest.mark.parametrize("options", [{"permutations": 0}, {"seed": -1}, {"workers": 0}])
def test_a_test_without_permutations_is_refused(options):
    with pytest.raises(BurdenError, match="a permutation test needs a permutation"):
        fit_joinpoints(YEARS, draw_rates(1), **options)
