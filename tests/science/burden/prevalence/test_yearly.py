import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from banyan.science.burden import BurdenError, prevalence_from_cases

CASES = pl.DataFrame({"year": [2019, 2020, 2021, 2022, 2023], "cases": [100, 120, 110, 130, 140]})
CURVE = pl.DataFrame({"years": [1, 3, 5], "survival": [0.8, 0.6, 0.5], "std_err": [0.02, 0.025, 0.03]})


@pytest.mark.burden("prevalence.yearly")
def test_worked_example():
    """Cases of the last year live half a year (0.8 ** 0.5), those before it a year and a half …; see the docs."""
    half = [0.8**0.5, 0.8 * 0.75**0.25, 0.8 * 0.75**0.75, 0.6 * (5 / 6) ** 0.25, 0.6 * (5 / 6) ** 0.75]
    alive = [n * s for n, s in zip([140, 130, 110, 120, 100], half, strict=True)]

    found = prevalence_from_cases(CASES, CURVE)

    assert found.select("years", "cases").rows() == [(1, 140.0), (3, 380.0), (5, 600.0)]
    assert found["prevalent"].to_list() == pytest.approx([sum(alive[:n]) for n in (1, 3, 5)], rel=1e-13)
    assert found["prevalent"].round(1).to_list() == [125.2, 292.9, 414.0]


def test_survival_that_is_estimated_widens_the_interval():
    """One year: N = 140 S½, and the relative variance of S½ is a quarter of that of S(1)."""
    value = 140 * 0.8**0.5

    found = prevalence_from_cases(CASES, CURVE, years=[1])

    assert found["std_err"].item() == pytest.approx(
        (value + (value * 0.5 * 0.02 / 0.8) ** 2) ** 0.5, rel=1e-13
    )
    assert prevalence_from_cases(CASES, CURVE.drop("std_err"), years=[1])["std_err"].item() == pytest.approx(
        value**0.5
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=10, max_size=10))
def test_where_nobody_dies_prevalence_is_cases(numbers):
    cases = pl.DataFrame({"year": range(2014, 2024), "cases": numbers})
    living = pl.DataFrame({"years": [10], "survival": [1.0]})

    found = prevalence_from_cases(cases, living, years=[1, 5, 10])

    assert found["prevalent"].to_list() == [sum(numbers[-n:]) for n in (1, 5, 10)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_prevalence_grows_with_years_and_strata_add_up(seed):
    rng = np.random.default_rng(seed)
    cases = pl.DataFrame(
        {"year": [*range(2019, 2024)] * 2, "sex": ["1"] * 5 + ["2"] * 5, "cases": rng.integers(0, 90, 10)}
    )

    parts = prevalence_from_cases(cases, CURVE, by=["sex"])
    whole = prevalence_from_cases(cases.group_by("year").agg(pl.col("cases").sum()), CURVE)

    assert (np.diff(whole["prevalent"].to_numpy()) >= 0).all()
    sums = parts.group_by("years").agg(pl.col("prevalent").sum()).sort("years")
    assert sums["prevalent"].to_list() == pytest.approx(whole["prevalent"].to_list(), rel=1e-12)


def test_everybody_dead_after_a_year():
    dead = pl.DataFrame({"years": [1], "survival": [0.0]})

    assert prevalence_from_cases(CASES, dead, years=[5])["prevalent"].item() == 0.0


@pytest.mark.parametrize(
    ("cases", "curve", "sentence"),
    [
        (CASES[1:], CURVE, "Column year: there are no cases of 2019; write 0 where there was none."),
        (CASES, CURVE[:2], "Column years: the survival ends at 3 years; 5-year prevalence needs it at 4.5."),
        (
            CASES,
            CURVE.with_columns(survival=pl.Series([0.8, 0.9, 0.7])),
            "Column survival: survival has one value a time, none above the one before it.",
        ),
        (
            CASES,
            CURVE.with_columns(survival=pl.Series([80, 60, 50])),
            "Row 1, column survival: a survival is from 0 to 1, not 80.0.",
        ),
        (CASES.with_columns(cases=-1), CURVE, "Row 1, column cases: -1.0 cases cannot be."),
    ],
)
def test_one_sentence_for_each_fault(cases, curve, sentence):
    with pytest.raises(BurdenError) as fault:
        prevalence_from_cases(cases, curve)

    assert fault.value.message_en == sentence
