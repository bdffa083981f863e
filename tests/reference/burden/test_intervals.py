"""Confidence limits beside epitools 0.5-10.1 (help page of ageadjust.direct; pois.exact) and published figures."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import fay_feuer, poisson_interval


@pytest.mark.burden("intervals.poisson", "rates.age_specific", oracle="c_poisson_cis.csv")
def test_poisson_exact_equals_epitools(oracle):
    """pois.daly solves the same limits in closed form (but one-sided at 0); pois.exact searches, to about 3e-7."""
    table = pl.read_csv(oracle / "statistics" / "c_poisson_cis.csv")
    some = table["x"].to_numpy() > 0

    lower, upper = poisson_interval(table["x"].to_numpy())

    np.testing.assert_allclose(lower / 100, table["daly_l"], rtol=1e-12)
    np.testing.assert_allclose(upper[some] / 100, table["daly_u"].to_numpy()[some], rtol=1e-12)
    np.testing.assert_allclose(lower / 100, table["exact_l"], atol=3e-7, rtol=0)
    np.testing.assert_allclose(upper / 100, table["exact_u"], atol=3e-7, rtol=0)


@pytest.mark.burden("intervals.poisson", oracle="c_poisson_cis.csv")
def test_byar_is_the_usual_one_and_not_that_of_epitools(oracle):
    """pois.byar puts x + 0.5 into both limits (5.134 for 10 cases); Breslow and Day put x and x + 1."""
    epitools = pl.read_csv(oracle / "statistics" / "c_poisson_cis.csv").filter(pl.col("x") == 10)

    lower, upper = poisson_interval(10, method="byar")

    assert round(float(lower), 3) == 4.787
    assert round(float(upper), 3) == 18.391
    assert round(epitools["byar_l"].item() * 100, 3) == 5.134


@pytest.mark.burden("intervals.gamma", oracle="c_epitools_down_fay1998_direct.csv")
def test_fay_feuer_equals_fays_down_syndrome_example(oracle):
    folder = oracle / "statistics"
    births = pl.read_csv(folder / "c_epitools_down_fay1998_input.csv")
    expected = pl.read_csv(folder / "c_epitools_down_fay1998_direct.csv")
    orders = births.filter(pl.col("birth_order") <= 5)
    standard = orders.group_by("age_group").agg(pl.col("pop").sum().alias("standard"))
    weights = standard.with_columns(pl.col("standard") / pl.col("standard").sum())
    each = orders.join(weights, on="age_group").with_columns(w=pl.col("standard") / pl.col("pop"))
    sums = (
        each.group_by("birth_order")
        .agg(
            rate=(pl.col("w") * pl.col("count")).sum(),
            variance=(pl.col("w") ** 2 * pl.col("count")).sum(),
            largest=pl.col("w").max(),
        )
        .sort("birth_order")
    )

    lower, upper = fay_feuer(*(sums[name].to_numpy() for name in ("rate", "variance", "largest")))

    np.testing.assert_allclose(sums["rate"] * 1e5, expected["adj.rate"], rtol=1e-8)
    np.testing.assert_allclose(lower * 1e5, expected["lci"], rtol=1e-8)
    np.testing.assert_allclose(upper * 1e5, expected["uci"], rtol=1e-8)


@pytest.mark.burden("intervals.poisson", oracle="printed tables of the Poisson distribution")
def test_poisson_exact_equals_the_printed_table():
    """Limits for 0, 1, 10 and 100 events as printed in tables of the Poisson distribution."""
    lower, upper = poisson_interval([0, 1, 10, 100])

    assert np.round(lower, 3).tolist() == [0.0, 0.025, 4.795, 81.364]
    assert np.round(upper, 3).tolist() == [3.689, 5.572, 18.39, 121.627]


@pytest.mark.burden("intervals.gamma", oracle="Fay 1998, Down syndrome in Michigan")
def test_fay_feuer_equals_the_published_example():
    """Down syndrome in Michigan 1950-1964 (Fay 1998), births of order 5 and more: 75.53 (67.70 to 188.30)."""
    counts = np.array([0, 8, 63, 112, 262, 295])
    births = np.array([327, 30666, 123419, 149919, 104088, 34392])
    standard = np.array([319933, 931318, 786511, 488235, 237863, 61313])
    each = standard / standard.sum() / births

    limits = fay_feuer((each * counts).sum(), (each**2 * counts).sum(), each.max())

    assert [round(float(limit) * 1e5, 2) for limit in limits] == [67.70, 188.30]
