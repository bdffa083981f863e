import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import fit_joinpoints

YEARS = list(range(2000, 2020))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
@pytest.mark.burden("trend.criteria")
def test_the_weighted_criterion_lies_between_the_two_that_it_weighs(seed):
    rates = np.exp(np.random.default_rng(seed).normal(3, 0.1, 20))

    models = fit_joinpoints(YEARS, rates, most=3, method="wbic").models()

    mixed = models["bic"] * (1 - models["weight"]) + models["bic3"] * models["weight"]
    np.testing.assert_allclose(models["wbic"], mixed, rtol=1e-9)
    assert models["weight"].is_between(0, 1).all()
    assert models["weight"][0] == 0
    assert models.filter("chosen")["wbic"].item() == models["wbic"].min()


def test_the_weight_is_what_a_hinge_explains_beyond_a_line():
    """One joinpoint has the whole series: 1 - (sum of squares with it) / (sum without)."""
    rates = np.exp(np.random.default_rng(7).normal(3, 0.1, 20))

    models = fit_joinpoints(YEARS, rates, most=1, method="wbic").models()

    assert models["weight"][1] == pytest.approx(1 - models["wsse"][1] / models["wsse"][0], rel=1e-9)


@pytest.mark.parametrize(("method", "parameters"), [("bic", 2), ("bic3", 3)])
@pytest.mark.burden("trend.criteria")
def test_a_criterion_pays_for_its_parameters(method, parameters):
    rates = np.exp(np.random.default_rng(8).normal(3, 0.1, 20))

    models = fit_joinpoints(YEARS, rates, most=2, method=method).models()

    penalty = (parameters * models["joinpoints"] + 2) * np.log(20) / 20
    np.testing.assert_allclose(models[method], (models["wsse"] / 20).log() + penalty, rtol=1e-12)
