"""Crude probabilities of death and the test of net survival beside relsurv 2.2-9, on colrec against slopop."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import compare_net_survival, crude_probability

DAYS = 365.241


@pytest.fixture(scope="module")
def colrec(oracle):
    table = pl.read_csv(oracle / "statistics" / "a_colrec.csv", try_parse_dates=True)
    return table.rename({"diag_date": "diagnosis_date", "stat": "dead"}).with_columns(overall=pl.lit(1))


@pytest.mark.parametrize("by", ["overall", "sex"])
@pytest.mark.burden("survival.crude", oracle="a_cmprel_points.csv")
def test_crude_probabilities_equal_cmp_rel(oracle, colrec, slopop, by):
    expected = pl.read_csv(oracle / "statistics" / "a_cmprel_points.csv", infer_schema_length=None)
    expected = expected.filter(pl.col("by") == by).with_columns(
        cause=pl.when(pl.col("curve").str.starts_with("cause"))
        .then(pl.lit("cancer"))
        .otherwise(pl.lit("other")),
        group=pl.col("curve").str.extract(r"sex=(\d)").fill_null("1").cast(pl.Int64),
    )
    days = [365, 1095, 1826, 3652, 11 * DAYS]

    found = crude_probability(colrec, slopop, at=[day / DAYS for day in days], by=[by])

    joined = (
        found.rename({by: "group"})
        .with_columns(time_days_used=(pl.col("years") * DAYS).round(0).cast(pl.Int64))
        .join(expected, on=["cause", "time_days_used", "group"], suffix="_theirs")
    )
    assert joined.height == expected.height
    pairs = {"probability": "est", "lower": "lower_theirs", "upper": "upper_theirs"}
    for ours, theirs in pairs.items():
        np.testing.assert_allclose(joined[ours], joined[theirs], rtol=0, atol=5e-5)
    np.testing.assert_allclose(joined["std_err"], joined["se"], rtol=0, atol=1e-7)
    lost = found.filter(pl.col("years") == 11).rename({by: "group"}).select("group", "cause", "lost_years")
    areas = joined.select("group", "cause", "area_years").unique().join(lost, on=["group", "cause"])
    np.testing.assert_allclose(areas["lost_years"], areas["area_years"], rtol=0, atol=5e-3)


@pytest.mark.burden("survival.net_logrank", oracle="a_rsdiff.csv")
def test_net_logrank_by_days_equals_rs_diff(oracle, colrec, slopop):
    expected = pl.read_csv(oracle / "statistics" / "a_rsdiff.csv")

    for row in expected.iter_rows(named=True):
        found = compare_net_survival(colrec, slopop, group=row["by"], convention="relsurv")

        assert found.statistic == pytest.approx(row["chisq"], rel=1e-3)
        assert found.degrees == row["df"]
        assert found.p_value == pytest.approx(row["p"], abs=1e-3)


@pytest.mark.burden("survival.net_logrank", oracle="a_rsdiff.csv")
def test_net_logrank_integrated_exactly_is_near_rs_diff(oracle, colrec, slopop):
    """By site the difference is all but 0, and its square the difference of large sums: 2.5 per cent off, p the same."""
    expected = pl.read_csv(oracle / "statistics" / "a_rsdiff.csv")

    for row in expected.iter_rows(named=True):
        found = compare_net_survival(colrec, slopop, group=row["by"])

        assert found.statistic == pytest.approx(row["chisq"], rel=0.03)
        assert found.p_value == pytest.approx(row["p"], abs=4e-3)


def test_net_logrank_has_a_stratified_form(colrec, slopop):
    """Within stages the sexes differ as little as together; and one stratum for all is no stratum."""
    plain = compare_net_survival(colrec, slopop, group="sex")

    same = compare_net_survival(colrec, slopop, group="sex", strata=["overall"])
    stratified = compare_net_survival(colrec, slopop, group="sex", strata=["stage"])

    assert same.statistic == pytest.approx(plain.statistic, rel=1e-12)
    assert stratified.p_value > 0.1
    assert stratified.groups["observed"].sum() == pytest.approx(plain.groups["observed"].sum(), rel=1e-9)
