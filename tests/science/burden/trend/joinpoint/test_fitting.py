from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, fit_joinpoints
from banyan.science.burden.trend.joinpoint.fit import build_columns

YEARS = list(range(2000, 2020))
METHODS = ("permutation", "bic", "bic3", "wbic")
QUICK = {"permutations": 199}


def draw_rates(seed, count=20, spread=0.05, change=0.02):
    noise = np.random.default_rng(seed).normal(0, spread, count)
    return 30 * np.exp(change * np.arange(count) + noise)


def bend(years=YEARS, at=2010):
    return [20 * 1.03 ** min(y - 2000, at - 2000) * 0.97 ** max(y - at, 0) for y in years]


def search_by_hand(series, k, *, ends, between):
    """Least sum of squares over every admissible set of years, each model fitted afresh."""
    best = (np.inf, ())
    for places in combinations(series.x[1:-1], k):
        cuts = [-np.inf, *places, np.inf]
        inside = [((series.x > a) & (series.x < b)).sum() for a, b in pairwise(cuts)]
        fewest = [ends, *[between] * (k - 1), ends] if k else [0]
        if all(n >= least for n, least in zip(inside, fewest, strict=True)):
            columns = series.whiten(build_columns(series.x, series.x[0], places))
            rest = series.whiten(series.y) - columns @ np.linalg.lstsq(columns, series.whiten(series.y))[0]
            best = min(best, (float(rest @ rest), places))
    return best


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(2000, 2030), min_size=12, max_size=13, unique=True),
    st.integers(0, 10**6),
    st.integers(1, 3),
    st.integers(0, 3),
    st.sampled_from([0.0, 0.4]),
)
@pytest.mark.burden("trend.search")
def test_the_search_is_that_by_hand(years, seed, ends, between, rho):
    rates = draw_rates(seed, len(years), 0.3)
    cases = np.random.default_rng(seed).integers(1, 100, len(years))

    trend = fit_joinpoints(
        years, rates, cases=cases, most=2, method="bic", ends=ends, between=between, rho=rho
    )

    for fit in trend.fits:
        least, places = search_by_hand(trend.series, fit.k, ends=ends, between=between)
        assert fit.wsse == pytest.approx(least, rel=1e-9)
        assert fit.joinpoints == places


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_a_finer_grid_never_fits_worse(seed, finer):
    rates = draw_rates(seed)

    coarse, fine = (fit_joinpoints(YEARS, rates, most=2, method="bic", finer=m) for m in (0, finer))

    for k in (1, 2):
        assert fine.take(k).wsse <= coarse.take(k).wsse * (1 + 1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 1000), st.permutations(range(20)))
