import numpy as np
import polars as pl
import pytest

from banyan.science.burden import BurdenError, eapc
from banyan.science.burden.trend import eapc_trends

YEARS = list(range(2010, 2018))


@pytest.fixture
def rates():
    random = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "area": ["b"] * 8 + ["a"] * 8,
            "year": YEARS * 2,
            "asr": random.uniform(10, 20, 16),
            "asr_se": random.uniform(0.5, 2, 16),
            "cases": random.integers(10, 90, 16),
        }
    )


@pytest.mark.parametrize("weights", ["constant", "std_err", "cases"])
def test_each_stratum_is_estimated_by_itself(rates, weights):
    found = eapc_trends(rates, by=["area"], rate="asr", std_err="asr_se", weights=weights)

    assert found["area"].to_list() == ["b", "a"]
    for area, row in zip("ba", found.iter_rows(named=True), strict=True):
        part = rates.filter(pl.col("area") == area)
        how = {
            "std_err": {"variance": part["asr_se"] ** 2},
            "cases": {"cases": part["cases"]},
            "constant": {},
        }
        alone = eapc(YEARS, part["asr"].to_numpy(), **how[weights])
        assert (row["percent"], row["lower"], row["upper"]) == (alone.percent, alone.lower, alone.upper)
        assert (row["years"], row["zero_years"], row["p_value"]) == (YEARS, [], alone.p_value)


def test_a_fault_names_the_row_of_the_whole_table(rates):
    spoilt = rates.with_columns(asr=pl.when(pl.row_index() == 10).then(-1.0).otherwise("asr"))

    with pytest.raises(BurdenError) as caught:
        eapc_trends(spoilt, by=["area"], rate="asr")

    assert str(caught.value) == "Row 11, column asr: -1 is no rate."


def test_no_strata_are_one_series(rates):
    assert eapc_trends(rates.head(8), rate="asr").shape == (1, 8)


def test_a_weighting_that_is_not_known_is_said(rates):
    with pytest.raises(
        BurdenError, match="there is no weighting ‘se’; these are known: std_err, cases, constant"
    ):
        eapc_trends(rates, by=["area"], rate="asr", weights="se")
