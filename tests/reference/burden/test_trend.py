"""Trends beside csu_eapc of Rcan 1.3.92."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import eapc, standardise_rates


@pytest.mark.burden("trend.eapc", oracle="c_rcan_eapc_registry2.csv")
def test_rcan_convention_equals_rcan(oracle):
    """Rcan rounds the yearly rates to two places first.

    It folds the oldest age groups of a registry that has no people there in any year, and drops them in one
    (South Australia) that has people there in some.
    """
    folder = oracle / "statistics"
    cells = pl.read_csv(folder / "c_rcan_csu_registry_data_2.csv.gz")
    expected = pl.read_csv(folder / "c_rcan_eapc_registry2.csv").sort("registry", "registry_label", "sex")
    age = pl.when(pl.col("age") < 99).then(pl.col("age")).alias("age_group")
    frame = cells.select(
        "registry", "registry_label", "sex", "year", age, "cases", person_years=pl.col("py").cast(float)
    )
    by = ["registry", "registry_label", "sex", "year"]
    some_years = pl.col("registry_label") == "South Australia"
    rates = pl.concat(
        standardise_rates(frame.filter(part), by=by, unknown_age="redistribute", on_missing_band=rule)
        for part, rule in ((some_years, "drop"), (~some_years, "fold"))
    )
    rates = rates.drop_nulls("asr").sort(by)

    found = [
        eapc(group["year"].to_numpy(), group["asr"].to_numpy(), convention="rcan")
        for _, group in rates.group_by(by[:3], maintain_order=True)
    ]

    for ours, theirs in (("percent", "eapc"), ("lower", "eapc_low"), ("upper", "eapc_up")):
        np.testing.assert_allclose([getattr(one, ours) for one in found], expected[theirs], rtol=0, atol=1e-6)
