"""Life tables of patients: against slow sums, and at the edges."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, net_survival, survival_from_counts, survival_table
from tests.factories.survival import YEAR, make_patients, make_table

FORMS = ["hazard", "lifetable"]
METHODS = ["pohar-perme", "ederer2", "observed"]


@pytest.mark.burden("survival.table", "survival.counts")
def test_a_worked_actuarial_table():
    """100, 20 die and 10 leave; 70, 10 die and 20 leave: 1 - 20/95, then 1 - 10/60."""
    counts = pl.DataFrame(
        {
            "from_years": [0, 1],
            "years": [1, 2],
            "at_risk": [100, 70],
            "deaths": [20, 10],
            "censored": [10, 20],
        }
    )

    found = survival_from_counts(counts, method="observed", form="lifetable", interval="plain")

    survival = (1 - 20 / 95) * (1 - 10 / 60)
    error = survival * np.sqrt(20 / (95 * 75) + 10 / (60 * 50))
    assert found["survival"][1] == pytest.approx(survival, rel=1e-14)
    assert found["std_err"][1] == pytest.approx(error, rel=1e-14)
    assert found["upper"][1] == pytest.approx(survival + 1.959963984540054 * error, rel=1e-12)


@pytest.mark.burden("survival.table")
def test_exact_sums_equal_small_steps():
    table, patients = make_table(), make_patients(25)
    step = 0.01
    middles = np.arange(step / 2, 900, step)
    born, start = patients["age_days"].to_numpy(), patients["diagnosis_date"].to_physical().to_numpy()
    sexes, exits = patients["sex"].to_numpy() - 1, patients["time_days"].to_numpy()
    hazards = np.array(
        [
            table.daily[
                s,
                np.searchsorted(table.year_starts, d + middles, side="right") - 1,
                np.searchsorted(table.age_starts, b + middles, side="right") - 1,
            ]
            for s, b, d in zip(sexes, born, start, strict=True)
        ]
    )
    weights = np.exp(np.cumsum(hazards, axis=1) * step - hazards * step / 2)
    there = exits[:, None] > middles

    found = survival_table(patients, table, breaks=[0, 0.5, 1.5, 2.4])

    for row in found.iter_rows(named=True):
        inside = (middles > row["from_years"] * YEAR) & (middles < row["years"] * YEAR)
        within = there[:, inside]
        time = (within * weights[:, inside]).sum() * step / YEAR
        expected = (within * weights[:, inside] * hazards[:, inside]).sum() * step
        assert row["person_years"] == pytest.approx(within.sum() * step / YEAR, abs=1e-3)
        assert row["weighted_person_years"] == pytest.approx(time, rel=1e-4)
        assert row["weighted_expected"] == pytest.approx(expected, rel=1e-4)


def test_narrow_intervals_come_near_the_curve():
    table, patients = make_table(), make_patients(400)

    found = survival_table(patients, table, breaks=np.arange(0, 501) / YEAR)

    curve = net_survival(patients, table, at=[500 / YEAR])
    assert found["survival"][-1] == pytest.approx(curve["survival"][0], abs=2e-3)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000), st.integers(1, 25), st.sampled_from(METHODS), st.sampled_from(["exact", "popepi"])
)
def test_everybody_is_counted_in_and_out(seed, n, method, convention):
    patients = make_patients(n, seed=seed)

    found = survival_table(
        patients, make_table(), breaks=[0, 0.3, 1, 1.7], method=method, convention=convention
    )

    inside = found["deaths"] + found["censored"]
    assert inside.sum() + found["left_alive"].sum() == n
    stays = found["at_risk"] + found["entered"] - inside
    assert stays[:-1].to_list() == found["at_risk"][1:].to_list()
    days = patients["time_days"].cast(float).clip(upper_bound=1.7 * YEAR).sum()
    assert found["person_years"].sum() == pytest.approx(days / YEAR, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["exact", "popepi"]))
def test_parts_of_a_cohort_add_up_to_the_whole(seed, convention):
    patients, table = make_patients(30, seed=seed), make_table()
    breaks = [0, 0.3, 1, 2]

    whole = survival_table(patients, table, breaks=breaks, convention=convention)
    parts = survival_table(patients, table, breaks=breaks, convention=convention, by=["stage"])

    for name in (
        "at_risk",
        "deaths",
        "weighted_expected",
        "weighted_deaths_squared",
        "weighted_person_years",
    ):
        pooled = parts.group_by("years").agg(pl.col(name).sum()).sort("years")[name]
        np.testing.assert_allclose(pooled, whole[name], rtol=1e-12, atol=1e-12)
    again = survival_from_counts(whole)
    assert again["survival"].to_list() == whole["survival"].to_list()


@pytest.mark.parametrize("convention", ["exact", "popepi"])
def test_late_entry_is_the_whole_less_what_came_before(convention):
    """A patient's person-time, expected deaths and weights after a break do not depend on having been seen before."""
    patients, table = make_patients(30).with_columns(time_days=pl.col("time_days") + 200), make_table()
    breaks = [0, 100 / YEAR, 1, 3]

    whole = survival_table(patients, table, breaks=breaks, convention=convention)
    late = survival_table(
        patients.with_columns(entry_days=100.0), table, breaks=breaks, convention=convention
    )

    for name in ("at_risk", "deaths", "weighted_expected", "weighted_at_risk", "weighted_person_years"):
        np.testing.assert_allclose(late[name][1:], whole[name][1:], rtol=1e-12)
    assert late["person_years"][0] == pytest.approx(0, abs=1e-12)


