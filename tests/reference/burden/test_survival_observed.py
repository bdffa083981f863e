"""Observed survival and competing events beside R's survival 3.5-3: lung, colon, mgus2."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import (
    compare_survival,
    cumulative_hazard,
    cumulative_incidence,
    observed_survival,
    restricted_mean,
    survival_quantile,
)


@pytest.fixture(scope="module")
def lung(oracle):
    table = pl.read_csv(oracle / "statistics" / "g_lung.csv", infer_schema_length=None)
    return table.select("sex", time_days="time", dead=pl.col("status") - 1)


@pytest.fixture(scope="module")
def colon_deaths(oracle):
    table = pl.read_csv(oracle / "statistics" / "g_colon.csv", infer_schema_length=None)
    return table.filter(pl.col("etype") == 2).select("rx", "sex", time_days="time", dead="status")


@pytest.mark.parametrize("name", ["log", "loglog", "plain", "logit", "arcsin"])
@pytest.mark.burden("survival.kaplan_meier", oracle="g_lung_km_all_*.csv")
def test_kaplan_meier_and_its_limits_equal_survfit(oracle, lung, name):
    expected = pl.read_csv(
        oracle / "statistics" / f"g_lung_km_all_{name}.csv",
        infer_schema_length=None,
        null_values=["NA", "NaN"],
    )

    found = observed_survival(lung, at=None, interval=name.replace("loglog", "log-log"), days_per_year=1)

    assert found["years"].to_list() == expected["time"].to_list()
    assert found["at_risk"].to_list() == expected["n_risk"].to_list()
    pairs = {"survival": "surv", "std_err": "std_err", "lower": "lower", "upper": "upper"}
    for ours, theirs in pairs.items():
        np.testing.assert_allclose(found[ours], expected[theirs].cast(float), rtol=0, atol=1e-10)


@pytest.mark.burden("survival.nelson_aalen", oracle="g_lung_km_all_log.csv")
def test_nelson_aalen_equals_survfit(oracle, lung):
    expected = pl.read_csv(oracle / "statistics" / "g_lung_km_all_log.csv", infer_schema_length=None)

    found = cumulative_hazard(lung, at=None, days_per_year=1)

    np.testing.assert_allclose(found["cumulative_hazard"], expected["cumhaz"], rtol=0, atol=1e-12)


@pytest.mark.burden("survival.quantile", "survival.restricted_mean", oracle="R survival, printed for lung")
def test_median_and_restricted_mean_of_lung(lung):
    """survfit prints: median 310, limits 285 and 363, mean within 1022 days 376.3 with standard error 19.7."""
    median = survival_quantile(lung, days_per_year=1)
    mean = restricted_mean(lung, horizon_years=1022, days_per_year=1)

    assert median.select("years", "lower", "upper").row(0) == (310.0, 285.0, 363.0)
    assert round(mean["mean_years"][0], 1) == 376.3
    assert round(mean["std_err"][0], 1) == 19.7


@pytest.mark.burden("survival.quantile", oracle="R survival, printed for lung")
def test_median_by_sex_of_lung(lung):
    """survfit prints 270 (212-310) for men and 426 (348-550) for women."""
    found = survival_quantile(lung, by=["sex"], days_per_year=1)

    assert found.select("years", "lower", "upper").rows() == [(270.0, 212.0, 310.0), (426.0, 348.0, 550.0)]


@pytest.mark.burden("survival.logrank", oracle="g_logrank.csv")
def test_logrank_and_g_rho_equal_survdiff(oracle, lung, colon_deaths):
    expected = pl.read_csv(oracle / "statistics" / "g_logrank.csv")
    calls = [
        (lung, {"group": "sex"}),
        (lung, {"group": "sex", "rho": 1}),
        (colon_deaths, {"group": "rx"}),
        (colon_deaths, {"group": "rx", "rho": 1}),
        (colon_deaths, {"group": "rx", "strata": ["sex"]}),
    ]

    for (patients, options), row in zip(calls, expected.iter_rows(named=True), strict=True):
        found = compare_survival(patients, **options)

        assert found.statistic == pytest.approx(row["chisq"], abs=1e-8)
        assert found.degrees == row["df"]
        assert found.p_value == pytest.approx(row["p"], abs=1e-10)


@pytest.mark.burden("survival.aalen_johansen", oracle="g_mgus2_aalen_johansen.csv")
def test_aalen_johansen_and_its_error_equal_survfit(oracle):
    folder = oracle / "statistics"
    expected = pl.read_csv(folder / "g_mgus2_aalen_johansen.csv", infer_schema_length=None)
    patients = pl.read_csv(folder / "g_mgus2_competing_input.csv").rename(
        {"etime": "time_days", "ev": "event"}
    )

    found = cumulative_incidence(patients, at=expected["time"].to_list(), days_per_year=1)

    by_kind = {kind: found.filter(pl.col("event") == kind) for kind in (0, 1, 2)}
    np.testing.assert_allclose(by_kind[0]["incidence"], expected["p0"], rtol=0, atol=1e-10)
    for kind, name in ((1, "pcm"), (2, "death")):
        np.testing.assert_allclose(by_kind[kind]["incidence"], expected[name], rtol=0, atol=1e-10)
        np.testing.assert_allclose(by_kind[kind]["std_err"], expected[f"se_{name}"], rtol=0, atol=1e-10)
        for ours, theirs in (("lower", "lo"), ("upper", "hi")):
            limits = expected[f"{theirs}_{name}"].cast(float)
            seen = (expected[name] > 0).to_numpy()
            np.testing.assert_allclose(
                by_kind[kind][ours].to_numpy()[seen], limits.to_numpy()[seen], rtol=0, atol=1e-8
            )
