"""A population carried forward by the change of its cohorts."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, age_population

AGES = range(0, 90, 5)


def make_people(years=range(2014, 2024), growth: float = 0.0, sexes: str = "12") -> pl.DataFrame:
    rows = [
        (sex, year, age, (1000.0 + 10 * (85 - age) + 50 * int(sex)) * (1 + growth) ** (year - years[0]))
        for sex in sexes
        for year in years
        for age in AGES
    ]
    return pl.DataFrame(rows, schema=["sex", "year", "age_group", "person_years"], orient="row")


@pytest.mark.burden("projection.population")
def test_people_of_one_age_group_become_the_next_by_the_ratio_of_their_cohort():
    """Two age groups, three years each: a ratio of 0.5, open-ended from 3 on; worked by hand."""
    rows = [(year, age, n) for year in (2000, 2001, 2002) for age, n in ((15, 100.0), (18, 80.0))]
    rows += [(2003, 15, 120.0), (2003, 18, 90.0)]
    people = pl.DataFrame(rows, schema=["year", "age_group", "person_years"], orient="row")

    found = age_population(people, until=2004)

    # (18+ of 2003) / (15+ of 2000) = 90 / 180; of the 180 of 2001 there will be 90; the youngest are to all from 15
    # to 49, themselves among them here, as in 2003
    last = found.filter(pl.col("year") == 2004)
    assert last["projected"].to_list() == [True, True]
    assert last.filter(pl.col("age_group") == 18)["person_years"].item() == pytest.approx(90.0)


def test_population_that_stays_as_it_is_stays_so():
    people = make_people()
    steady = people.with_columns(person_years=pl.lit(100.0))

    found = age_population(steady, until=2050, by=["sex"])

    assert found["person_years"].to_numpy() == pytest.approx(np.full(found.height, 100.0))
    assert (found["year"].min(), found["year"].max()) == (2014, 2050)
    assert found.filter("projected")["year"].min() == 2024


@pytest.mark.burden("projection.population")
@settings(deadline=None, max_examples=20)
@given(st.floats(-0.02, 0.02))
def test_steady_growth_goes_on_as_it_was(growth):
    found = age_population(make_people(growth=growth), until=2035, by=["sex"])

    totals = found.group_by("year").agg(pl.col("person_years").sum()).sort("year")["person_years"].to_numpy()
    assert totals[1:] / totals[:-1] == pytest.approx(np.full(len(totals) - 1, 1 + growth), abs=1e-9)


def test_each_stratum_is_carried_forward_alone():
    people = make_people(growth=0.01)

    both = age_population(people, until=2040, by=["sex"])

    for sex in "12":
        own = age_population(people.filter(pl.col("sex") == sex).drop("sex"), until=2040)
        assert both.filter(pl.col("sex") == sex).drop("sex").equals(own)


def test_known_years_are_as_they_were():
    people = make_people()

    found = age_population(people, until=2030, by=["sex"]).filter(~pl.col("projected")).drop("projected")

    assert found.equals(people.sort("sex", "year", "age_group"))


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (make_people(range(2019, 2024)), "from 6 years or more"),
        (make_people().filter(pl.col("year") != 2018), "without a gap"),
        (make_people().filter(pl.col("age_group") != 40), "evenly spaced"),
        (
            make_people().filter((pl.col("age_group") != 40) | (pl.col("year") != 2020)),
            "no population of age group 40 in 2020",
        ),
        (make_people().with_columns(person_years=-1.0), "person_years"),
    ],
)
def test_what_cannot_be_carried_forward_is_refused(people, sentence):
    with pytest.raises(BurdenError, match=sentence):
        age_population(people, until=2030, by=["sex"])
