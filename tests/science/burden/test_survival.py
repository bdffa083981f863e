"""Net survival against a slow, obvious computation, and at the edges."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, LifeTable, expected_survival, net_survival, observed_survival
from tests.factories.survival import YEAR, make_patients, make_table

METHODS = ["pohar-perme", "ederer2", "ederer1", "hakulinen"]
NEW_YEAR_1970 = date(1970, 1, 1)


def read_hazard(table, patient, day):
    """Hazard per day at so many days after diagnosis, looked up and not walked."""
    age = patient["age_days"] + day
    today = (patient["diagnosis_date"] - NEW_YEAR_1970).days + day
    y = max(k for k, start in enumerate(table.year_starts) if start <= today)
    a = max(k for k, years in enumerate(table.ages) if years * table.days_per_year <= age)
    return table.hazards[table.sexes.index(str(patient["sex"])), y, a] / table.days_per_year


STEP = 0.02


def walk_slowly(table, patients, until):
    """Hazards and their sums in the middle of small steps: two arrays (n, steps)."""
    middles = np.arange(STEP / 2, until, STEP)
    hazards = np.array(
        [[read_hazard(table, one, day) for day in middles] for one in patients.iter_rows(named=True)]
    )
    return middles, hazards, (np.cumsum(hazards, axis=1) - hazards / 2) * STEP


def estimate_slowly(table, patients, at, method):
    """Net survival at a time, by the definition, integrals summed over small steps."""
    exits, dead = patients["time_days"].to_numpy(), patients["dead"].to_numpy() == 1
    middles, hazards, sums = walk_slowly(table, patients, at)
    weights = np.exp(sums) if method == "pohar-perme" else np.ones_like(sums)
    at_risk = exits[:, None] > middles
    weighted = np.where(at_risk, weights, 0.0)
    part = (weighted * hazards).sum(axis=0) * STEP / np.maximum(weighted.sum(axis=0), 1e-300)
    survival, last = 1.0, 0.0
    for time in np.unique(exits[exits <= at]):
        integral = part[(middles > last) & (middles < time)].sum()
        full = (
            np.exp(sums[:, middles < time][:, -1])
            if time > 0 and method == "pohar-perme"
            else np.ones(len(exits))
        )
        risk = exits >= time
        survival *= 1 - full[risk & dead & (exits == time)].sum() / full[risk].sum() + integral
        last = time
    return survival * (1 + part[middles > last].sum() if method == "pohar-perme" else 1)


@pytest.mark.parametrize("method", ["pohar-perme", "ederer2"])
@pytest.mark.burden("survival.pohar_perme", "survival.ederer2")
def test_net_survival_equals_the_definition_summed_slowly(method):
    table, patients = make_table(), make_patients(12, longest=300)

    found = net_survival(patients, table, method=method, at=[100.5 / YEAR, 250 / YEAR])

    for days, survival in zip((100.5, 250), found["survival"], strict=True):
        assert survival == pytest.approx(estimate_slowly(table, patients, days, method), abs=2e-5)


def expect(table, patients, until):
    """Expected survival of each patient at a time of its own."""
    return expected_survival(patients.with_columns(time_days=pl.Series(until)), table)[
        "expected_survival"
    ].to_numpy()


@pytest.mark.burden("survival.ederer1")
def test_ederer1_is_observed_over_the_mean_expected_survival():
    table, patients = make_table(), make_patients(40)
    time = patients["time_days"].sort()[20]
    observed = observed_survival(patients, at=[time / YEAR])["survival"][0]

    found = net_survival(patients, table, method="ederer1", at=[time / YEAR])

    assert found["survival"][0] == pytest.approx(
        observed / expect(table, patients, np.full(40, float(time))).mean(), rel=1e-12
    )


@pytest.mark.burden("survival.hakulinen")
def test_hakulinen_drops_the_censored_and_keeps_the_dead_until_the_closing_date():
    table, patients = make_table(), make_patients(40)
    exits, dead = patients["time_days"].to_numpy().astype(float), patients["dead"].to_numpy() == 1
    starts = patients["diagnosis_date"].to_physical().to_numpy()
    leaving = np.where(dead, (starts + exits).max() - starts, exits)
    time = float(np.sort(exits)[20])
    expected, last = 1.0, 0.0
    for step in np.unique(leaving[leaving <= time]):
        there = leaving >= step
        ends, begins = (expect(table, patients, np.full(40, t))[there].sum() for t in (step, last))
        expected, last = expected * ends / begins, step

    found = net_survival(patients, table, method="hakulinen", at=[time / YEAR])

    there = leaving >= time
    ends, begins = (expect(table, patients, np.full(40, t))[there].sum() for t in (time, last))
    observed = observed_survival(patients, at=[time / YEAR])["survival"][0]
    assert found["survival"][0] == pytest.approx(observed / (expected * ends / begins), rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.burden("survival.pohar_perme", "survival.ederer2")
def test_one_time_does_not_depend_on_the_others(method):
    table, patients = make_table(), make_patients()

    alone = net_survival(patients, table, method=method, at=[1])
    among = net_survival(patients, table, method=method, at=[0.1, 0.33, 0.777, 1, 1.5])

    assert alone["survival"][0] == pytest.approx(among["survival"][3], rel=1e-13)
    assert alone["std_err"][0] == pytest.approx(among["std_err"][3], rel=1e-13)


@pytest.mark.parametrize("method", METHODS)
def test_a_stratum_is_what_it_is_alone(method):
    table, patients = make_table(), make_patients(90)

    together = net_survival(patients, table, method=method, at=[1], by=["stage"])

    for stage in (1, 2, 3):
        alone = net_survival(patients.filter(pl.col("stage") == stage), table, method=method, at=[1])
        assert together.filter(pl.col("stage") == stage)["survival"].to_list() == alone["survival"].to_list()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 25), st.sampled_from(METHODS))
def test_repeating_every_patient_changes_no_estimate(seed, n, method):
    table, patients = make_table(), make_patients(n, seed=seed)
    twice = pl.concat([patients, patients])

    once, again = (net_survival(people, table, method=method, at=None) for people in (patients, twice))

    np.testing.assert_allclose(once["survival"].to_numpy(), again["survival"].to_numpy(), rtol=1e-9)
    assert (2 * once["at_risk"]).to_list() == again["at_risk"].to_list()
    assert (2 * once["events"]).to_list() == again["events"].to_list()


@pytest.mark.parametrize("convention", ["exact", "relsurv"])
@pytest.mark.burden("survival.convention", "survival.pohar_perme")
def test_no_population_mortality_leaves_kaplan_meier(convention):
    nobody_dies = pl.DataFrame({"sex": [1, 2], "year": 2000, "age": 0, "hazard": 0.0})
    patients = make_patients(50)

    net = net_survival(patients, LifeTable.from_frame(nobody_dies), at=None, convention=convention)

    observed = observed_survival(patients, at=None)
    np.testing.assert_allclose(net["survival"].to_numpy(), observed["survival"].to_numpy(), atol=1e-13)


@pytest.mark.burden("survival.late_entry")
def test_late_entry_weighs_from_diagnosis_and_counts_from_entry():
    """Constant hazard: everybody at risk weighs the same, so only who is at risk when matters."""
    table = LifeTable.from_frame(pl.DataFrame({"sex": [1], "year": 2000, "age": 0, "hazard": 0.1}))
    patients = pl.DataFrame(
        {
            "sex": 1,
            "age_days": 18_000,
            "diagnosis_date": date(2001, 1, 1),
            "entry_days": [0, 0, 100, 150],
            "time_days": [50, 300, 300, 400],
            "dead": [1, 0, 1, 0],
        }
    )

    found = net_survival(patients, table, at=[99 / YEAR, 300 / YEAR], method="pohar-perme")

    daily = 0.1 / YEAR
    early = 1 - 1 / 2 + 50 * daily
    assert found["survival"][0] == pytest.approx(early * (1 + 49 * daily), rel=1e-12)
    assert found["survival"][1] == pytest.approx(early * (1 - 1 / 3 + 250 * daily), rel=1e-12)
    assert found["at_risk"].to_list() == [1, 3]
    assert found["events"].to_list() == [1, 2]


@pytest.mark.parametrize("method", ["ederer1", "hakulinen"])
@pytest.mark.burden("survival.late_entry")
def test_late_entry_under_one_hazard_divides_observed_survival_by_that_of_the_population(method):
    table = LifeTable.from_frame(pl.DataFrame({"sex": [1, 2], "year": 2000, "age": 0, "hazard": 0.1}))
    patients = make_patients(60).with_columns(time_days=pl.col("time_days") + 200)
    patients = patients.with_columns(entry_days=pl.when(pl.int_range(60) % 3 == 0).then(150.0).otherwise(0.0))

    found = net_survival(patients, table, method=method, at=None)

    observed = observed_survival(patients, at=None)
    expected = observed["survival"] * (observed["years"] * 0.1).exp()
    np.testing.assert_allclose(found["survival"], expected, rtol=1e-12)


@pytest.mark.parametrize("method", ["pohar-perme", "ederer2"])
def test_late_entry_day_by_day_stays_beside_the_exact_curve(method):
    patients = make_patients(300).with_columns(time_days=pl.col("time_days") + 200)
    patients = patients.with_columns(
        entry_days=pl.when(pl.int_range(300) % 3 == 0).then(150.0).otherwise(0.0)
    )

    daily, exact = (
        net_survival(patients, make_table(), method=method, convention=convention, at=None)
        for convention in ("relsurv", "exact")
    )

    assert daily["years"].to_list() == exact["years"].to_list()
    early = (exact["years"] < 2).to_numpy()
    np.testing.assert_allclose(
        daily["survival"].to_numpy()[early], exact["survival"].to_numpy()[early], atol=2e-3
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("convention", ["exact", "relsurv"])
@pytest.mark.burden("survival.brenner")
def test_weights_of_two_count_as_patients_twice(method, convention):
    patients, table = make_patients(40), make_table()
    doubled = patients.filter(pl.col("stage") == 1)

    weighted = net_survival(
        patients.with_columns(w=pl.when(pl.col("stage") == 1).then(2.0).otherwise(1.0)),
        table,
        method=method,
        convention=convention,
        weights="w",
        at=[0.5, 1, 1.5],
    )

    repeated = net_survival(
        pl.concat([patients, doubled]), table, method=method, convention=convention, at=[0.5, 1, 1.5]
    )
    np.testing.assert_allclose(weighted["survival"], repeated["survival"], rtol=1e-10)
    assert (weighted["std_err"] >= repeated["std_err"]).all()


def edge_case(time_days, dead, **others):
    columns = {"sex": 1, "age_days": 20_000, "diagnosis_date": date(2001, 1, 1)} | others
    return pl.DataFrame({"time_days": time_days, "dead": dead}).with_columns(
        pl.lit(value).alias(name) for name, value in columns.items()
    )


@pytest.mark.parametrize("method", METHODS)
def test_deaths_on_the_first_day_count_at_time_zero(method):
    found = net_survival(
        edge_case([0, 0, 500, 500], [1, 0, 0, 0]), make_table(), method=method, at=[0, 0.001]
    )

    assert found["survival"][0] == pytest.approx(0.75)
    assert found["at_risk"].to_list() == [4, 2]
    assert found["events"].to_list() == [1, 1]


@pytest.mark.parametrize("convention", ["exact", "relsurv"])
def test_everybody_dead_on_the_first_day(convention):
    found = net_survival(edge_case([0, 0], [1, 1]), make_table(), at=[0, 1], convention=convention)

    assert found["survival"].to_list() == [0.0, 0.0]
    assert found["lower"].to_list() == [None, None]


def test_after_the_last_patient_has_left_nothing_is_known():
    found = net_survival(edge_case([100, 200], [1, 0]), make_table(), at=[200 / YEAR, 5])

    assert found["survival"].is_null().to_list() == [False, True]
    assert found["std_err"].is_null().to_list() == [False, True]
    assert found["at_risk"].to_list() == [1, 0]
    assert found["events"].to_list() == [1, 1]


def test_no_death_leaves_survival_above_one_and_without_error():
    found = net_survival(edge_case([400, 500], [0, 0]), make_table(), at=[1])

    assert found["survival"][0] > 1
    assert found["std_err"][0] == 0
    assert found["lower"][0] == found["upper"][0] == found["survival"][0]


@pytest.mark.burden("lifetable.outside")
def test_followed_beyond_the_last_year_is_counted_or_refused():
    patients = edge_case([100, 2000], [1, 0])
    frame = pl.DataFrame({"sex": [1, 1], "year": [2000, 2001], "age": 0, "hazard": [0.1, 0.2]})

    carried = net_survival(patients, LifeTable.from_frame(frame), at=[5])

    assert carried["beyond_table"].to_list() == [1]
    with pytest.raises(
        BurdenError, match=r"^Row 2, column time_days: 2000\.0 days lead beyond the last year"
    ):
        net_survival(patients, LifeTable.from_frame(frame, beyond="error"), at=[5])


def test_ages_above_the_last_one_keep_its_hazard():
    frame = pl.DataFrame({"sex": 1, "year": 2000, "age": [0, 100], "hazard": [0.1, 0.5]})
    patient = edge_case([365.25], [0], age_days=115 * YEAR)

    found = expected_survival(patient, LifeTable.from_frame(frame))

    assert found["expected_cumhaz"][0] == pytest.approx(0.5, rel=1e-12)


@pytest.mark.burden("lifetable.expected")
def test_the_walk_crosses_birthday_leap_day_and_new_year_within_the_day():
    frame = pl.DataFrame(
        {"sex": 1, "year": [2000, 2000, 2001, 2001], "age": [0, 60, 0, 60], "hazard": [0.1, 0.2, 0.3, 0.4]}
    )
    patient = edge_case([366.0], [0], diagnosis_date=date(2000, 3, 1), age_days=60 * YEAR - 100.5)

    found = expected_survival(patient, LifeTable.from_frame(frame))

    days = (100.5 * 0.1 + (306 - 100.5) * 0.2 + (366 - 306) * 0.4) / YEAR
    assert found["expected_cumhaz"][0] == pytest.approx(days, rel=1e-12)


def test_times_that_differ_by_rounding_are_ties():
    third = 100.1 + 200.2
    found = observed_survival(pl.DataFrame({"time_days": [300.3, third, 400], "dead": [1, 1, 0]}), at=None)

    assert found["at_risk"].to_list() == [3, 1]


FAULTS = {
    "sex": ("9", r"^Row 2, column sex: sex is 1 \(male\) or 2 \(female\), not ‘9’\.$"),
    "age_days": (-3.0, r"^Row 2, column age_days: -3\.0 is negative\.$"),
    "time_days": (-1.0, r"^Row 2, column time_days: -1\.0 days: the follow-up ends before the diagnosis\.$"),
    "dead": (2, r"^Row 2, column dead: dead is 0 or 1, not 2\.0\.$"),
    "diagnosis_date": (date(1999, 12, 31), r"^Row 2, column diagnosis_date: the life table begins in 2000"),
}


@pytest.mark.parametrize("column", FAULTS)
@pytest.mark.burden("border.faults")
def test_a_fault_is_named_with_row_and_column(column):
    value, sentence = FAULTS[column]
    patients = make_patients(3).cast({"sex": pl.String, "age_days": pl.Float64, "time_days": pl.Float64})
    broken = patients.with_columns(
        pl.when(pl.int_range(3) == 1).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
    )

    with pytest.raises(BurdenError, match=sentence) as caught:
        net_survival(broken, make_table())

    assert (caught.value.row, caught.value.column) == (1, column)
    assert caught.value.message_vi.startswith("Dòng 2, cột")


@pytest.mark.parametrize("column", FAULTS)
def test_an_empty_value_is_refused(column):
    broken = make_patients(3).with_columns(pl.when(pl.int_range(3) != 1).then(pl.col(column)).alias(column))

    with pytest.raises(BurdenError) as caught:
        net_survival(broken, make_table())

    assert (caught.value.row, caught.value.column) == (1, column)


@pytest.mark.parametrize("column", [*FAULTS, "stage"])
def test_a_missing_column_is_named(column):
    with pytest.raises(BurdenError, match=f"there is no column {column} in the patients"):
        net_survival(make_patients(3).drop(column), make_table(), by=["stage"])


@pytest.mark.burden("border.faults")
def test_ages_in_years_given_as_days_are_refused():
    patients = make_patients(5).with_columns(pl.col("age_days") / YEAR)

    with pytest.raises(BurdenError, match="are these years"):
        net_survival(patients, make_table())


def test_numbers_for_dates_are_refused():
    patients = make_patients(5).with_columns(pl.col("diagnosis_date").to_physical())

    with pytest.raises(BurdenError, match="the dates must be dates"):
        net_survival(patients, make_table())


def test_no_patient_gives_no_row_with_strata():
    found = net_survival(make_patients(3).clear(), make_table(), by=["stage"])

    assert found.height == 0
    assert found.columns[:3] == ["stage", "years", "survival"]


def test_no_patient_at_all_is_null():
    found = net_survival(make_patients(3).clear(), make_table(), at=[1])

    assert found.select("survival", "at_risk", "events").rows() == [(None, 0, 0)]


@pytest.mark.parametrize("interval", ["log", "log-log", "plain"])
def test_intervals_hold_the_estimate(interval):
    found = net_survival(make_patients(60), make_table(), at=[0.5, 1], interval=interval).drop_nulls("lower")

    assert (found["lower"] <= found["survival"]).all()
    assert (found["survival"] <= found["upper"]).all()


def test_an_unknown_method_lists_the_known_ones():
    with pytest.raises(BurdenError, match="no method ‘cox’ with convention ‘exact’"):
        net_survival(make_patients(3), make_table(), method="cox")


def test_strata_keep_their_own_type():
    patients = make_patients(40)

    for sex in (
        patients["sex"],
        patients["sex"].cast(pl.String),
        patients["sex"].replace_strict({1: "M", 2: "F"}),
    ):
        found = net_survival(patients.with_columns(sex), make_table(), at=[1], by=["sex"])

        assert found["sex"].to_list() == sex.unique().sort().to_list()


def test_pandas_gives_the_same():
    pandas = pytest.importorskip("pandas")
    patients = make_patients(40)
    theirs = pandas.DataFrame(patients.to_dict(as_series=False))
    theirs["diagnosis_date"] = pandas.to_datetime(theirs["diagnosis_date"])

    found = net_survival(theirs, make_table(), by=["stage"])

    assert found.rows() == net_survival(patients, make_table(), by=["stage"]).rows()
