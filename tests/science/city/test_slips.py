from datetime import date

import polars as pl
import pytest

from banyan.science.coding import check_cases

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def findings(city) -> pl.DataFrame:
    dates = city.people.select("person_id", "birth_date", "death_date", "last_contact_date")
    cases = city.tumours.join(dates, on="person_id", how="left", maintain_order="left")
    return check_cases(cases.with_columns(basis_scheme=pl.lit("encr2022")), today=DAY)


def test_under_3_per_cent_of_the_cases_give_the_checks_something_to_say(city, findings):
    assert 0.005 < findings["row"].n_unique() / city.tumours.height < 0.03


def test_every_kind_of_result_occurs_and_most_are_no_errors(findings):
    counts = dict(findings["result"].value_counts().iter_rows())

    assert set(counts) == {"rare", "query", "invalid"}
    assert counts["invalid"] < 0.2 * findings.height


def test_slips_are_found_by_the_rules_they_break(findings):
    rules = dict(findings["rule"].value_counts().iter_rows())

    assert rules["basis-histology"] > 300
    assert rules["grade-histology"] > 50
    assert rules["stage-metastasis"] > 20


def test_no_date_of_the_city_is_impossible(findings):
    assert findings.filter(pl.col("fields").list.contains("birth_date")).height == 0
    assert findings.filter(pl.col("fields").list.contains("last_contact_date")).height == 0
