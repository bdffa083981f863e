from datetime import date

import polars as pl
import pytest

from banyan.science.city.persons import complete_years


def test_about_one_tumour_in_seventy_is_a_second_primary(city):
    assert (city.tumours["sequence"] > 1).mean() == pytest.approx(0.015, abs=0.001)
    assert city.tumours["sequence"].max() == 2


def test_a_second_primary_comes_later_at_another_site_in_a_living_person(city):
    ours = ["person_id", "site", "sex", "incidence_date"]
    first = city.tumours.filter(pl.col("sequence") == 1).select(ours)
    second = city.tumours.filter(pl.col("sequence") == 2).select(ours)

    pairs = second.join(first, on="person_id", suffix="_first").join(city.people, on="person_id")

    assert pairs.height == second.height
    assert (pairs["incidence_date"] >= pairs["incidence_date_first"]).all()
    assert (pairs["site"] != pairs["site_first"]).all()
    assert (pairs["sex"] == pairs["sex_first"]).all()


def test_nobody_is_diagnosed_after_death_or_seen_after_the_closing_day(city):
    joined = city.tumours.join(city.people, on="person_id")

    assert (joined["death_date"] >= joined["incidence_date"]).drop_nulls().all()
    assert (joined["last_contact_date"] >= joined["incidence_date"]).all()
    assert city.people["last_contact_date"].max() == date(2026, 6, 30)


def test_vital_status_agrees_with_the_dates(city):
    people = city.people
    dead = people["vital_status"] == "dead"

    assert (dead == people["death_date"].is_not_null()).all()
    assert (dead == people["death_source"].is_not_null()).all()
    assert (people.filter(dead)["death_date"] == people.filter(dead)["last_contact_date"]).all()
    assert set(people.filter(vital_status="alive")["last_contact_date"]) == {date(2026, 6, 30)}
    assert (people["vital_status"] == "lost").mean() == pytest.approx(0.03, abs=0.003)


def test_stated_age_follows_from_the_recorded_dates(city):
    joined = city.tumours.join(city.people.select("person_id", "birth_date"), on="person_id")

    stated = joined.select("age", computed=complete_years("birth_date", "incidence_date"))

    assert (stated["age"].is_null() == joined["birth_date"].is_null()).all()
    assert (stated["age"] == stated["computed"]).drop_nulls().all()
    assert stated["age"].min() >= 0
    assert stated["age"].max() <= 106


def test_age_is_unknown_in_two_of_a_thousand(city):
    assert city.tumours["age"].null_count() / city.tumours.height == pytest.approx(0.002, abs=0.0005)


def test_dates_known_only_in_part_stand_on_the_first_day(city):
    people, tumours = city.people, city.tumours
    years = people.filter(birth_precision="year")["birth_date"]
    months = tumours.filter(incidence_precision="month")["incidence_date"]

    assert (years.dt.ordinal_day() == 1).all()
    assert (months.dt.day() == 1).all()
    assert people.filter(pl.col("birth_precision").is_null())["birth_date"].null_count() > 100


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1980, 5, 17), date(2024, 5, 16), 43),
        (date(1980, 5, 17), date(2024, 5, 17), 44),
        (date(1980, 2, 29), date(2021, 2, 28), 40),
        (date(2020, 1, 1), date(2020, 1, 1), 0),
    ],
)
def test_complete_years(born, day, age):
    frame = pl.DataFrame({"born": [born], "day": [day]})

    assert frame.select(complete_years("born", "day")).item() == age
