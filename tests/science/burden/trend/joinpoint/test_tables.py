import numpy as np
import polars as pl
import pytest

from banyan.science.burden import BurdenError, fit_joinpoints, joinpoint_trends

YEARS = list(range(2000, 2020))


@pytest.fixture
def rates():
    random = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "sex": ["2"] * 20 + ["1"] * 20,
            "year": YEARS * 2,
            "asr": np.exp(random.normal(3, 0.1, 40)),
            "asr_se": random.uniform(0.5, 1, 40),
        }
    )


@pytest.mark.burden("trend.tables")
def test_each_stratum_is_fitted_by_itself(rates):
    tables = joinpoint_trends(
        rates, by=["sex"], rate="asr", std_err="asr_se", permutations=199, windows=[(2005, 2015)]
    )

    for sex, trend in zip(("2", "1"), tables.trends, strict=True):
        part = rates.filter(pl.col("sex") == sex)
        alone = fit_joinpoints(part["year"], part["asr"], std_errs=part["asr_se"], permutations=199)
        assert trend.joinpoints == alone.joinpoints
        for name in ("models", "segments", "places", "fitted"):
            frame = getattr(tables, name)
            assert frame.filter(pl.col("sex") == sex).drop("sex").equals(getattr(alone, name)())
        assert tables.tests.filter(pl.col("sex") == sex).drop("sex").equals(alone.tests)
    assert tables.averages.select("sex", "start", "end").rows() == [("2", 2005, 2015), ("1", 2005, 2015)]


def test_a_lazy_frame_gives_the_same(rates):
    ours, theirs = (
        joinpoint_trends(frame, by=["sex"], rate="asr", method="bic") for frame in (rates, rates.lazy())
    )

    assert theirs.segments.equals(ours.segments)


def test_no_strata_are_one_series(rates):
    tables = joinpoint_trends(rates.head(20), rate="asr", method="bic")

    assert tables.segments.columns[0] == "segment"
    assert len(tables.trends) == 1


def test_a_fault_names_the_row_of_the_whole_table(rates):
    spoilt = rates.with_columns(asr=pl.when(pl.row_index() == 25).then(0.0).otherwise("asr"))

    with pytest.raises(BurdenError) as caught:
        joinpoint_trends(spoilt, by=["sex"], rate="asr", method="bic")

    assert (caught.value.column, caught.value.row) == ("asr", 25)
    assert joinpoint_trends(spoilt, by=["sex"], rate="asr", method="bic", zero=0.1).replaced == 1


def test_an_empty_table_is_refused(rates):
    with pytest.raises(BurdenError, match="there is no rate"):
        joinpoint_trends(rates.clear(), by=["sex"], rate="asr")
