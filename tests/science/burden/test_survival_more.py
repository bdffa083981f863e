"""Log-rank, medians, restricted means, conditional survival, crude probabilities, excess hazards: at the edges."""

from datetime import date
from functools import partial

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import (
    BurdenError,
    LifeTable,
    compare_net_survival,
    compare_survival,
    conditional_survival,
    crude_probability,
    cumulative_hazard,
    model_excess,
    net_survival,
    observed_survival,
    restricted_mean,
    survival_quantile,
)

YEAR = 365.25
NOBODY_DIES = LifeTable.from_frame(pl.DataFrame({"sex": [1], "year": 2000, "age": 0, "hazard": 0.0}))
TABLE = LifeTable.from_frame(
    pl.DataFrame({"sex": [1] * 3, "year": 2000, "age": [0, 60, 75], "hazard": [0.01, 0.05, 0.2]})
)


def make_patients(n=80, seed=1, longest=1500):
    random = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "sex": 1,
            "age_days": random.uniform(50, 80, n) * YEAR,
            "diagnosis_date": date(2001, 3, 1),
            "time_days": random.integers(1, longest, n),
            "dead": random.integers(0, 2, n),
            "arm": random.choice(["a", "b", "c"], n),
            "entry_days": 0.0,
        }
    )


@pytest.mark.burden("survival.logrank")
def test_logrank_of_a_worked_table():
    """Deaths a, a, b, b at 1 to 4: expected in a 1/2 + 1/3, variance 1/4 + 2/9."""
    patients = pl.DataFrame({"time_days": [1, 2, 3, 4], "dead": 1, "arm": ["a", "a", "b", "b"]})

    found = compare_survival(patients, group="arm")

    assert found.groups["expected"].to_list() == pytest.approx([5 / 6, 19 / 6])
    assert found.statistic == pytest.approx((2 - 5 / 6) ** 2 / (1 / 4 + 2 / 9))
    assert (found.degrees, found.name) == (1, "log-rank")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 60), st.sampled_from([0.0, 1.0]))
def test_observed_and_expected_deaths_have_the_same_sum(seed, n, rho):
    patients = make_patients(n, seed, longest=50)
    patients = patients.with_columns(
        arm=pl.when(pl.int_range(n) % 2 == 0).then(pl.lit("a")).otherwise(pl.lit("b"))
    )

    found = compare_survival(patients, group="arm", rho=rho)

    assert found.groups["observed"].sum() == pytest.approx(found.groups["expected"].sum())
    assert 0 <= found.p_value <= 1


def test_late_entry_counts_at_risk_from_then_on():
    patients = pl.DataFrame(
        {"entry_days": [0.0, 0.0, 1.5], "time_days": [1, 2, 3], "dead": [1, 1, 0], "arm": ["a", "a", "b"]}
    )

    found = compare_survival(patients, group="arm")

    assert found.groups["expected"].to_list() == [1.5, 0.5]


@pytest.mark.burden("survival.net_logrank")
def test_net_logrank_without_population_mortality_squares_what_was_observed():
    patients = make_patients(100)

    net = compare_net_survival(patients, NOBODY_DIES, group="arm")
    logrank = compare_survival(patients, group="arm")

    np.testing.assert_allclose(net.groups["expected"], logrank.groups["expected"], rtol=1e-10)
    assert net.statistic == pytest.approx(logrank.statistic, rel=0.2)


@pytest.mark.burden("survival.net_logrank")
def test_net_logrank_is_chi_square_where_groups_are_alike():
    """400 trials of two groups whose patients die of the population's causes and of the cancer: mean 1."""
    random = np.random.default_rng(3)
    hazards = LifeTable.from_frame(pl.DataFrame({"sex": [1], "year": 2000, "age": 0, "hazard": 0.1}))
    statistics = []
    for _ in range(400):
        time = np.minimum(random.exponential(1 / 0.3, 100), random.uniform(0, 8, 100)) * YEAR
        frame = make_patients(100).with_columns(
            time_days=time, dead=random.integers(0, 2, 100), arm=pl.Series(["a", "b"] * 50)
        )
        statistics.append(compare_net_survival(frame, hazards, group="arm").statistic)

    assert np.mean(statistics) == pytest.approx(1, abs=0.2)


@pytest.mark.burden("survival.quantile")
def test_median_is_null_where_the_curve_stays_above():
    found = survival_quantile(pl.DataFrame({"time_days": [1, 2, 3], "dead": [0, 1, 0]}), days_per_year=1)

    assert found.select("years", "events").row(0) == (2.5, 1)  # flat at a half from 2 to the end
    above = survival_quantile(pl.DataFrame({"time_days": [1, 2, 3], "dead": [1, 0, 0]}), days_per_year=1)
    assert above["years"].to_list() == [None]


