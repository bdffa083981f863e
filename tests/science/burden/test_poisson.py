"""The Poisson kernel gives the maximum of the likelihood, whatever the columns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.poisson import find_aliased, find_deviance, fit_poisson, invert_link

COUNTS = st.lists(st.integers(0, 400), min_size=4, max_size=12).filter(lambda values: sum(values) > 0)


@given(COUNTS)
def test_one_rate_for_all_is_cases_over_person_years(counts):
    cases = np.array(counts, dtype=float)
    people = np.linspace(100, 900, len(cases))

    for link in ("log", "power5"):
        fit = fit_poisson(np.ones((len(cases), 1)), cases, people, link=link)

        rate = cases.sum() / people.sum()
        assert invert_link(fit.coefficients, link)[0] == pytest.approx(rate, rel=1e-8)


@given(COUNTS)
def test_as_many_columns_as_rows_fit_every_count(counts):
    cases = np.array(counts, dtype=float) + 1

    fit = fit_poisson(np.eye(len(cases)), cases, np.full(len(cases), 1000.0))

    assert fit.freedom == 0
    np.testing.assert_allclose(fit.fitted, cases, rtol=1e-8)


@given(COUNTS)
def test_the_score_is_zero_at_the_fit(counts):
    cases = np.array(counts, dtype=float) + 1
    design = np.column_stack([np.ones(len(cases)), np.arange(len(cases))])
    people = np.full(len(cases), 5000.0)

    fit = fit_poisson(design, cases, people)

    np.testing.assert_allclose(design.T @ (cases - fit.fitted), 0, atol=1e-5 * cases.sum())


def test_a_combination_of_columns_to_the_left_is_left_out():
    design = np.column_stack([np.ones(4), np.arange(4), 2 + 3 * np.arange(4), np.arange(4) ** 2])

    assert find_aliased(design).tolist() == [False, False, True, False]

    fit = fit_poisson(design, np.array([1.0, 4.0, 9.0, 30.0]), np.full(4, 100.0))

    assert fit.coefficients[2] == 0
    assert fit.covariance[2].tolist() == [0, 0, 0, 0]
    assert fit.freedom == 1


def test_the_variance_of_a_log_rate_is_one_over_the_cases():
    fit = fit_poisson(np.ones((3, 1)), np.array([5.0, 8.0, 12.0]), np.array([10.0, 10.0, 10.0]))

    assert fit.covariance[0, 0] == pytest.approx(1 / 25)
    assert fit.combine(np.array([[2.0]]))[1][0] == pytest.approx(2 / 5)


def test_a_level_without_a_case_goes_to_a_rate_of_nothing():
    design = np.eye(2)[[0, 0, 1, 1]]

    fit = fit_poisson(design, np.array([3.0, 5.0, 0.0, 0.0]), np.full(4, 1000.0))

    assert fit.fitted[:2] == pytest.approx([4, 4])
    assert fit.fitted[2:].max() < 1e-6


def test_an_offset_multiplies_the_rate():
    cases, people = np.array([10.0, 40.0]), np.array([100.0, 100.0])

    fit = fit_poisson(np.ones((2, 1)), cases, people, offset=np.log([1.0, 4.0]))

    assert np.exp(fit.coefficients[0]) == pytest.approx(0.1)
    assert fit.deviance == pytest.approx(0, abs=1e-9)


def test_the_deviance_of_no_case_is_twice_what_was_expected():
    assert find_deviance(np.array([0.0, 2.0]), np.array([3.0, 2.0])) == pytest.approx(6)


def test_steps_that_never_settle_are_said(monkeypatch):
    monkeypatch.setattr("banyan.science.burden.poisson.MOST_STEPS", 1)

    with pytest.raises(BurdenError, match=r"the Poisson model does not settle\."):
        fit_poisson(np.ones((2, 1)), np.array([1.0, 900.0]), np.array([1.0, 1.0]))
