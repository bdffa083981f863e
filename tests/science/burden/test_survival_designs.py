"""Cohort, complete, period and hybrid analysis: who counts, from when, until when."""

import itertools
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, design_patients, observed_survival, survival_table

WINDOW = (date(2010, 1, 1), date(2015, 1, 1))


def make_patients(n=200, seed=1):
    random = np.random.default_rng(seed)
    start = [date(2004, 1, 1) + timedelta(days=int(d)) for d in random.integers(0, 4300, n)]
    exits = [day + timedelta(days=int(d)) for day, d in zip(start, random.integers(0, 3000, n), strict=True)]
    return pl.DataFrame(
        {"diagnosis_date": start, "exit_date": exits, "dead": random.integers(0, 2, n), "stage": 1}
    )


ONE = {
    "before the window": (date(2008, 1, 1), date(2012, 1, 1)),
    "within it": (date(2011, 1, 1), date(2016, 1, 1)),
    "gone before": (date(2008, 1, 1), date(2010, 1, 1)),
    "after it": (date(2015, 1, 2), date(2016, 1, 1)),
}


def follow(case, **options):
    diagnosis, leaving = ONE[case]
    frame = pl.DataFrame({"diagnosis_date": [diagnosis], "exit_date": [leaving], "dead": [1]})
    found = design_patients(frame, **options)
    return found.patients.select("entry_days", "time_days", "dead").rows(), found.left_out, found.censored


@pytest.mark.parametrize(
    ("case", "rows", "left_out", "censored"),
    [
        ("before the window", [(731.0, 1461.0, 1.0)], {}, 0),
        ("within it", [(0.0, 1461.0, 0.0)], {}, 1),
        ("gone before", [], {"left before the window": 1}, 0),
        ("after it", [], {"diagnosed after the window": 1}, 0),
    ],
)
@pytest.mark.burden("survival.designs")
def test_period_counts_what_happened_within_the_window(case, rows, left_out, censored):
    assert follow(case, design="period", window=WINDOW) == (rows, left_out, censored)


@pytest.mark.burden("survival.designs")
def test_complete_counts_from_diagnosis_to_the_end():
    assert follow("before the window", design="complete", window=WINDOW) == ([(0.0, 1461.0, 1.0)], {}, 0)
    assert follow("within it", design="complete") == ([(0.0, 1826.0, 1.0)], {}, 0)


def test_a_cohort_is_of_those_diagnosed_in_its_years():
    years = (date(2010, 1, 1), date(2011, 1, 1))

    assert follow("within it", design="cohort", window=WINDOW, diagnosed=years)[0] == [(0.0, 1461.0, 0.0)]
    assert follow("gone before", design="cohort", window=WINDOW, diagnosed=years)[1] == {
        "diagnosed outside": 1
    }


@pytest.mark.burden("survival.designs")
def test_hybrid_counts_the_latest_diagnoses_from_their_first_day():
    whole = {"design": "hybrid", "window": WINDOW}

    assert follow("before the window", whole_from=date(2008, 1, 1), **whole)[0] == [(0.0, 1461.0, 1.0)]
    assert follow("before the window", whole_from=date(2009, 1, 1), **whole)[0] == [(731.0, 1461.0, 1.0)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["period", "complete", "hybrid"]))
def test_nobody_is_lost_and_times_stay_in_order(seed, design):
    patients = make_patients(60, seed)

    found = design_patients(patients, design=design, window=WINDOW, whole_from=date(2008, 1, 1))

    rows = found.patients
    assert rows.height + sum(found.left_out.values()) == 60
    assert (rows["entry_days"] <= rows["time_days"]).all()
    assert rows.columns == [*patients.columns, "time_days", "entry_days"]


@pytest.mark.burden("survival.designs")
def test_windows_side_by_side_share_out_deaths_and_person_time():
    """Two periods, and all the follow-up they cut: each death and each day is in one of them."""
    patients = make_patients(300)
    edges = [date(2004, 1, 1), date(2010, 1, 1), date(2030, 1, 1)]

    parts = [
        survival_table(
            design_patients(patients, design="period", window=window).patients,
            breaks=range(13),
            method="observed",
        )
        for window in itertools.pairwise(edges)
    ]

    whole = survival_table(
        design_patients(patients, design="complete").patients, breaks=range(13), method="observed"
    )
    for name in ("deaths", "person_years"):
        np.testing.assert_allclose(parts[0][name] + parts[1][name], whole[name], atol=1e-9)


