import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.burden.smoothing import smooth_ratios


def test_smooth_ratios_matches_the_gamma_posterior():
    areas = pl.DataFrame({"observed": [10, 30, 50, 30], "expected": [30.0, 30.0, 30.0, 30.0]})

    smooth = smooth_ratios(areas)

    # moments by hand: mean 1; spread mean of (1/3-1)², 0, (5/3-1)², 0 = 2/9; less 4/120 of chance = 17/90
    shape, rate = 90 / 17, 90 / 17
    expected = [(count + shape) / (30 + rate) for count in (10, 30, 50, 30)]
    assert smooth["ratio"].to_list() == pytest.approx(expected)


def test_smooth_ratios_gives_one_mean_where_chance_explains_all():
    areas = pl.DataFrame({"observed": [10, 10, 10], "expected": [10.0, 10.0, 10.0]})

    smooth = smooth_ratios(areas)

    assert smooth.select("ratio", "ratio_lower", "ratio_upper").unique().rows() == [(1.0, 1.0, 1.0)]


@given(
    cells=st.lists(st.tuples(st.integers(0, 500), st.floats(0.5, 300)), min_size=2, max_size=40),
)
def test_smooth_ratios_lie_between_the_wards_own_and_the_common_one(cells):
    observed, expected = (np.array(values, dtype=float) for values in zip(*cells, strict=True))
    areas = pl.DataFrame({"observed": observed, "expected": expected})

    smooth = smooth_ratios(areas)

    mean = observed.sum() / expected.sum()
    own = observed / expected
    ratio, lower, upper = (smooth[name].to_numpy() for name in ("ratio", "ratio_lower", "ratio_upper"))
    near = 1e-9 + 1e-9 * abs(mean)
    assert (ratio >= np.minimum(own, mean) - near).all()
    assert (ratio <= np.maximum(own, mean) + near).all()
    assert (lower <= upper + near).all()