def test_unit_and_order_of_the_rates_do_not_matter(seed, unit, order):
    rates, errors = draw_rates(seed), np.random.default_rng(seed).uniform(0.5, 2, 20)
    plain = fit_joinpoints(YEARS, rates, std_errs=errors, method="bic3")

    other = fit_joinpoints(
        np.array(YEARS)[order], (rates * unit)[order], std_errs=(errors * unit)[order], method="bic3"
    )

    assert other.joinpoints == plain.joinpoints
    np.testing.assert_allclose(other.segments()["apc"], plain.segments()["apc"], rtol=1e-6)
    np.testing.assert_allclose(other.segments()["std_err"], plain.segments()["std_err"], rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("change", [-0.05, 0.0, 0.04])
@pytest.mark.burden("trend.apc")
def test_a_constant_change_has_no_joinpoint(method, change):
    trend = fit_joinpoints(YEARS, [20 * (1 + change) ** i for i in range(20)], method=method, **QUICK)

    assert trend.joinpoints == ()
    assert trend.segments()["apc"].item() == pytest.approx(100 * change, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_a_bend_is_found_where_it_is(method):
    trend = fit_joinpoints(YEARS, bend(), method=method, **QUICK)

    assert trend.joinpoints == (2010,)
    assert trend.segments()["apc"].to_list() == pytest.approx([3, -3], abs=1e-8)
    assert trend.segments().select("start", "end").rows() == [(2000, 2010), (2010, 2019)]


def test_a_bend_between_two_years_needs_the_finer_grid():
    years = np.array(YEARS)
    rates = np.exp(3 + 0.03 * (years - 2000) - 0.06 * np.maximum(years - 2009.5, 0))

    assert fit_joinpoints(years, rates, method="bic3", finer=1).joinpoints == (2009.5,)


def test_a_linear_model_has_slopes_in_the_unit_of_the_rate():
    rates = [10 + 2 * min(i, 10) - max(i - 10, 0) for i in range(20)]

    segments = fit_joinpoints(YEARS, rates, model="linear", method="bic3").segments()

    assert segments["slope"].to_list() == pytest.approx([2, -1], abs=1e-9)
    assert segments["apc"].to_list() == [None, None]


@pytest.mark.burden("trend.correlated")
def test_correlated_errors_are_generalised_least_squares():
    """Coefficients, sum of squares and errors by the full covariance matrix of the observations."""
    years = np.array([2000, 2001, 2002, 2003, 2005, 2006, 2007, 2008, 2010, 2011, 2012, 2013.0])
    rates, cases = draw_rates(5, 12, 0.2), np.arange(10, 22)
    fit = fit_joinpoints(years, rates, cases=cases, rho=0.6, most=1, least=1).chosen
    root = np.sqrt(cases)
    covariance = 0.6 ** np.abs(years[:, None] - years) / np.outer(root, root)
    x = build_columns(years, 2000, fit.joinpoints)
    whole = np.column_stack([x, years > fit.joinpoints[0]]).astype(float)
    inverse = np.linalg.inv(covariance)

    beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ np.log(rates))
    rest = np.log(rates) - x @ beta

    np.testing.assert_allclose(fit.coefficients, beta, rtol=1e-8)
    assert fit.wsse == pytest.approx(rest @ inverse @ rest, rel=1e-10)
    np.testing.assert_allclose(fit.inverse, np.linalg.inv(whole.T @ inverse @ whole), rtol=1e-7, atol=1e-12)


def test_the_estimated_correlation_is_that_of_the_residuals():
    rates = draw_rates(3)
    largest = fit_joinpoints(YEARS, rates, most=2, least=2).chosen
    residual = np.log(rates) - largest.evaluate(np.array(YEARS, float))

    trend = fit_joinpoints(YEARS, rates, most=2, method="bic", rho="estimate")

    assert trend.series.rho == pytest.approx(residual[1:] @ residual[:-1] / (residual @ residual), rel=1e-9)


def test_poisson_weights_are_those_of_the_error_of_a_crude_rate():
    cases, people = np.arange(40, 60), np.linspace(1e5, 2e5, 20)
    rates = cases / people

    for model in ("log-linear", "linear"):
        by_count = fit_joinpoints(YEARS, rates, cases=cases, model=model, method="bic", most=1).take(1)
        by_error = fit_joinpoints(
            YEARS, rates, std_errs=rates / np.sqrt(cases), model=model, method="bic", most=1
        ).take(1)
        assert by_count.joinpoints == by_error.joinpoints
        np.testing.assert_allclose(by_count.coefficients, by_error.coefficients, rtol=1e-9, atol=1e-15)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_an_average_within_a_segment_is_that_segment(seed, k):
    trend = fit_joinpoints(YEARS, draw_rates(seed), most=3, method="bic")
    segments = trend.segments(k)

    averages = trend.averages(segments.select("start", "end").rows(), k)

    for ours, theirs in (("aapc", "apc"), ("std_err", "std_err"), ("aapc_lower", "apc_lower")):
        np.testing.assert_allclose(averages[ours], segments[theirs], rtol=1e-7)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(2000, 2009), st.integers(1, 10))
@pytest.mark.burden("trend.aapc")
def test_an_average_is_the_change_from_end_to_end(seed, start, length):
    trend = fit_joinpoints(YEARS, draw_rates(seed), most=2, method="bic")
    ends = np.array([start, start + length], dtype=float)

    average = trend.averages([(ends[0], ends[1])], 2)

    first, last = trend.take(2).evaluate(ends)
    assert average["slope"].item() == pytest.approx((last - first) / length, rel=1e-9, abs=1e-12)


