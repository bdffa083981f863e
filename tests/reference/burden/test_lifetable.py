"""Life tables of real populations, their ages grouped and split again; and the same patients in an engine."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import LifeTable, net_survival, split_ages, survival_table

DAYS = 365.241


@pytest.fixture(scope="module")
def colrec(oracle):
    table = pl.read_csv(oracle / "statistics" / "a_colrec.csv", try_parse_dates=True)
    return table.select(
        "sex", "age_days", "time_days", diagnosis_date="diag_date", dead="stat", stage="stage"
    )


@pytest.mark.burden("lifetable.splitting", oracle="a_slopop.csv")
def test_a_table_grouped_and_split_gives_nearly_the_survival_of_the_whole(oracle, colrec):
    """Slovenia by 0, 1-4, 5-9 …: held flat in its groups, it is off by more than twice as much."""
    whole = pl.read_csv(oracle / "statistics" / "a_slopop.csv").filter(pl.col("age") <= 100)
    whole = whole.select("sex", "year", "age", hazard="haz_annual")
    starts = np.array([0, 1, *range(5, 101, 5)])
    first = starts[np.searchsorted(starts, whole["age"].to_numpy(), side="right") - 1]
    groups = (
        whole.with_columns(age=pl.Series(first)).group_by("sex", "year", "age").agg(pl.col("hazard").mean())
    )

    def estimate(table):
        return net_survival(colrec, LifeTable.from_frame(table, DAYS), at=[1, 5, 10])["survival"].to_numpy()

    truth = estimate(whole)
    split, held = np.abs(estimate(split_ages(groups)) - truth), np.abs(estimate(groups) - truth)
    assert split.max() < 2e-3
    assert (2 * split < held).all()


@pytest.mark.burden("survival.engines", oracle="a_colrec.csv")
@pytest.mark.parametrize("method", ["pohar-perme", "ederer2"])
def test_real_patients_are_counted_in_an_engine_as_in_memory(colrec, slopop, method):
    import duckdb

    rows = duckdb.connect().from_arrow(colrec.to_arrow())
    options = {"breaks": range(11), "method": method, "by": ["stage"]}

    found, expected = (survival_table(patients, slopop, **options) for patients in (rows, colrec))

    counted = ["stage", "at_risk", "deaths", "censored", "left_alive", "beyond_table"]
    assert found.select(counted).equals(expected.select(counted))
    for name in ("person_years", "expected", "survival", "std_err", "lower", "upper"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-11)
