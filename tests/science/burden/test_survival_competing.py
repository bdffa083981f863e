"""Competing events: incidence, Gray's test, Fine and Gray's model, against slow computations and simulation."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import (
    BurdenError,
    compare_incidence,
    compare_survival,
    cumulative_incidence,
    model_incidence,
    observed_survival,
)


def make_patients(n=60, seed=1, kinds=3, longest=40):
    random = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "time_days": random.integers(1, longest, n),
            "event": random.integers(0, kinds, n),
            "arm": random.choice(["a", "b", "c"], n),
            "score": random.normal(size=n),
        }
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_events_and_none_sum_to_one(seed, n):
    found = cumulative_incidence(make_patients(n, seed), at=None, days_per_year=1)

    sums = found.drop_nulls("incidence").group_by("years").agg(pl.col("incidence").sum())
    np.testing.assert_allclose(sums["incidence"], 1, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.booleans())
@pytest.mark.burden("survival.aalen_johansen", "survival.kaplan_meier")
def test_one_kind_of_event_leaves_kaplan_meier(seed, n, late):
    patients = make_patients(n, seed, kinds=2)
    if late:
        patients = patients.with_columns(
            entry_days=pl.when(pl.int_range(n) % 3 == 1).then(0.5).otherwise(0.0)
        )

    found = cumulative_incidence(patients, at=None, days_per_year=1).filter(pl.col("event") == 1)

    observed = observed_survival(patients.rename({"event": "dead"}), at=None, days_per_year=1)
    if found.height:
        np.testing.assert_allclose(1 - found["incidence"], observed["survival"], atol=1e-12)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.burden("survival.aalen_johansen")
def test_standard_error_is_the_infinitesimal_jackknife(kind, late):
    """Each patient's influence, by numbering it in among many copies of all the others."""
    patients = make_patients(25, seed=4)
    if late:
        patients = patients.with_columns(
            time_days=pl.col("time_days") + 5, entry_days=pl.when(pl.int_range(25) < 8).then(6).otherwise(0)
        ).filter(pl.col("time_days") > pl.col("entry_days"))
    times, copies = [8, 15, 25], 400

    def estimate(frame):
        found = cumulative_incidence(frame, at=times, days_per_year=1)
        return found.filter(pl.col("event") == kind)["incidence"].to_numpy()

    many = pl.concat([patients] * copies)
    influences = np.array(
        [
            (estimate(pl.concat([many, patients[i : i + 1]])) - estimate(many)) * copies
            for i in range(len(patients))
        ]
    )
    found = cumulative_incidence(patients, at=times, days_per_year=1).filter(pl.col("event") == kind)

    np.testing.assert_allclose(found["std_err"], np.sqrt((influences**2).sum(axis=0)), rtol=0.01)


def test_after_the_last_patient_has_left_nothing_is_known():
    patients = pl.DataFrame({"time_days": [1, 2, 3], "event": [1, 2, 0]})

    found = cumulative_incidence(patients, at=[3, 4], days_per_year=1)

    assert found.filter(pl.col("years") == 4)["incidence"].to_list() == [None] * 3
    ended = cumulative_incidence(patients.with_columns(event=pl.Series([1, 2, 1])), at=[4], days_per_year=1)
    assert ended["incidence"].to_list() == pytest.approx([0, 2 / 3, 1 / 3])


def test_no_patient_gives_no_row_with_strata():
    found = cumulative_incidence(make_patients().clear(), by=["arm"])

    assert found.height == 0
    assert found.columns[:3] == ["arm", "event", "years"]


def test_an_odd_event_is_named():
    with pytest.raises(BurdenError, match=r"^Row 2, column event: event is 0 \(none\), 1, 2, …, not 1\.5\.$"):
        cumulative_incidence(pl.DataFrame({"time_days": [1, 2], "event": [1.0, 1.5]}))


@pytest.mark.burden("survival.gray")
def test_grays_score_without_competitors_is_that_of_the_logrank_test():
    patients = make_patients(400, kinds=2, longest=4000)

    gray = compare_incidence(patients, group="arm")
    logrank = compare_survival(patients.rename({"event": "dead"}), group="arm")

    np.testing.assert_allclose(gray.groups["expected"], logrank.groups["expected"], rtol=1e-10)
    assert gray.statistic == pytest.approx(logrank.statistic, rel=0.15)