@pytest.mark.burden("trend.aapc")
def test_an_average_counts_the_place_of_a_joinpoint_as_estimated():
    """The delta method by numbers: the model's tangent at the estimate, bent by hand."""
    years = np.array(YEARS, float)
    fit = fit_joinpoints(YEARS, np.array(bend()) * draw_rates(1, 20, 0.02, 0), most=1, least=1).chosen
    place, change = fit.joinpoints[0], fit.coefficients[2]
    tangent = np.column_stack([build_columns(years, 2000, [place]), -change * (years > place)])
    covariance = np.linalg.inv(tangent.T @ tangent) * fit.mse

    def average(theta):
        values = build_columns(np.array([2003.0, 2017.0]), 2000, [theta[3]]) @ theta[:3]
        return (values[1] - values[0]) / 14

    theta = np.array([*fit.coefficients, place])
    gradient = [(average(theta + step) - average(theta - step)) / 2e-6 for step in np.eye(4) * 1e-6]

    found = fit.averages([(2003, 2017)])["std_err"].item()

    assert found == pytest.approx(np.sqrt(gradient @ covariance @ gradient), rel=1e-6)
    assert found > fit.averages([(2003, 2017)], interval="conditional")["std_err"].item()


def test_resampled_limits_lie_near_those_of_the_delta_method():
    """On a fine grid: whole years alone hold a sharp bend in place, and the delta method knows of no grid."""
    rates = np.array(bend()) * draw_rates(2, 20, 0.01, 0)
    trend = fit_joinpoints(YEARS, rates, most=1, method="bic", finer=9, permutations=999)

    delta, resampled = (trend.averages(interval=name) for name in ("delta", "resampled"))

    assert resampled["aapc"].item() == delta["aapc"].item()
    assert resampled["std_err"].item() == pytest.approx(delta["std_err"].item(), rel=0.15)
    assert resampled.equals(trend.averages(interval="resampled"))


def test_places_have_limits_around_them():
    trend = fit_joinpoints(YEARS, np.array(bend()) * draw_rates(1, 20, 0.02, 0), most=1, least=1)

    year, std_err, lower, upper = trend.places().row(0)

    assert year == 2010
    assert upper - lower == pytest.approx(2 * 2.1199052992210112 * std_err, rel=1e-9)


def test_a_rate_of_nothing_is_refused_or_replaced_and_listed():
    rates = [0, *range(1, 20)]

    trend = fit_joinpoints(YEARS, rates, zero=0.5, method="bic")

    assert trend.series.replaced == (2000,)
    assert trend.series.rate[0] == 0.5
    assert fit_joinpoints(YEARS, rates, model="linear", method="bic").series.replaced == ()


def test_the_most_joinpoints_grow_with_the_series():
    tried = [
        fit_joinpoints(range(n), draw_rates(1, n), method="bic").fits[-1].k for n in (3, 6, 7, 11, 12, 22)
    ]

    assert tried == [0, 0, 1, 1, 2, 4]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"rates": [0, *range(19)]},
            "Row 1, column rate: a rate of 0 has no logarithm; state what stands for it, or join years.",
        ),
        ({"rates": [float("nan"), *range(19)]}, "Row 1, column rate: nan is no rate."),
        ({"years": [*YEARS[:19], 2003]}, "Row 20, column year: the year 2003 is there twice."),
        ({"years": YEARS[:19]}, "each year needs one rate."),
        (
            {"std_errs": [1] * 19 + [0]},
            "Row 20, column std_err: a standard error of 0 or none gives no weight; fit with constant variance instead.",
        ),
        (
            {"std_errs": [float("nan")] + [1] * 19},
            "Row 1, column std_err: a standard error of 0 or none gives no weight; fit with constant variance instead.",
        ),
        ({"cases": [-1] + [1] * 19}, "Row 1, column cases: -1 is no number of cases."),
        ({"weights": "cases"}, "Column cases: there is no column cases in the series."),
        ({"most": 7}, "20 years have room for 6 joinpoints, and 7 are asked for."),
        ({"least": 2, "most": 1}, "the joinpoints go from 2 to 1, which is no span."),
        (
            {"method": "aic"},
            "there is no method ‘aic’; these are known: permutation, bic, bic3, wbic.",
        ),
        ({"model": "cubic"}, "there is no model ‘cubic’; these are known: log-linear, linear."),
        ({"weights": "none"}, "there is no weighting ‘none’; these are known: std_err, cases, constant."),
        (
            {"split": "even"},
            "there is no split ‘even’ of the level; these are known: overfitting, bonferroni.",
        ),
        (
            {"rho": 1.0},
            "a correlation of errors lies between -1 and 1, below 0 for even steps only, not at 1.",
        ),
        ({"zero": 0.0}, "what stands for a rate of 0 is above 0."),
        ({"alpha": 0.0}, "a level of significance lies between 0 and 1, and 0 does not."),
    ],
)
def test_a_series_without_joinpoints_says_why(options, sentence):
    given = {"years": YEARS, "rates": draw_rates(1), **QUICK, **options}
    years, rates = given.pop("years"), given.pop("rates")

    with pytest.raises(BurdenError) as caught:
        fit_joinpoints(years, rates, **given)

    assert str(caught.value) == sentence


