import polars as pl
import pytest


@pytest.fixture(scope="module")
def twelve(city) -> pl.DataFrame:
    return city.people.filter(pl.col("citizen_id").str.len_chars() == 12)


def test_citizen_ids_have_12_or_9_digits_or_are_missing(city, twelve):
    ids = city.people["citizen_id"]

    assert ids.drop_nulls().str.contains(r"^(\d{9}|\d{12})$").all()
    assert 0.05 < ids.null_count() / len(ids) < 0.15
    assert 0.7 < twelve.height / len(ids) < 0.9


def test_twelve_digits_agree_with_century_sex_and_birth_year(twelve):
    digit = twelve["citizen_id"].str.slice(3, 1).cast(pl.Int32)
    year = twelve["birth_date"].dt.year()

    assert (digit % 2 == twelve["sex"].cast(pl.Int32) - 1).all()
    assert (1900 + digit // 2 * 100 + twelve["citizen_id"].str.slice(4, 2).cast(pl.Int32) == year).all()


def test_most_were_registered_in_hanoi(twelve):
    assert (twelve["citizen_id"].str.slice(0, 3) == "001").mean() == pytest.approx(0.76, abs=0.05)


def test_insurance_numbers_have_ten_digits_with_or_without_the_old_card(city):
    numbers = city.people["insurance_number"].drop_nulls()

    assert numbers.str.contains(r"^([A-Z]{2}\d01)?\d{10}$").all()
    assert len(numbers) / city.people.height == pytest.approx(0.9, abs=0.01)


def test_children_hold_the_card_of_children(city):
    small = city.people.filter(
        pl.col("last_contact_date").dt.year() - pl.col("birth_date").dt.year() < 6,
        pl.col("insurance_number").str.len_chars() == 15,
    )

    assert set(small["insurance_number"].str.slice(0, 2)) == {"TE"}