@pytest.mark.burden("survival.restricted_mean")
def test_restricted_mean_of_all_dead_is_their_mean_time():
    found = restricted_mean(
        pl.DataFrame({"time_days": [1, 2, 6], "dead": 1}), horizon_years=9, days_per_year=1
    )

    assert found["mean_years"][0] == pytest.approx(3)
    assert found["std_err"][0] == pytest.approx(np.std([1, 2, 6]) / np.sqrt(3))
    assert found["lost_years"][0] == pytest.approx(6)


def test_a_horizon_beyond_the_follow_up_is_refused():
    with pytest.raises(BurdenError, match="ends after 6 days, before the horizon of 9"):
        restricted_mean(pl.DataFrame({"time_days": [1, 2, 6], "dead": 0}), horizon_years=9, days_per_year=1)


@pytest.mark.burden("survival.nelson_aalen")
def test_nelson_aalen_of_ties_and_its_plain_limits():
    found = cumulative_hazard(
        pl.DataFrame({"time_days": [1, 1, 2, 3], "dead": [1, 1, 1, 0]}),
        at=[2, 9],
        interval="plain",
        days_per_year=1,
    )

    assert found["cumulative_hazard"].to_list() == [1.0, None]
    assert found["upper"][0] == pytest.approx(1 + 1.959963984540054 * np.sqrt(2 / 16 + 1 / 4))


@pytest.mark.parametrize(
    ("estimate", "first"),
    [
        (cumulative_hazard, "years"),
        (survival_quantile, "years"),
        (observed_survival, "years"),
        (partial(net_survival, life_table=TABLE), "years"),
        (partial(crude_probability, life_table=TABLE), "cause"),
    ],
)
def test_no_patient_gives_no_row_with_strata(estimate, first):
    found = estimate(make_patients().clear(), by=["arm"])

    assert found.height == 0
    assert found.columns[:2] == ["arm", first]


def test_no_patient_dies_of_nothing_known():
    found = crude_probability(make_patients().clear(), TABLE, at=[1])

    assert found.select("cause", "probability", "at_risk").rows() == [("cancer", None, 0), ("other", None, 0)]


@pytest.mark.parametrize(
    ("estimate", "known"),
    [(cumulative_hazard, "log, plain"), (partial(crude_probability, life_table=TABLE), "plain, log")],
)
def test_an_interval_that_is_not_known_is_not_taken_for_another(estimate, known):
    with pytest.raises(BurdenError, match=f"there is no interval ‘log-log’; these are known: {known}"):
        estimate(make_patients(), interval="log-log")


@pytest.mark.burden("survival.conditional")
def test_conditional_survival_is_the_curve_of_those_who_got_there():
    """Kaplan-Meier of those still followed at two years, time counted from then, says the same, error included."""
    patients = make_patients(200)
    curve = observed_survival(patients, at=[1, 2, 3, 4])
    there = patients.filter(pl.col("time_days") > 2 * YEAR).with_columns(
        time_days=pl.col("time_days") - 2 * YEAR
    )

    found = conditional_survival(curve, given=[0, 2])

    again = observed_survival(there, at=[1, 2])
    two = found.filter(pl.col("given_years") == 2)
    assert two["further_years"].to_list() == [1, 2]
    for name in ("survival", "std_err", "lower"):
        np.testing.assert_allclose(two[name], again[name], rtol=1e-9)
    assert found.filter(pl.col("given_years") == 0)["survival"].to_list() == curve["survival"].to_list()


def test_conditional_net_survival_by_stratum():
    curve = net_survival(make_patients(300), TABLE, at=[1, 3], by=["arm"])

    found = conditional_survival(curve, given=[1], by=["arm"])

    ratio = curve.filter(pl.col("years") == 3)["survival"] / curve.filter(pl.col("years") == 1)["survival"]
    np.testing.assert_allclose(found["survival"], ratio, rtol=1e-14)
    with pytest.raises(BurdenError, match="the curve has no time 2"):
        conditional_survival(curve, given=[2], by=["arm"])


def test_conditional_survival_keeps_the_stratum_without_a_name():
    curve = pl.DataFrame(
        {"arm": [None, None, "a", "a"], "years": [1, 3] * 2, "survival": 0.5, "std_err": 0.1}
    )

    found = conditional_survival(curve, given=[0, 1], by=["arm"])

    assert found.select("arm", "given_years", "years").rows() == [
        (None, 0, 1),
        (None, 0, 3),
        (None, 1, 3),
        ("a", 0, 1),
        ("a", 0, 3),
        ("a", 1, 3),
    ]


def test_a_stratum_whose_curve_lacks_the_time_is_not_left_out():
    curve = pl.DataFrame({"arm": ["a", "a", "b"], "years": [1, 3, 3], "survival": 0.5, "std_err": 0.1})

    with pytest.raises(BurdenError, match="the curve has no time 1"):
        conditional_survival(curve, given=[1], by=["arm"])


def test_curves_of_strata_are_not_mixed_up_where_none_is_named():
    curve = net_survival(make_patients(300), TABLE, at=[1, 3], by=["arm"])

    with pytest.raises(
        BurdenError, match=r"^Row 3, column years: there is more than one curve with the time 1\.0"
    ):
        conditional_survival(curve, given=[1])


