"""Age-standardised survival: the sums, Brenner's weights, and what becomes of a missing age group."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import (
    AGE_STANDARDS,
    BurdenError,
    LifeTable,
    combine_survival,
    net_survival,
    standardise_survival,
    survival_table,
)

YEAR = 365.25
TABLE = LifeTable.from_frame(
    pl.DataFrame({"sex": [1] * 4, "year": 2000, "age": [0, 50, 65, 80], "hazard": [0.001, 0.01, 0.03, 0.1]})
)


def make_patients(n=300, seed=1, ages=(20, 90)):
    random = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "sex": 1,
            "age_days": random.uniform(*ages, n) * YEAR,
            "diagnosis_date": date(2001, 3, 1),
            "time_days": random.integers(1, 3000, n),
            "dead": random.integers(0, 2, n),
            "place": random.integers(1, 3, n),
        }
    )


@pytest.mark.burden("survival.standardised", oracle="standards_icss5.csv")
def test_the_standards_are_those_of_the_reference(shared):
    rows = pl.read_csv(shared / "oracle" / "statistics" / "standards_icss5.csv")
    for (name,), part in rows.group_by("standard"):
        lower = [int(age.split("-")[0].rstrip("+")) for age in part["age_group"]]
        expected = dict(zip(lower, part["weight"].to_list(), strict=True))

        assert AGE_STANDARDS[name.lower().replace("_", "-")] == expected


@pytest.mark.burden("survival.standardised")
def test_standard_error_is_on_the_scale_of_survival():
    curves = pl.DataFrame(
        {"agegr": [1, 2, 3], "years": 5.0, "survival": [0.9, 0.6, 0.3], "std_err": [0.02, 0.03, 0.04]}
    )

    found = combine_survival(curves, {1: 0.2, 2: 0.3, 3: 0.5}, over="agegr")

    assert found["survival"][0] == pytest.approx(0.51, rel=1e-15)
    error = np.sqrt((0.2 * 0.02) ** 2 + (0.3 * 0.03) ** 2 + (0.5 * 0.04) ** 2)
    assert found["std_err"][0] == pytest.approx(error, rel=1e-15)


@pytest.mark.parametrize("convention", ["exact", "relsurv", "life-table", "popepi"])
@pytest.mark.burden("survival.standardised")
def test_traditional_is_the_weighted_mean_of_the_groups(convention):
    patients = make_patients()
    age = pl.col("age_days") / YEAR
    grouped = patients.with_columns(
        group=pl.sum_horizontal(*((age >= lower).cast(int) for lower in (45, 55, 65, 75)))
    )
    months = np.arange(61) / 12
    if convention in {"exact", "relsurv"}:
        curves = net_survival(grouped, TABLE, by=["group"], at=[5], convention=convention)
    else:
        how = "popepi" if convention == "popepi" else "exact"
        curves = survival_table(grouped, TABLE, breaks=months, by=["group"], convention=how)[60 - 1 :: 60]
    weights = np.array([7, 12, 23, 29, 29]) / 100

    found = standardise_survival(patients, TABLE, at=[5], convention=convention)

    curves = curves.sort("group")
    assert found["survival"][0] == pytest.approx(weights @ curves["survival"].to_numpy(), rel=1e-14)
    error = np.sqrt((weights**2) @ (curves["std_err"].to_numpy() ** 2))
    assert found["std_err"][0] == pytest.approx(error, rel=1e-13)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["exact", "relsurv", "life-table", "popepi"]))
@pytest.mark.burden("survival.brenner")
def test_brenner_with_the_patients_own_ages_is_the_crude_figure(seed, convention):
    patients = make_patients(80, seed)
    young = int((patients["age_days"] < 60 * YEAR).sum())
    own = {0: young, 60: 80 - young}

    found = standardise_survival(
        patients, TABLE, standard=own, weighting="brenner", at=[3], convention=convention
    )

    if convention in {"exact", "relsurv"}:
        crude = net_survival(patients, TABLE, at=[3], convention=convention)
    else:
        how = "popepi" if convention == "popepi" else "exact"
        crude = survival_table(patients, TABLE, breaks=np.arange(37) / 12, convention=how)[-1:]
    assert found["survival"][0] == pytest.approx(crude["survival"][0], rel=1e-9)
    assert found["std_err"][0] == pytest.approx(crude["std_err"][0], rel=1e-9)


@pytest.mark.parametrize("convention", ["exact", "life-table"])
@pytest.mark.burden("survival.brenner")
def test_brenner_counts_each_patient_by_weight(convention):
    """Three young and one old, weights one to one: each young counts 2/3, the old one 2, before anything is estimated."""
    nobody_dies = LifeTable.from_frame(pl.DataFrame({"sex": [1], "year": 2000, "age": 0, "hazard": 0.0}))
    patients = pl.DataFrame(
        {
            "sex": 1,
            "age_days": [40 * YEAR] * 3 + [80 * YEAR],
            "diagnosis_date": date(2001, 1, 1),
            "time_days": [100, 800, 800, 800],
            "dead": [1, 0, 0, 0],
        }
    )

    found = standardise_survival(
        patients,
        nobody_dies,
        standard={0: 1, 60: 1},
        weighting="brenner",
        at=[1],
        convention=convention,
        form="lifetable",
        breaks=[0, 1, 2],
    )

    assert found["survival"][0] == pytest.approx(1 - (2 / 3) / 4, rel=1e-14)


@pytest.mark.parametrize("weighting", ["traditional", "brenner"])
def test_a_missing_group_is_refused_named(weighting):
    with pytest.raises(BurdenError, match="nobody is in the age group from 75 on, place 1"):
        standardise_survival(make_patients(ages=(20, 70)), TABLE, weighting=weighting, by=["place"], at=[1])


@pytest.mark.parametrize("weighting", ["traditional", "brenner"])
@pytest.mark.burden("survival.standardised")
def test_a_missing_group_is_merged_and_said(weighting):
    patients = make_patients(ages=(20, 70))

    found = standardise_survival(patients, TABLE, weighting=weighting, on_missing="merge", at=[1])

    again = standardise_survival(
        patients, TABLE, weighting=weighting, standard={15: 7, 45: 12, 55: 23, 65: 58}, at=[1]
    )
    assert found["survival"].to_list() == pytest.approx(again["survival"].to_list(), rel=1e-14)
    assert found.select("merged", "groups", "rule").row(0) == ("75 into 65", 4, "merge")


def test_a_group_whose_curve_ends_early_is_refused_merged_or_stops_the_curve():
    patients = make_patients().with_columns(
        pl.when(pl.col("age_days") >= 75 * YEAR)
        .then(pl.min_horizontal("time_days", 900))
        .otherwise("time_days"),
        dead=pl.when(pl.col("age_days") >= 75 * YEAR).then(0).otherwise("dead"),
    )

    with pytest.raises(BurdenError, match="no survival of age group 75 at 5 years"):
        standardise_survival(patients, TABLE, at=[1, 5])
    stopped = standardise_survival(patients, TABLE, at=[1, 5], on_missing="stop")
    merged = standardise_survival(patients, TABLE, at=[1, 5], on_missing="merge")

    assert stopped["survival"].is_null().to_list() == [False, True]
    assert merged["merged"].to_list() == ["75 into 65"] * 2
    assert merged["survival"].is_null().to_list() == [False, False]


def test_strata_are_what_they_are_alone():
    patients = make_patients(600)

    together = standardise_survival(patients, TABLE, by=["place"], at=[1, 5])

    for place in (1, 2):
        alone = standardise_survival(patients.filter(pl.col("place") == place), TABLE, at=[1, 5])
        found = together.filter(pl.col("place") == place)
        assert found["survival"].to_list() == alone["survival"].to_list()


def test_an_unknown_standard_lists_the_known_ones():
    with pytest.raises(BurdenError, match="no standard for survival ‘segi’; these are known: icss1"):
        standardise_survival(make_patients(), TABLE, standard="segi")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"convention": "monthly"},
            "no convention ‘monthly’; these are known: exact, relsurv, life-table, popepi",
        ),
        (
            {"convention": "exact", "weighting": "none"},
            "no weighting ‘none’; these are known: traditional, brenner",
        ),
        ({"convention": "exact", "on_missing": "drop"}, "‘drop’; these are known: refuse, merge, stop"),
        ({"convention": "popepi", "at": [1.04]}, r"no interval of the life table ends at 1\.04 years"),
        (
            {"convention": "life-table", "at": [1, 2], "breaks": [0, 1]},
            "no interval of the life table ends at 2 years",
        ),
        ({"convention": "life-table", "clock": "calendar"}, "no convention ‘exact’ with clock ‘calendar’"),
    ],
)
def test_what_a_standardised_figure_cannot_be_is_said(options, sentence):
    with pytest.raises(BurdenError, match=sentence):
        standardise_survival(make_patients(), TABLE, **({"at": [1]} | options))


def test_added_times_and_clock_are_those_of_the_age_groups_own_curves():
    patients = make_patients()
    one_group = {"standard": {0: 1}, "at": [1.5]}

    added = standardise_survival(patients, TABLE, convention="relsurv", add_times=True, **one_group)
    counted = standardise_survival(patients, TABLE, convention="popepi", clock="calendar", **one_group)

    curve = net_survival(patients, TABLE, convention="relsurv", add_times=True, at=[1.5])
    table = survival_table(patients, TABLE, convention="popepi", clock="calendar", breaks=np.arange(19) / 12)
    assert added["survival"].to_list() == curve["survival"].to_list()
    assert counted["survival"].to_list() == table["survival"][-1:].to_list()


def test_two_curves_of_a_group_are_refused():
    curves = pl.DataFrame({"agegr": [1, 1, 2], "years": 5.0, "survival": 0.5, "std_err": 0.1})

    with pytest.raises(BurdenError, match="more than one curve with the time 5"):
        combine_survival(curves, {1: 1, 2: 1}, over="agegr")


def test_a_group_without_weight_is_refused():
    curves = pl.DataFrame({"agegr": [1, 2], "years": 5.0, "survival": 0.5, "std_err": 0.1})

    with pytest.raises(BurdenError, match="there is no weight for agegr 2"):
        combine_survival(curves, {1: 1}, over="agegr")
