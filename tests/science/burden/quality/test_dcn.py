import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError
from banyan.science.burden.quality import capture_recapture, completeness_dcn_mi

COUNTS = pl.DataFrame({"cases": [1000], "dcn": [100], "deaths": [500]})


@pytest.mark.burden("quality.dcn")
def test_ajiki_by_hand():
    found = completeness_dcn_mi(COUNTS).row(0, named=True)

    # (1 - DCN / MI) / (1 - DCN) with DCN = 0.1 and MI = 0.5: 0.8 / 0.9
    assert found["completeness"] == pytest.approx(100 * 0.8 / 0.9, abs=1e-10)
    assert (found["cases"], found["dcn"], found["deaths"], found["mi"]) == (1000, 100, 500, 50.0)
    # 100 × 500 / 400 missed, variance 125² (1/100 + 1/400 + 1/500) + 125
    assert found["missed"] == pytest.approx(125, abs=1e-10)
    assert found["std_err"] ** 2 == pytest.approx(125**2 * 0.0145 + 125, abs=1e-8)
    assert found["completeness_lower"] == pytest.approx(85.66, abs=0.01)
    assert found["completeness_upper"] == pytest.approx(91.47, abs=0.01)
    assert found["flag"] == "unsure"


@pytest.mark.burden("quality.dcn")
def test_the_plain_formula_by_hand():
    found = completeness_dcn_mi(COUNTS, formula="plain").row(0, named=True)

    # N / (N + DCN (1/MI - 1)): 1000 / 1100
    assert found["completeness"] == pytest.approx(100 / 1.1, abs=1e-10)
    # A F / (A + E): 100² (100 (1/100 - 1/500)² + 1/500 + 400/500²) + 100
    spread = 100 * (1 / 100 - 1 / 500) ** 2 + 1 / 500 + 400 / 500**2
    assert found["std_err"] ** 2 == pytest.approx(100**2 * spread + 100, abs=1e-8)


@pytest.mark.burden("quality.dcn")
def test_ajiki_is_two_sources_clinical_registration_and_death_certificates():
    cells = pl.DataFrame({"life": [1, 1, 0], "death": [1, 0, 1], "n": [400, 500, 100]})
    two = capture_recapture(cells, ["life", "death"], counts="n", method="log-linear").estimates

    found = completeness_dcn_mi(COUNTS)

    names = ["estimate", "std_err", "lower", "upper", "completeness_lower"]
    assert found.select(names).row(0) == pytest.approx(two.select(names).row(0), rel=1e-7)


def test_strata_within_are_summed():
    counts = pl.DataFrame({"age": [1, 2], "cases": [1000, 400], "dcn": [100, 80], "deaths": [500, 300]})
    apart = completeness_dcn_mi(counts, by=["age"])

    found = completeness_dcn_mi(counts, within=["age"]).row(0, named=True)

    assert found["missed"] == pytest.approx(apart["missed"].sum())
    assert found["std_err"] ** 2 == pytest.approx((apart["std_err"] ** 2).sum())
    assert found["observed"] == 1400


def test_without_any_dcn_nobody_is_missed_but_the_interval_is_not_a_point():
    found = completeness_dcn_mi(pl.DataFrame({"cases": [100], "dcn": [0], "deaths": [40]})).row(0, named=True)

    assert (found["completeness"], found["completeness_upper"]) == (100.0, 100.0)
    # the exact upper limit of a count of 0 is 3.689: 3.689 × 60 / 40 may be missed
    assert found["completeness_lower"] == pytest.approx(100 / (1 + 3.688879 * 60 / 40 / 100), abs=1e-4)


def test_more_deaths_than_cases_are_refused_or_said():
    counts = pl.DataFrame({"age": [1, 2], "cases": [100, 50], "dcn": [10, 5], "deaths": [50, 60]})

    with pytest.raises(BurdenError, match=r"^age 2: deaths must be more than DCN and no more than cases"):
        completeness_dcn_mi(counts, within=["age"])
    found = completeness_dcn_mi(counts, within=["age"], on_excess="none-missed").row(0, named=True)
    assert found["excess_strata"] == 1
    assert found["missed"] == pytest.approx(10 * 50 / 40)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (
            {"cases": [10], "dcn": [11], "deaths": [12]},
            r"^Row 1, column dcn: there are more DCN \(11\.0\) than cases",
        ),
        ({"cases": [-1], "dcn": [0], "deaths": [0]}, r"^Row 1, column cases: -1\.0 is negative\.$"),
        ({"cases": ["x"], "dcn": [0], "deaths": [0]}, r"^Row 1, column cases: ‘x’ is not a number\.$"),
        ({"cases": [10], "dcn": [2]}, r"^Column deaths: there is no column deaths in the counts\.$"),
        ({"cases": [10], "dcn": [5], "deaths": [5]}, r"^deaths must be more than DCN"),
    ],
)
def test_counts_that_cannot_be(counts, message):
    with pytest.raises(BurdenError, match=message):
        completeness_dcn_mi(pl.DataFrame(counts))


@given(
    st.integers(min_value=0, max_value=500),
    st.integers(min_value=1, max_value=500),
    st.integers(min_value=0, max_value=500),
)
@settings(max_examples=50, deadline=None)
def test_plain_never_misses_more_than_ajiki_and_limits_hold_the_estimate(notified, known, alive):
    counts = pl.DataFrame(
        {"cases": [notified + known + alive], "dcn": [notified], "deaths": [notified + known]}
    )

    ajiki, plain = (
        completeness_dcn_mi(counts, formula=each).row(0, named=True) for each in ("ajiki", "plain")
    )

    assert plain["missed"] <= ajiki["missed"] + 1e-9
    for found in (ajiki, plain):
        ends = (found["completeness_lower"], found["completeness_upper"])
        assert 0 < ends[0] - 1e-9 <= found["completeness"] <= ends[1] + 1e-9 <= 100 + 2e-9


def test_without_any_death_nothing_is_said():
    found = completeness_dcn_mi(pl.DataFrame({"cases": [10], "dcn": [0], "deaths": [0]})).row(0, named=True)

    assert (found["observed"], found["completeness"], found["flag"]) == (10, None, None)