def test_a_death_on_the_edge_of_two_windows_is_in_the_first_alone():
    edge = date(2010, 1, 1)
    frame = pl.DataFrame({"diagnosis_date": [edge], "exit_date": [edge], "dead": [1]})

    before = design_patients(frame, design="period", window=(date(2005, 1, 1), edge))
    after = design_patients(frame, design="period", window=(edge, date(2015, 1, 1)))

    assert before.patients.select("entry_days", "time_days", "dead").rows() == [(0.0, 0.0, 1.0)]
    assert (after.patients.height, after.left_out) == (0, {"left before the window": 1})


@pytest.mark.parametrize(
    ("entry", "design", "found", "left_out"),
    [
        (400, "complete", [400.0], {}),
        (400, "period", [731.0], {}),
        (800, "period", [800.0], {}),
        (2557, "period", [], {"entered after the window": 1}),
    ],
)
def test_who_came_late_anyhow_counts_from_the_later_day(entry, design, found, left_out):
    frame = pl.DataFrame(
        {"diagnosis_date": [date(2008, 1, 1)], "time_days": 4000, "dead": 1, "entry_days": entry}
    )

    chosen = design_patients(frame, design=design, window=WINDOW)

    assert chosen.patients["entry_days"].to_list() == found
    assert chosen.left_out == left_out


def test_an_entry_after_the_exit_is_named():
    with pytest.raises(BurdenError, match=r"^Row 1, column entry_days: .* ends before it begins"):
        design_patients(make_patients(3).with_columns(entry_days=9000), design="complete")


def test_period_survival_is_that_of_the_late_entries():
    patients = pl.DataFrame(
        {
            "diagnosis_date": [date(2009, 1, 1)] * 2 + [date(2010, 1, 1)] * 2,
            "exit_date": [date(2010, 7, 1), date(2013, 1, 1), date(2010, 4, 1), date(2013, 1, 1)],
            "dead": [1, 0, 1, 0],
        }
    )

    found = observed_survival(design_patients(patients, design="period", window=WINDOW).patients, at=[1, 2])

    assert found["survival"].to_list() == pytest.approx([1 / 2, 1 / 2 * 2 / 3])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"design": "later"}, "there is no design ‘later’"),
        ({"design": "period"}, "the design period needs window"),
        ({"design": "cohort", "window": WINDOW}, "the design cohort needs diagnosed"),
        ({"design": "hybrid", "window": WINDOW}, "the design hybrid needs whole_from"),
        ({"design": "period", "window": WINDOW[::-1]}, "window ends on 2010-01-01, before it begins"),
        (
            {"design": "cohort", "window": WINDOW, "diagnosed": WINDOW, "horizon_years": 5},
            "cannot be followed for 5 years",
        ),
    ],
)
def test_what_a_design_needs_is_said(options, sentence):
    with pytest.raises(BurdenError, match=sentence):
        design_patients(make_patients(3), **options)


def test_an_exit_before_the_diagnosis_is_named():
    patients = make_patients(3).with_columns(exit_date=pl.col("diagnosis_date") - pl.duration(days=1))

    with pytest.raises(
        BurdenError, match=r"^Row 1, column exit_date: .*the follow-up ends before the diagnosis"
    ):
        design_patients(patients, design="complete")


def test_numbers_for_dates_are_refused():
    with pytest.raises(BurdenError, match="the dates must be dates"):
        design_patients(make_patients(3).with_columns(exit_date=1), design="complete")


def test_a_window_after_the_last_diagnosis_says_from_which_day_on_anybody_is_seen():
    frame = pl.DataFrame(
        {
            "diagnosis_date": [date(2015, 1, 1), date(2016, 1, 1)],
            "exit_date": date(2020, 1, 1),
            "dead": [0, 1],
        }
    )

    late = design_patients(frame, design="period", window=(date(2017, 1, 1), date(2020, 1, 1)))
    early = design_patients(frame, design="period", window=(date(2015, 12, 31), date(2020, 1, 1)))

    assert (late.begins, early.begins) == (366.0, 0.0)
    assert design_patients(frame.clear(), design="complete").begins == 0