def test_late_entry_is_not_at_risk_on_the_first_day_in_either_convention():
    """Of eight a and b, all there from the first day but two of b; one of each dies then: 2 × 4/6 are expected in a."""
    patients = pl.DataFrame(
        {
            "sex": 1,
            "age_days": 20_000.0,
            "diagnosis_date": date(2001, 3, 1),
            "entry_days": [0.0] * 6 + [5.0] * 2,
            "time_days": [0.0, 9, 9, 9, 0, 9, 9, 9],
            "dead": [1, 0, 0, 0, 1, 0, 0, 0],
            "arm": ["a"] * 4 + ["b"] * 4,
        }
    )

    for convention in ("exact", "relsurv"):
        found = compare_net_survival(patients, NOBODY_DIES, group="arm", convention=convention)

        assert found.groups["expected"].to_list() == pytest.approx([4 / 3, 2 / 3], rel=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), st.booleans())
@pytest.mark.burden("survival.crude")
def test_both_causes_and_survival_sum_to_one(seed, n, late):
    patients = make_patients(n, seed).with_columns(time_days=pl.col("time_days") + 40)
    if late:
        patients = patients.with_columns(
            entry_days=pl.when(pl.int_range(n) % 3 == 1).then(30.0).otherwise(0.0)
        )
    times = sorted(patients["time_days"].unique().to_list())

    found = crude_probability(patients, TABLE, at=[day / YEAR for day in times])

    survival = observed_survival(patients, at=[day / YEAR for day in times])["survival"]
    sums = sum(found.filter(pl.col("cause") == cause)["probability"] for cause in ("cancer", "other"))
    np.testing.assert_allclose(sums, 1 - survival, atol=1e-12)


@pytest.mark.burden("survival.crude")
def test_years_lost_to_both_causes_are_those_of_the_restricted_mean():
    patients = make_patients(100)

    found = crude_probability(patients, TABLE, at=[3])

    assert found["lost_years"].sum() == pytest.approx(
        restricted_mean(patients, horizon_years=3)["lost_years"][0]
    )


def test_without_population_mortality_the_cancer_takes_all():
    found = crude_probability(make_patients(), NOBODY_DIES, at=[1, 2])

    assert found.filter(pl.col("cause") == "other")["probability"].to_list() == [0.0, 0.0]


@pytest.mark.burden("survival.excess")
def test_an_excess_model_without_population_mortality_is_deaths_by_person_years():
    patients = make_patients(200)

    model = model_excess(patients, NOBODY_DIES, covariates=["arm"], breaks=[0, 10])

    rates = (
        patients.group_by("arm").agg(rate=pl.col("dead").sum() / pl.col("time_days").sum() * YEAR).sort("arm")
    )
    ratios = (rates["rate"] / rates["rate"][0])[1:]
    np.testing.assert_allclose(model.coefficients["ratio"][:2], ratios, rtol=1e-8)
    assert model.baseline["excess_hazard"][0] == pytest.approx(rates["rate"][0], rel=1e-8)
    deaths = patients.group_by("arm").agg(pl.col("dead").sum()).sort("arm")["dead"]
    assert model.coefficients["std_err"][0] == pytest.approx(np.sqrt(1 / deaths[0] + 1 / deaths[1]), rel=1e-6)


@pytest.mark.parametrize("method", ["poisson", "likelihood"])
@pytest.mark.burden("survival.excess")
def test_an_excess_model_finds_the_ratio_it_was_made_with(method):
    random = np.random.default_rng(11)
    n, ratio = 20_000, 2.0
    arm = random.integers(0, 2, n)
    hazard = 0.1 + 0.2 * ratio**arm
    time = random.exponential(1 / hazard)
    patients = pl.DataFrame(
        {
            "sex": 1,
            "age_days": 20_000,
            "diagnosis_date": date(2001, 1, 1),
            "time_days": np.minimum(time, 5) * YEAR,
            "dead": (time < 5).astype(int),
            "arm": arm,
        }
    )
    table = LifeTable.from_frame(pl.DataFrame({"sex": [1], "year": 2000, "age": 0, "hazard": 0.1}))

    model = model_excess(patients, table, covariates=["arm"], method=method)

    assert model.coefficients["ratio"][0] == pytest.approx(ratio, rel=0.1)
    np.testing.assert_allclose(model.baseline["excess_hazard"], 0.2, rtol=0.15)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"covariates": ["arm"], "breaks": [1, 2]}, "the breaks ascend from 0"),
        ({"covariates": ["arm"], "method": "em"}, "method is poisson or likelihood"),
        ({"covariates": ["sex"]}, "everybody has the same value"),
        ({"covariates": ["age_days", "age"]}, "say the same"),
    ],
)
def test_what_an_excess_model_cannot_take_is_said(options, sentence):
    patients = make_patients().with_columns(age=pl.col("age_days") / YEAR)

    with pytest.raises(BurdenError, match=sentence):
        model_excess(patients, TABLE, **options)
