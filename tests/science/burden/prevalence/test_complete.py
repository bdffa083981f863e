import math

import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from banyan.science.burden import BurdenError, WeibullCure, complete_prevalence, completeness_index


@pytest.mark.parametrize("power", [0, 1, 3.5])
def test_where_nobody_dies_the_index_is_a_power_of_age(power):
    """Integral of a ** b from x - L to x over that from 0 to x: 1 - ((x - L) / x) ** (b + 1)."""
    found = completeness_index([30, 62.5], 12, incidence=lambda age: age**power, survival=WeibullCure(1, 0))

    expected = [1 - ((age - 12) / age) ** (power + 1) for age in (30, 62.5)]
    assert found["completeness"].to_list() == pytest.approx(expected, rel=1e-9)


@pytest.mark.burden("prevalence.complete")
def test_constant_incidence_and_hazard():
    """With S = exp(-μt) and incidence that rises by g a year: (1 - exp(-cL)) / (1 - exp(-cx)), c = μ + log(1 + g)."""
    c = 0.2 + math.log(1.02)

    found = completeness_index([70], 10, incidence={0: 5.0}, survival=WeibullCure(0, 0.2), trend=0.02)

    assert found["completeness"].item() == pytest.approx(
        (1 - math.exp(-10 * c)) / (1 - math.exp(-70 * c)), rel=1e-12
    )


@pytest.mark.burden("prevalence.complete")
def test_worked_example_of_a_part_that_is_cured():
    """Half are cured: the parts of the two add up, 10/40 of the cured and nearly all of the others."""
    found = completeness_index([40], 10, incidence={0: 1.0}, survival=WeibullCure(0.5, 0.5))

    known = 0.5 * 10 + 0.5 * (1 - math.exp(-5)) / 0.5
    whole = 0.5 * 40 + 0.5 * (1 - math.exp(-20)) / 0.5
    assert found["completeness"].item() == pytest.approx(known / whole, rel=1e-12)
    assert round(found["completeness"].item(), 4) == 0.2854


def test_incidence_by_age_group():
    """No cancer before 50: at 55 a register of ten years knows all."""
    found = completeness_index([55, 70], 10, incidence={50: 1.0}, survival=WeibullCure(1, 0))

    assert found["completeness"].to_list() == pytest.approx([1.0, 0.5], rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.floats(5, 90), st.floats(1, 40), st.floats(0, 1), st.floats(0.01, 2), st.floats(0.4, 2))
def test_index_grows_with_the_years_of_the_register(age, duration, cured, rate, shape):
    survival = WeibullCure(cured, rate, shape)

    short, longer = (
        completeness_index([age], years, incidence=lambda a: a**4, survival=survival)["completeness"].item()
        for years in (duration, duration + 5)
    )

    assert 0 < short <= longer <= 1
    assert duration < age or short == 1


def test_complete_prevalence_divides_group_by_group():
    limited = pl.DataFrame(
        {
            "sex": ["1", "1", "2"],
            "age_group": [60, 70, 60],
            "prevalent": [90.0, 80.0, 10.0],
            "std_err": [9.0, 8.0, 3.0],
        }
    )
    index = pl.DataFrame({"age_group": [60, 70], "completeness": [0.9, 0.8]})

    found = complete_prevalence(limited, index, by=["sex"])

    assert found["complete"].to_list() == pytest.approx([200.0, 10 / 0.9])
    assert found["std_err"].to_list() == pytest.approx([np.hypot(10, 10), 3 / 0.9])
    assert found["completeness"].to_list() == pytest.approx([0.85, 0.9])


def test_a_complete_register_changes_nothing():
    limited = pl.DataFrame({"prevalent": [16.0], "std_err": [4.0]})

    found = complete_prevalence(limited, 1.0)

    assert found.select("complete", "std_err").row(0) == (16.0, 4.0)
    assert (found["lower"].item(), found["upper"].item()) == pytest.approx((9.1454, 25.9830), abs=1e-4)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (0, "Row 1, column completeness: a completeness is above 0 and up to 1, not 0.0."),
        (
            pl.DataFrame({"age_group": [70], "completeness": [0.5]}),
            "Row 1, column age_group: there is no completeness index for 60.",
        ),
        (
            pl.DataFrame({"age_group": [60, 60], "completeness": [0.5, 0.6]}),
            "Column completeness: the completeness index has more than one row for the same people.",
        ),
    ],
)
def test_one_sentence_for_each_fault(index, sentence):
    limited = pl.DataFrame({"age_group": [60], "prevalent": [16.0], "std_err": [4.0]})

    with pytest.raises(BurdenError) as fault:
        complete_prevalence(limited, index)

    assert fault.value.message_en == sentence


def test_models_out_of_their_bounds_are_refused():
    with pytest.raises(BurdenError, match="incidence must not be negative"):
        completeness_index([50], 5, incidence=lambda age: -age, survival=WeibullCure(1, 0))
    with pytest.raises(BurdenError, match="a cured share is from 0 to 1"):
        WeibullCure(1.2, 0.1)