@pytest.mark.parametrize("rho", [0.0, 1.0])
@pytest.mark.burden("survival.gray")
def test_grays_test_is_chi_square_where_groups_are_alike(rho):
    """500 trials of three groups of 40 with a competitor and censoring: mean 2, and 5 per cent beyond 5.991."""
    random = np.random.default_rng(7)
    statistics = []
    for _ in range(500):
        times = [random.exponential(scale, 120) for scale in (1, 1.5, 2)]
        first = np.min(times, axis=0)
        kind = np.array([1, 2, 0])[np.argmin(times, axis=0)]
        frame = pl.DataFrame({"time_days": first, "event": kind, "arm": np.repeat(["a", "b", "c"], 40)})
        statistics.append(compare_incidence(frame, group="arm", rho=rho).statistic)

    assert np.mean(statistics) == pytest.approx(2, abs=0.25)
    assert np.mean(np.array(statistics) > 5.991) == pytest.approx(0.05, abs=0.025)


def test_grays_strata_add_up():
    patients = make_patients(200).with_columns(place=pl.int_range(200) % 2)

    whole = compare_incidence(patients, group="arm", strata=["place"])

    parts = [compare_incidence(patients.filter(pl.col("place") == k), group="arm") for k in (0, 1)]
    expected = sum(part.groups["expected"].to_numpy() for part in parts)
    np.testing.assert_allclose(whole.groups["expected"], expected, rtol=1e-12)
    assert whole.degrees == 2


def test_one_group_is_no_comparison():
    with pytest.raises(BurdenError, match="two groups or more"):
        compare_incidence(make_patients().with_columns(arm=pl.lit("a")), group="arm")


def fit_slowly(matrix, time, own, kept):
    """Partial likelihood of Breslow by a grid of Newton's steps; who is kept stays at risk for ever."""
    beta = np.zeros(matrix.shape[1])
    for _ in range(30):
        slope, curve = np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
        for i in np.flatnonzero(own):
            there = (time >= time[i]) | kept
            weight = np.exp(matrix[there] @ beta)
            mean = weight @ matrix[there] / weight.sum()
            slope += matrix[i] - mean
            curve += (matrix[there].T * weight) @ matrix[there] / weight.sum() - np.outer(mean, mean)
        beta += np.linalg.solve(curve, slope)
    return beta


@pytest.mark.burden("survival.fine_gray")
def test_fine_gray_without_censoring_keeps_the_others_at_risk():
    patients = make_patients(80).with_columns(event=pl.int_range(80) % 2 + 1)

    found = model_incidence(patients, covariates=["score", "arm"])

    matrix = np.column_stack([patients["score"], patients["arm"] == "b", patients["arm"] == "c"]).astype(
        float
    )
    kept = patients["event"].to_numpy() == 2
    slow = fit_slowly(matrix, patients["time_days"].to_numpy(), ~kept, kept)
    np.testing.assert_allclose(found.coefficients["coefficient"], slow, atol=1e-9)
    assert found.coefficients["term"].to_list() == ["score", "arm b", "arm c"]


@pytest.mark.burden("survival.cox")
def test_fine_gray_without_competitors_is_cox():
    patients = make_patients(80, kinds=2)

    found = model_incidence(patients, covariates=["score"])

    own = patients["event"].to_numpy() == 1
    slow = fit_slowly(
        patients["score"].to_numpy()[:, None], patients["time_days"].to_numpy(), own, np.zeros(80, dtype=bool)
    )
    np.testing.assert_allclose(found.coefficients["coefficient"], slow, atol=1e-9)


@pytest.mark.burden("survival.fine_gray")
def test_fine_grays_variance_is_that_of_leaving_one_out():
    patients = make_patients(300, longest=3000)

    found = model_incidence(patients, covariates=["score", "arm"])

    without = np.array(
        [
            model_incidence(patients.filter(pl.int_range(300) != i), covariates=["score", "arm"])
            .coefficients["coefficient"]
            .to_numpy()
            for i in range(300)
        ]
    )
    jackknife = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    np.testing.assert_allclose(found.coefficients["std_err"], np.sqrt(jackknife), rtol=0.04)


@pytest.mark.parametrize(
    ("frame", "options", "sentence"),
    [
        (make_patients().with_columns(entry_days=0.5), {"covariates": ["score"]}, "followed from time 0"),
        (make_patients(), {"covariates": ["score"], "event": 9}, "nobody had the event 9"),
        (make_patients().with_columns(same=1.0), {"covariates": ["same"]}, "everybody has the same value"),
        (
            make_patients().with_columns(twice=2 * pl.col("score")),
            {"covariates": ["score", "twice"]},
            "say the same",
        ),
    ],
)
def test_what_fine_gray_cannot_take_is_said(frame, options, sentence):
    with pytest.raises(BurdenError, match=sentence):
        model_incidence(frame, **options)