def test_entering_within_an_interval_counts_half():
    patients = pl.DataFrame(
        {"entry_days": [0, 0, 100, 0], "time_days": [200, 500, 500, 300], "dead": [1, 0, 0, 0]}
    )

    found = survival_table(patients, breaks=[0, 1], method="observed", form="lifetable")

    assert found.select("at_risk", "entered", "deaths", "censored").row(0) == (3, 1, 1, 1)
    assert found["survival"][0] == pytest.approx(1 - 1 / 3, rel=1e-14)


def test_dead_on_the_first_day_belong_to_the_first_interval():
    patients = pl.DataFrame({"time_days": [0, 0, 400], "dead": [1, 0, 0]})

    found = survival_table(patients, breaks=[0, 1], method="observed", form="lifetable")

    assert found.select("at_risk", "deaths", "censored", "left_alive").row(0) == (3, 1, 1, 1)
    assert found["survival"][0] == pytest.approx(1 - 1 / 2.5, rel=1e-14)


@pytest.mark.parametrize("form", FORMS)
def test_everybody_dead_on_the_first_day(form):
    patients = pl.DataFrame({"time_days": [0, 0], "dead": [1, 1]})

    found = survival_table(patients, breaks=[0, 1, 2], method="observed", form=form)

    assert found["survival"].to_list() == [0.0, 0.0]
    assert found["lower"].to_list() == [None, None]


@pytest.mark.parametrize("form", FORMS)
def test_no_death_leaves_survival_at_one(form):
    patients = pl.DataFrame({"time_days": [100, 400], "dead": [0, 0]})

    found = survival_table(patients, breaks=[0, 1, 2, 3], method="observed", form=form)

    assert found["survival"].to_list() == [1.0, 1.0, None]


def test_no_patient_gives_no_row_with_strata():
    found = survival_table(make_patients(3).clear(), make_table(), breaks=[0, 1], by=["stage"])

    assert found.height == 0
    assert found.columns[:3] == ["stage", "from_years", "years"]


def test_the_sums_do_not_depend_on_the_parts(monkeypatch):
    from banyan.science.burden.survival import actuarial

    patients, table = make_patients(50), make_table()
    whole = survival_table(patients, table, breaks=[0, 1, 2])
    monkeypatch.setattr(actuarial, "PART", 7)

    parts = survival_table(patients, table, breaks=[0, 1, 2])

    np.testing.assert_allclose(whole["survival"], parts["survival"], rtol=1e-13)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"breaks": [0]}, "the breaks are two or more"),
        ({"breaks": [0, 2, 1]}, "the breaks are two or more"),
        ({"breaks": [0, 1], "method": "ederer1"}, "knows no method ‘ederer1’"),
        ({"breaks": [0, 1], "form": "monthly"}, "no form ‘monthly’"),
        ({"breaks": [0, 1], "clock": "calendar"}, "no convention ‘exact’ with clock ‘calendar’"),
        ({"breaks": [0, 1], "interval": "exact"}, "no interval ‘exact’"),
    ],
)
def test_a_wrong_option_is_said(options, sentence):
    with pytest.raises(BurdenError, match=sentence):
        survival_table(make_patients(3), make_table(), **options)


def test_a_gap_between_intervals_is_said():
    counts = pl.DataFrame({"from_years": [0, 2], "years": [1, 3], "deaths": [1, 1], "person_years": [9, 8]})

    with pytest.raises(BurdenError, match=r"Row 2, column from_years: the interval that begins at 2\.0"):
        survival_from_counts(counts, method="observed")


@pytest.mark.burden("border.faults")
def test_a_gap_is_said_of_the_row_as_it_was_given():
    counts = pl.DataFrame({"from_years": [2, 0], "years": [3, 1], "deaths": [1, 1], "person_years": [8, 9]})

    with pytest.raises(BurdenError, match=r"Row 1, column from_years: the interval that begins at 2\.0"):
        survival_from_counts(counts, method="observed")
