"""Joinpoints beside those of the NCI's Joinpoint 4.9 and of a grid search by hand."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden.trend import fit_joinpoints, joinpoint_trends

SEXES = ("Both", "Female", "Male")


@pytest.fixture(scope="module")
def sample(oracle):
    return pl.read_csv(oracle / "statistics" / "d_nih_joinpoint_sample_data.csv")


@pytest.fixture(scope="module")
def trends(sample):
    """Every model with 0 to 4 joinpoints."""
    tables = joinpoint_trends(sample, by=["sex"], std_err="se", most=4, method="bic3")
    return dict(zip(tables.segments["sex"].unique(maintain_order=True), tables.trends, strict=True))


@pytest.mark.burden("trend.search", "trend.criteria", oracle="d_joinpoint_gridsearch_fits.csv")
def test_fits_are_those_of_the_grid_search(oracle, trends):
    expected = pl.read_csv(
        oracle / "statistics" / "d_joinpoint_gridsearch_fits.csv", schema_overrides={"jps": pl.String}
    )
    found = pl.concat(trends[sex].models().select(pl.lit(sex).alias("sex"), pl.all()) for sex in trends)
    found = found.join(expected, left_on=["sex", "joinpoints"], right_on=["sex", "k"])

    years = found["years"].list.eval(pl.element().cast(pl.Int64).cast(pl.String)).list.join(";")
    assert found.height == expected.height == 15
    assert years.to_list() == found["jps"].fill_null("").to_list()
    for ours, theirs in (("wsse", "wsse_right"), ("mse", "mse_right")):
        np.testing.assert_allclose(found[ours], found[theirs], rtol=1e-8)
    for ours, theirs in (("bic", "bic_2kp2"), ("bic3", "bic3_3kp2")):
        np.testing.assert_allclose(found[ours], found[theirs], rtol=0, atol=1e-8)


@pytest.mark.burden("trend.apc", "trend.search", oracle="d_joinpoint_4.9_published_apc.csv")
def test_annual_changes_and_their_stars_are_the_published_ones(oracle, trends):
    published = pl.read_csv(oracle / "statistics" / "d_joinpoint_4.9_published_apc.csv").sort("sex", "seg")

    found = pl.concat([trends[sex].segments(3) for sex in SEXES])

    assert found["start"].to_list() == published["seg_start"].to_list()
    np.testing.assert_allclose(found["apc"], published["apc_published"], rtol=0, atol=0.0050001)
    assert (found["p_value"] < 0.05).to_list() == (published["significant"] == 1).to_list()


@pytest.mark.burden("trend.apc", oracle="d_joinpoint_apc_with_se.csv")
def test_errors_count_the_joinpoints_as_estimated(oracle, trends):
    expected = pl.read_csv(oracle / "statistics" / "d_joinpoint_apc_with_se.csv").sort("sex", "seg")

    found = pl.concat([trends[sex].segments(3) for sex in SEXES])

    assert found.select("start", "end", "df").rows() == expected.select("start", "end", "df").rows()
    pairs = (
        ("slope", "slope"),
        ("std_err", "se"),
        ("p_value", "p"),
        ("apc", "apc"),
        ("apc_lower", "lo"),
        ("apc_upper", "hi"),
    )
    for ours, theirs in pairs:
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=0, atol=1e-8)
    np.testing.assert_allclose(found["t"], expected["t"], rtol=1e-8)


@pytest.mark.burden("trend.apc", oracle="d_joinpoint_gridsearch_apc.csv")
def test_errors_with_known_joinpoints_are_those_of_a_linear_regression(oracle, trends):
    expected = pl.read_csv(oracle / "statistics" / "d_joinpoint_gridsearch_apc.csv").sort("sex", "k", "seg")

    found = pl.concat([trends[sex].segments(k, errors="known") for sex in SEXES for k in range(5)])

    assert found.select("start", "end", "df").rows() == expected.select("start", "end", "df").rows()
    pairs = (
        ("slope", "slope"),
        ("std_err", "se_slope_condit_on_jp"),
        ("apc", "apc"),
        ("apc_lower", "lo"),
        ("apc_upper", "hi"),
    )
    for ours, theirs in pairs:
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=0, atol=1e-8)


@pytest.mark.burden("trend.aapc", oracle="d_joinpoint_gridsearch_aapc.csv")
def test_average_changes_are_those_of_the_grid_search(oracle, trends):
    """The file takes 1.96 for the normal quantile."""
    expected = pl.read_csv(oracle / "statistics" / "d_joinpoint_gridsearch_aapc.csv").sort("sex", "k", "from")
    windows = [(1975, 2009), (2000, 2009), (2005, 2009)]

    found = pl.concat(
        [trends[sex].averages(windows, k, interval="conditional") for sex in SEXES for k in range(5)]
    )

    assert found.select("start", "end").rows() == expected.select("from", "to").rows()
    np.testing.assert_allclose(found["aapc"], expected["aapc"], rtol=0, atol=1e-8)
    for ours, theirs in (("aapc_lower", "lo"), ("aapc_upper", "hi")):
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=0, atol=2e-5)


@pytest.mark.burden("trend.permutation", oracle="d_joinpoint_4.9_published_apc.csv")
def test_permutation_test_finds_the_published_joinpoints(sample):
    """With three at most, as the published run allowed, nothing simpler will do."""
    tables = joinpoint_trends(sample, by=["sex"], std_err="se", most=3, seed=1)

    assert [trend.joinpoints for trend in tables.trends] == [
        (1985, 1995, 1998),
        (1986, 1995, 1998),
        (1985, 1995, 1998),
    ]
    assert tables.tests["p_value"].to_list() == [1 / 4500] * 9


def test_linear_model_is_no_logarithm(sample):
    """One line through the rates is the weighted mean of textbook algebra."""
    part = sample.filter(pl.col("sex") == "Both")
    weight = part["se"].to_numpy() ** -2
    x, y = part["year"].to_numpy() - 1975.0, part["rate"].to_numpy()
    slope, _ = np.polyfit(x, y, 1, w=np.sqrt(weight))

    found = fit_joinpoints(part["year"], y, std_errs=part["se"], model="linear", most=0).segments()

    assert found["slope"].item() == pytest.approx(slope, rel=1e-10)
    assert found["apc"].item() is None


def test_errors_of_separate_lines_give_the_published_stars_too(oracle, trends):
    published = pl.read_csv(oracle / "statistics" / "d_joinpoint_4.9_published_apc.csv").sort("sex", "seg")

    found = pl.concat([trends[sex].segments(3, errors="lerman") for sex in SEXES])

    assert found["df"].unique().to_list() == [24]
    assert (found["p_value"] < 0.05).to_list() == (published["significant"] == 1).to_list()
