import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import (
    BurdenError,
    dobson,
    fay_feuer,
    log_interval,
    log_log_interval,
    poisson_interval,
)
from banyan.science.burden.intervals import tiwari, wilson_interval


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from(["exact", "byar"]), st.floats(0.5, 0.999))
def test_poisson_limits_hold_the_count(count, method, level):
    lower, upper = poisson_interval(count, level, method)

    assert 0 <= lower <= count <= upper


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 5000), st.floats(1e-6, 1e3))
@pytest.mark.burden("intervals.gamma", "intervals.dobson")
def test_equal_weights_make_gamma_and_dobson_the_exact_limits(count, weight):
    exact = [weight * limit for limit in poisson_interval(count)]

    gamma = fay_feuer(weight * count, weight**2 * count, weight)

    np.testing.assert_allclose(gamma, exact, rtol=1e-9)
    if count:
        np.testing.assert_allclose(dobson(weight * count, weight**2 * count, count), exact, rtol=1e-9)


def test_no_cases_leave_an_upper_limit_of_the_largest_weight():
    lower, upper = fay_feuer(0.0, 0.0, 2.0)

    assert (lower, upper) == (0.0, pytest.approx(2 * -np.log(0.025), rel=1e-12))


def test_a_rate_that_is_not_defined_has_no_limits():
    assert np.isnan(fay_feuer(np.nan, 0.0, 0.0)).all()


@pytest.mark.burden("intervals.survival")
def test_log_log_limits_need_a_survival_between_0_and_1():
    lower, upper = log_log_interval([0.0, 0.5, 1.0, 1.1], [0.1] * 4)

    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [True, False, True, True]


@pytest.mark.burden("intervals.survival")
def test_log_limits_are_not_cut_at_one():
    assert log_interval(0.99, 0.1)[1] > 1


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(BurdenError, match="a confidence level lies between 0 and 1"):
        poisson_interval(3, level)


def test_an_unknown_method_lists_the_known_ones():
    with pytest.raises(BurdenError, match="these are known: exact, byar"):
        poisson_interval(3, method="daly")


def test_wilson_interval_gives_the_published_limits():
    lower, upper = wilson_interval([81, 0], [263, 20])

    # Newcombe 1998, table I, method 3: 81 of 263, and 0 of 20
    assert lower.round(4).tolist() == [0.2553, 0.0]
    assert upper.round(4).tolist() == [0.3662, 0.1611]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.floats(0.01, 3)), min_size=1, max_size=18),
    st.sampled_from([0.9, 0.95, 0.99]),
)
@pytest.mark.burden("intervals.tiwari")
def test_tiwari_shares_one_more_case_among_the_cells(cells, level):
    """One case shared among the cells, instead of one more where it weighs most: the same where all weigh alike."""
    counts, weights = (np.array(part, dtype=float) for part in zip(*cells, strict=True))
    rate, variance = (weights * counts).sum(), (weights**2 * counts).sum()

    ours = tiwari(rate, variance, weights.mean(), (weights**2).mean(), level)
    theirs = fay_feuer(rate, variance, weights.max(), level)

    assert ours[0] == theirs[0]
    alike = fay_feuer(counts.sum(), counts.sum(), 1.0, level)
    same = tiwari(counts.sum(), counts.sum(), 1.0, 1.0, level)
    assert np.allclose(same, alike, rtol=1e-12)
    assert ours[1] >= rate
