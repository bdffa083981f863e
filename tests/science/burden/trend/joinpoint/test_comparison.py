import numpy as np
import polars as pl
import pytest
from scipy.stats import f

from banyan.science.burden import BurdenError, compare_trends, fit_joinpoints

YEARS = np.arange(2000, 2020)
QUICK = {"permutations": 499}


def pair(first, second, *, years=YEARS):
    rows = [
        *zip(["a"] * len(years), years, first, strict=True),
        *zip(["b"] * len(years), years, second, strict=True),
    ]
    return pl.DataFrame(rows, schema=["area", "year", "rate"], orient="row")


def bend(level, at=2010, seed=0, spread=0.02):
    noise = np.random.default_rng(seed).normal(0, spread, 20)
    return level * np.exp(
        0.04 * np.minimum(YEARS, at) - 0.04 * 2000 - 0.03 * np.maximum(YEARS - at, 0) + noise
    )


@pytest.mark.burden("trend.comparison")
def test_one_course_at_two_levels_is_parallel_and_not_one():
    frame = pair(bend(20, seed=1), bend(30, seed=2))

    parallel, coincident = (
        compare_trends(frame, "area", hypothesis=name, k=1, **QUICK)
        for name in ("parallelism", "coincidence")
    )

    assert parallel.p_value > 0.05
    assert coincident.p_value == 1 / 500
    assert parallel.joinpoints == (2010,)
    assert (parallel.df, coincident.df) == ((3, 32), (4, 32))


def test_one_course_at_one_level_is_one():
    both = bend(20, seed=3), bend(20, seed=4)

    found = compare_trends(pair(*both), "area", hypothesis="coincidence", **QUICK)

    assert found.p_value > 0.05
    assert found.k == max(fit_joinpoints(YEARS, rates, method="wbic").chosen.k for rates in both)


def test_two_courses_are_not_parallel():
    frame = pair(bend(20, 2006, seed=5), bend(20, 2014, seed=6))

    assert compare_trends(frame, "area", k=1, **QUICK).p_value == 1 / 500


@pytest.mark.parametrize(("hypothesis", "saved"), [("coincidence", 2), ("parallelism", 1)])
@pytest.mark.burden("trend.comparison")
def test_straight_lines_are_compared_by_the_f_test(hypothesis, saved):
    """The statistic is that of an analysis of covariance, and with normal errors so is the p-value."""
    random = np.random.default_rng(9)
    y = [
        3 + 0.01 * (YEARS - 2000) + random.normal(0, 0.05, 20),
        3.02 + 0.015 * (YEARS - 2000) + random.normal(0, 0.05, 20),
    ]
    x = YEARS - 2000.0

    def leave(columns, response):
        rest = response - columns @ np.linalg.lstsq(columns, response)[0]
        return rest @ rest

    line = np.column_stack([np.ones(20), x])
    apart = sum(leave(line, part) for part in y)
    level = np.repeat([[1.0, 0.0], [0.0, 1.0]], 20, axis=0)
    common = np.column_stack([np.tile(x, 2), level if hypothesis == "parallelism" else np.ones(40)])
    together = leave(common, np.concatenate(y))
    statistic = (together - apart) / saved / (apart / 36)

    found = compare_trends(pair(*np.exp(y)), "area", hypothesis=hypothesis, k=0, permutations=4499)

    assert found.statistic == pytest.approx(statistic, rel=1e-8)
    assert found.p_value == pytest.approx(f.sf(statistic, saved, 36), abs=0.03)


def test_which_series_comes_first_does_not_matter():
    first, second = bend(20, seed=7), bend(25, seed=8)

    sums = [compare_trends(pair(*both), "area", k=1, **QUICK) for both in ((first, second), (second, first))]

    assert sums[0].wsse_common == pytest.approx(sums[1].wsse_common, rel=1e-9)
    assert sums[0].statistic == pytest.approx(sums[1].statistic, rel=1e-7)


@pytest.mark.parametrize(
    ("frame", "k", "sentence"),
    [
        (pair(bend(20), bend(20)).head(20), None, "Column area: two series are compared, and there are 1."),
        (pair(bend(20), bend(20)).head(39), None, "Column year: the two series need the same years."),
        (pair(bend(20), bend(20)), 7, "20 years have room for 6 joinpoints, and 7 are asked for."),
    ],
)
def test_what_cannot_be_compared_says_why(frame, k, sentence):
    with pytest.raises(BurdenError) as caught:
        compare_trends(frame, "area", k=k, **QUICK)

    assert str(caught.value) == sentence
