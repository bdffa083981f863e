import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, eapc, poisson_eapc

YEARS = list(range(2010, 2018))


@settings(max_examples=50, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(0.01, 1000))
def test_a_constant_change_is_found(change, start):
    rates = [start * (1 + change) ** i for i in range(8)]

    assert eapc(YEARS, rates).percent == pytest.approx(100 * change, abs=1e-8)


@pytest.mark.burden("trend.eapc")
def test_the_interval_is_that_of_a_textbook_regression():
    """Slope, its standard error and the t quantile by matrix algebra."""
    rates, cases = np.array([20, 24, 21, 26, 30, 27, 33, 31.0]), np.array([40, 50, 44, 53, 60, 55, 70, 64])
    x = np.column_stack([np.ones(8), YEARS])
    inverse = np.linalg.inv(x.T @ (cases[:, None] * x))
    beta = inverse @ x.T @ (cases * np.log(rates))
    residual = (cases * (np.log(rates) - x @ beta) ** 2).sum() / 6
    half = 2.4469118511449692 * np.sqrt(residual * inverse[1, 1])

    found = eapc(YEARS, rates, cases=cases)

    assert found.percent == pytest.approx(100 * np.expm1(beta[1]), rel=1e-6)
    assert found.lower == pytest.approx(100 * np.expm1(beta[1] - half), rel=1e-6)
    assert found.upper == pytest.approx(100 * np.expm1(beta[1] + half), rel=1e-6)
    assert found.direction == "rising"


def test_variances_and_cases_weigh_the_same_for_a_crude_rate():
    cases = np.array([40, 50, 44, 53, 60, 55, 70, 64.0])
    rates = cases / 1000

    by_variance = eapc(YEARS, rates, variance=cases / 1000**2)

    assert by_variance.percent == pytest.approx(eapc(YEARS, rates, cases=cases).percent, rel=1e-12)


def test_years_without_a_case_are_left_out_and_listed():
    found = eapc(YEARS, [0, 1, 2, 3, 0, 5, 6, 7], cases=[0, 1, 2, 3, 0, 5, 6, 7])

    assert found.zero_years == (2010, 2014)
    assert found.years == (2011, 2012, 2013, 2015, 2016, 2017)


def test_a_wavering_rate_has_no_direction():
    assert eapc(YEARS, [10, 12, 9, 11, 10, 12, 9, 11]).direction == "unclear"


@pytest.mark.parametrize(
    ("years", "rates", "others", "sentence"),
    [
        (
            [2010, 2011, 2012],
            [1, 0, 2],
            {},
            "a trend needs three years with a rate above 0, and there are 2.",
        ),
        ([2010, 2010, 2012], [1, 1, 2], {}, "Column year: a year is there twice."),
        ([2010, 2011, 2012], [1, -1, 2], {}, "Row 2, column rate: -1 is no rate."),
        ([2010, 2011], [1, 1, 2], {}, "each year needs one rate."),
        (
            [2010, 2011, 2012],
            [1, 1, 2],
            {"cases": [1, 0, 1]},
            "the rate of 2011 is above 0 and has no cases or no variance.",
        ),
        (
            [2010, 2011, 2012],
            [1, 1, 2],
            {"cases": 1, "variance": 1},
            "a trend is weighted by cases or by variances, not by both.",
        ),
        (
            [2010, 2011, 2012],
            [1, 1, 2],
            {"convention": "seer"},
            "there is no convention ‘seer’; these are known: exact, rcan.",
        ),
    ],
)
def test_a_series_without_a_trend_says_why(years, rates, others, sentence):
    with pytest.raises(BurdenError) as caught:
        eapc(years, rates, **others)

    assert str(caught.value) == sentence


def test_no_change_has_a_p_value_of_one():
    assert eapc(YEARS, [10, 12, 12, 10, 10, 12, 12, 10]).p_value == pytest.approx(1, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(1, 1000))
def test_a_constant_change_of_counts_is_found(change, start):
    cases = [start * (1 + change) ** i for i in range(8)]

    assert poisson_eapc(YEARS, cases, [1e5] * 8).percent == pytest.approx(100 * change, abs=1e-7)


@pytest.mark.burden("trend.poisson")
def test_poisson_regression_solves_its_likelihood_equations():
    """Residuals are orthogonal to 1 and to the year, and the error is that of the information matrix."""
    cases = np.array([0, 3, 2, 5, 4, 8, 0, 9.0])
    exposure = np.array([1, 2, 1, 2, 1, 2, 1, 2.0]) * 1e4
    x = np.arange(8.0)

    found = poisson_eapc(YEARS, cases, exposure)

    level = np.log(cases.sum() / (exposure * np.exp(found.slope * x)).sum())
    fitted = exposure * np.exp(level + found.slope * x)
    information = np.array([[fitted.sum(), fitted @ x], [fitted @ x, fitted @ x**2]])
    assert (cases - fitted) @ x == pytest.approx(0, abs=1e-8)
    assert found.std_err == pytest.approx(np.sqrt(np.linalg.inv(information)[1, 1]), rel=1e-9)
    assert (found.zero_years, len(found.years)) == ((), 8)


@pytest.mark.burden("trend.poisson")
def test_estimated_dispersion_widens_by_its_root_and_by_the_t_quantile():
    cases, exposure = [10, 30, 12, 40, 15, 45, 20, 60], [1e5] * 8
    plain = poisson_eapc(YEARS, cases, exposure)

    wide = poisson_eapc(YEARS, cases, exposure, dispersion="estimated")

    assert wide.std_err == pytest.approx(plain.std_err * np.sqrt(wide.dispersion), rel=1e-12)
    assert np.log1p(wide.upper / 100) == pytest.approx(
        wide.slope + 2.4469118511449692 * wide.std_err, rel=1e-9
    )


@pytest.mark.parametrize(
    ("cases", "exposure", "sentence"),
    [
        ([1, 2, -1], [1, 1, 1], "Row 3, column cases: -1 is no case number."),
        ([1, 2, 3], [1, 0, 1], "Row 2, column person_years: 0 person-years give no rate."),
        ([1, 2, 3], [1, 1], "each year needs its person-years."),
        (
            [0, 0, 3],
            [1, 1, 1],
            "a trend of counts needs three years, two of them with cases; there are 3 and 1.",
        ),
    ],
)
def test_counts_without_a_trend_say_why(cases, exposure, sentence):
    with pytest.raises(BurdenError) as caught:
        poisson_eapc([2010, 2011, 2012], cases, exposure)

    assert str(caught.value) == sentence


def test_a_dispersion_that_is_not_known_is_said():
    with pytest.raises(
        BurdenError, match="there is no dispersion ‘deviance’; these are known: poisson, estimated"
    ):
        poisson_eapc([2010, 2011, 2012], [1, 2, 3], [1, 1, 1], dispersion="deviance")
