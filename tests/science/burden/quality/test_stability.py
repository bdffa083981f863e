import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from banyan.science.burden import BurdenError
from banyan.science.burden.quality import check_stability


def lay_years(counts, first=2010):
    return pl.DataFrame({"year": range(first, first + len(counts)), "n": counts})


@pytest.mark.burden("quality.stability")
def test_a_constant_by_hand():
    found = check_stability(lay_years([100] * 6 + [160]), counts="n", degree=0).row(-1, named=True)

    # the six others: mean 100, no spread, so dispersion 1; the logarithm of their mean has the variance 1/600
    wide = np.sqrt(1 + 100 / 600) / 2
    z = (np.sqrt(160.375) - np.sqrt(100.375)) / wide
    assert found["expected"] == pytest.approx(100, rel=1e-9)
    assert found["dispersion"] == 1.0
    assert found["z"] == pytest.approx(z, rel=1e-8)
    assert found["p_value"] == pytest.approx(2 * stdtr(5, -z), rel=1e-6)
    assert found["flag"] == "high"


@pytest.mark.burden("quality.stability")
def test_a_year_that_lacks_its_last_cases_is_low():
    counts = [round(400 * 1.02**i) for i in range(9)] + [300]

    found = check_stability(lay_years(counts), counts="n")

    assert found.filter(pl.col("flag") != "ok")["year"].to_list() == [2019]
    assert found.row(-1, named=True)["flag"] == "low"
    assert found.row(-1, named=True)["expected"] == pytest.approx(400 * 1.02**9, rel=0.01)


def test_a_smooth_rise_has_no_flag():
    assert set(check_stability(lay_years([round(300 * 1.05**i) for i in range(12)]), counts="n")["flag"]) == {
        "ok"
    }


def test_a_growing_population_explains_a_growing_count():
    people = pl.DataFrame({"year": range(2010, 2018), "person_years": [1e6] * 7 + [2e6]})
    cases = lay_years([500] * 7 + [1000])

    assert check_stability(cases, counts="n")["flag"].to_list()[-1] == "high"
    found = check_stability(cases, people, counts="n")
    assert found["flag"].to_list()[-1] == "ok"
    assert found["person_years"].to_list()[-1] == 2e6


def test_one_bad_year_does_not_excuse_another():
    counts = [400, 410, 399, 420, 431, 425, 200, 452, 449, 460, 330, 478]

    found = check_stability(lay_years(counts), counts="n")

    assert found.filter(pl.col("flag") == "low")["year"].to_list() == [2016, 2020]
    assert found["dispersion"].max() < 2


def test_a_year_without_a_row_has_no_case_and_is_low():
    cases = lay_years([100, 101, 99, 100, 0, 102, 98, 100]).filter(pl.col("n") > 0)

    found = check_stability(cases, counts="n")

    assert found.filter(pl.col("year") == 2014).select("cases", "flag").row(0) == (0, "low")


def test_strata_have_their_own_trends_and_the_same_years():
    cases = pl.concat(
        [
            lay_years([100] * 7 + [20]).with_columns(site=pl.lit("lung")),
            lay_years([50] * 7).with_columns(site=pl.lit("skin")),
        ]
    )

    found = check_stability(cases, by=["site"], counts="n")

    assert found.height == 16
    assert found.filter(pl.col("year") == 2017).select("site", "cases", "flag").rows() == [
        ("lung", 20, "low"),
        ("skin", 0, "low"),
    ]


def test_a_rare_cancer_is_not_judged():
    found = check_stability(lay_years([0, 1, 0, 0, 2, 0, 1, 0]), counts="n")

    assert found["flag"].to_list() == [None] * 8
    assert found["source"].is_not_null().all()


def test_counts_that_scatter_are_given_their_spread():
    wild = check_stability(lay_years([100, 180, 60, 150, 90, 170, 70, 130]), counts="n")

    assert wild["dispersion"].min() > 5
    assert set(wild["flag"]) == {"ok"}


@pytest.mark.parametrize(
    ("cases", "how", "message"),
    [
        (
            lay_years([5] * 5),
            {},
            r"^a trend of degree 1 is checked over at least 6 years, and there are 5\.$",
        ),
        (lay_years([5] * 5), {"degree": 3}, r"^a trend has degree 0, 1 or 2, and 3 is none of them\.$"),
        (pl.DataFrame({"year": [2010.5], "n": [1]}), {}, r"^Row 1, column year: 2010\.5 is no whole year\.$"),
        (
            pl.DataFrame({"year": [None, 2010], "n": [1, 1]}),
            {},
            r"^Row 1, column year: the value is empty\.$",
        ),
    ],
)
def test_years_that_cannot_be(cases, how, message):
    with pytest.raises(BurdenError, match=message):
        check_stability(cases, counts="n", **how)


def test_a_year_without_people_is_named():
    people = pl.DataFrame({"year": range(2010, 2016), "person_years": [1e6] * 6})

    with pytest.raises(BurdenError, match=r"^there are no person-years for 2016\.$"):
        check_stability(lay_years([50] * 7), people, counts="n")


@given(st.lists(st.integers(min_value=0, max_value=3000), min_size=7, max_size=10))
@settings(max_examples=15, deadline=None)
def test_a_flag_says_on_which_side_of_the_limits_a_count_lies(counts):
    for row in check_stability(lay_years(counts), counts="n").iter_rows(named=True):
        side = None
        if row["expected"] is not None:
            side = "low" if row["cases"] < row["lower"] else "high" if row["cases"] > row["upper"] else "ok"
            assert 0 <= row["lower"] <= max(row["upper"], row["expected"])
        assert row["flag"] == side


@pytest.mark.burden("quality.stability")
def test_a_stable_register_is_rarely_flagged():
    rng = np.random.default_rng(5)
    flagged = [
        (
            check_stability(lay_years(rng.poisson(80 * 1.03 ** np.arange(12))), counts="n")["flag"] != "ok"
        ).any()
        for _ in range(40)
    ]

    # the level is 5%: of 40 registers 2 are expected to have a flag, and 8 or more in one of 1,000 such tests
    assert sum(flagged) <= 7
