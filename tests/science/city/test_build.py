import polars as pl
import pytest
from polars.testing import assert_frame_equal

from banyan.science.city import build_city

FRAMES = [
    "wards",
    "old_wards",
    "ward_links",
    "population",
    "facilities",
    "people",
    "tumours",
    "notifications",
]


@pytest.fixture(scope="module")
def short():
    return build_city(7, 2022, 2023)


def test_build_city_twice_gives_the_same_city(short):
    again = build_city(7, 2022, 2023)

    for name in FRAMES:
        assert_frame_equal(getattr(again, name), getattr(short, name))


def test_build_city_with_another_seed_gives_other_people(short):
    other = build_city(8, 2022, 2023)

    assert_frame_equal(other.population, short.population)
    assert other.people["full_name"].head(50).to_list() != short.people["full_name"].head(50).to_list()


def test_build_city_refuses_years_in_the_wrong_order():
    with pytest.raises(ValueError, match="the first year, 2024, comes after the last, 2020"):
        build_city(1, 2024, 2020)


def test_city_says_that_it_is_made_up(short):
    assert "không có thật" in short.label_vi
    assert "none is real" in short.label_en


def test_every_year_has_between_14_and_16_thousand_malignant_cases(city):
    malignant = city.tumours.filter(pl.col("behaviour") == "3")

    counts = malignant.group_by(pl.col("incidence_date").dt.year().alias("year")).len().sort("year")

    assert counts["year"].to_list() == list(range(2015, 2025))
    assert counts["len"].min() >= 14_000
    assert counts["len"].max() <= 16_000


def test_the_last_year_is_incomplete(city):
    malignant = city.tumours.filter(pl.col("behaviour") == "3")["incidence_date"].dt.year()

    assert (malignant == 2024).sum() < (malignant == 2023).sum()
    pending = city.tumours.filter(pl.col("record_status") == "pending")["incidence_date"].dt.year()
    assert (pending == 2024).sum() > 10 * (pending == 2023).sum()


def test_every_key_points_at_a_row(city):
    wards, facilities, people = (
        set(frame["code"]) for frame in (city.wards, city.facilities, city.old_wards)
    )

    assert set(city.tumours["person_id"]) == set(city.people["person_id"])
    assert set(city.notifications["tumour_number"]) == set(city.tumours["number"])
    assert set(city.tumours["facility_code"]) <= facilities
    assert set(city.notifications["facility_code"]) <= facilities
    assert set(city.people["ward_code"]) | set(city.tumours["ward_code"]) <= wards
    assert set(city.people["old_ward_code"].drop_nulls()) <= people


@pytest.mark.parametrize(
    ("frame", "column"),
    [("people", "number"), ("people", "citizen_id"), ("people", "insurance_number"), ("tumours", "number")],
)
def test_numbers_are_given_once(city, frame, column):
    numbers = getattr(city, frame)[column].drop_nulls()

    assert numbers.n_unique() == len(numbers)


def test_tumours_are_numbered_by_year(city):
    numbers = city.tumours["number"]

    assert numbers.str.contains(r"^HN-20\d\d-\d{6}$").all()
    assert (numbers.str.slice(3, 4).cast(pl.Int32) == city.tumours["incidence_date"].dt.year()).all()