def test_a_window_outside_the_series_is_refused():
    trend = fit_joinpoints(YEARS, draw_rates(1), method="bic")

    with pytest.raises(BurdenError, match="the years 1999 to 2005 are no part of 2000 to 2019"):
        trend.averages([(1999, 2005)])


def test_a_model_that_was_not_tried_is_refused():
    with pytest.raises(BurdenError, match="no model has 3 joinpoints"):
        fit_joinpoints(YEARS, draw_rates(1), most=2, method="bic").segments(3)


def test_two_observations_a_segment_are_enough():
    """Three years and no joinpoint: the line has one degree of freedom left."""
    assume_free = fit_joinpoints([2000, 2001, 2002], [1, 2, 3.5], method="permutation")

    assert (assume_free.chosen.df, assume_free.tests.height) == (1, 0)


@pytest.mark.burden("trend.apc")
def test_errors_of_separate_lines_are_those_of_their_regressions():
    """Each line by itself, the observation at the joinpoint left out, with one common variance."""
    rates = np.array(bend()) * draw_rates(1, 20, 0.02, 0)
    fit = fit_joinpoints(YEARS, rates, most=1, least=1).chosen
    years, y = np.array(YEARS, float), np.log(rates)
    parts = [years < fit.joinpoints[0], years > fit.joinpoints[0]]
    rest = sum(np.polyfit(years[part] - 2010, y[part], 1, full=True)[1].item() for part in parts)
    widths = [((years[part] - years[part].mean()) ** 2).sum() for part in parts]

    found = fit.segments(errors="lerman")

    assert found["df"].to_list() == [15, 15]
    assert found["std_err"].to_list() == pytest.approx(
        [np.sqrt(rest / 15 / width) for width in widths], rel=1e-9
    )


def test_a_separate_line_of_one_observation_has_no_error():
    trend = fit_joinpoints(YEARS, draw_rates(5, spread=0.3), ends=1, between=1, most=5, least=5)
    few = [
        sum(start < year < end or (year in {2000, 2019} and start <= year <= end) for year in YEARS) < 2
        for start, end in trend.segments().select("start", "end").rows()
    ]

    assert trend.segments(errors="lerman")["std_err"].is_null().to_list() == few
    assert any(few)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda trend: trend.segments(errors="robust"),
            "there is no standard error ‘robust’; these are known: estimated, known, lerman.",
        ),
        (
            lambda trend: trend.averages(interval="exact"),
            "there is no interval ‘exact’; these are known: delta, conditional, resampled.",
        ),
        (
            lambda trend: replace(trend, level=2.0).places(),
            "a confidence level lies between 0 and 1, and 2.0 does not.",
        ),
    ],
)
def test_what_cannot_be_asked_of_a_trend_is_said(ask, sentence):
    trend = fit_joinpoints(YEARS, draw_rates(1), method="bic")

    with pytest.raises(BurdenError) as caught:
        ask(trend)

    assert str(caught.value) == sentence
