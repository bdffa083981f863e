import math
from datetime import date

import polars as pl
import pytest

from banyan.science.burden import BurdenError, LifeTable, expected_survival, viet_nam_life_table


def make_frame(**columns):
    return pl.DataFrame(
        {"sex": [1, 1, 2, 2], "year": 2000, "age": [0, 50, 0, 50], "hazard": [0.1, 0.2, 0.3, 0.4]}
    ).with_columns(**{name: pl.Series(values) for name, values in columns.items()})


def test_cells_are_sorted_and_whatever_their_order():
    table = LifeTable.from_frame(make_frame().reverse())

    assert table.sexes == ("1", "2")
    assert table.hazards.tolist() == [[[0.1, 0.2]], [[0.3, 0.4]]]


def test_sex_may_be_written_as_a_word():
    assert LifeTable.from_frame(make_frame(sex=["M", "male", "F", "Nữ"])).sexes == ("1", "2")


def test_q_is_turned_into_a_hazard():
    table = LifeTable.from_frame(make_frame().rename({"hazard": "q"}))

    assert table.hazards[0, 0, 1] == pytest.approx(-math.log(0.8), rel=1e-14)


def test_a_closing_q_of_one_holds_the_age_before():
    table = LifeTable.from_frame(make_frame(hazard=[0.1, 1.0, 0.3, 1.0]).rename({"hazard": "q"}))

    assert table.hazards[:, 0, 1].tolist() == table.hazards[:, 0, 0].tolist()


def test_year_starts_are_real_dates():
    assert LifeTable.from_frame(make_frame()).year_starts.tolist() == [10957]


FAULTS = {
    "hole": (lambda: make_frame().head(3), "the life table has no row for sex 2, year 2000, age 50."),
    "twice": (
        lambda: make_frame(age=[0, 0, 0, 50]),
        "Row 2, column age: sex 1, year 2000, age 0 is there twice.",
    ),
    "negative": (lambda: make_frame(hazard=[0.1, -0.2, 0.3, 0.4]), "Row 2, column hazard: -0.2 is negative."),
    "empty": (lambda: make_frame(hazard=[0.1, None, 0.3, 0.4]), "Row 2, column hazard: the value is empty."),
    "text": (
        lambda: make_frame(hazard=["0.1", "x", "0.3", "0.4"]),
        "Row 2, column hazard: ‘x’ is not a number.",
    ),
    "sex": (
        lambda: make_frame(sex=[1, 3, 2, 2]),
        "Row 2, column sex: sex is 1 (male) or 2 (female), not ‘3’.",
    ),
    "both": (lambda: make_frame(q=[0.1, 0.2, 0.3, 0.4]), "the life table needs one column of hazard and q."),
    "year": (
        lambda: make_frame(year=[20, 2000, 2000, 2000]),
        "Row 1, column year: 20.0 is no calendar year.",
    ),
    "no rows": (lambda: make_frame().clear(), "the life table has no rows."),
    "certain": (
        lambda: make_frame(hazard=[1.0, 0.2, 0.3, 0.4]).rename({"hazard": "q"}),
        "Row 1, column q: a probability of death below the last age lies under 1, and 1.0 does not.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_table_is_refused_in_one_sentence(fault):
    make, sentence = FAULTS[fault]

    with pytest.raises(BurdenError) as caught:
        LifeTable.from_frame(make())

    assert str(caught.value) == sentence


@pytest.mark.burden("lifetable.viet_nam", oracle="UN World Population Prospects, life expectancies")
def test_viet_nam_lives_as_long_as_the_united_nations_say():
    """Life expectancy at birth 2020-2025: men 69.8, women 79.2 years (a plain sum over constant hazards)."""
    table = viet_nam_life_table()
    widths = [*(b - a for a, b in zip(table.ages[:-1], table.ages[1:], strict=True)), 1e9]
    period = table.years.tolist().index(2020)

    expectancies = [sum_life(table.hazards[sex, period], widths) for sex in (0, 1)]

    assert [round(years, 1) for years in expectancies] == pytest.approx([69.8, 79.2], abs=0.3)


def sum_life(hazards, widths):
    alive, years = 1.0, 0.0
    for hazard, width in zip(hazards, widths, strict=True):
        years += alive * -math.expm1(-hazard * width) / hazard
        alive *= math.exp(-hazard * width)
    return years


def make_regions():
    cells = [(s, r, a) for s in (1, 2) for r in ("a", "b", "c") for a in (0, 50)]
    frame = pl.DataFrame(cells, schema=["sex", "region", "age"], orient="row").sample(
        fraction=1, shuffle=True, seed=1
    )
    hazard = 0.1 * pl.col("sex") + 0.01 * (pl.col("region") == "b") + 0.02 * (pl.col("region") == "c")
    return frame.with_columns(year=2000, hazard=hazard + 0.001 * pl.col("age"))


def test_covariates_are_every_combination_with_sex():
    table = LifeTable.from_frame(make_regions(), covariates=["region"])

    assert table.covariates == {"region": ("a", "b", "c")}
    assert table.hazards[:, 0, 0].tolist() == pytest.approx([0.1, 0.11, 0.12, 0.2, 0.21, 0.22])


@pytest.mark.burden("lifetable.expected")
def test_a_patient_is_walked_through_the_table_of_its_own_region():
    table = LifeTable.from_frame(make_regions(), covariates=["region"], days_per_year=365)
    people = pl.DataFrame(
        {
            "sex": [1, 1, 2],
            "region": ["a", "c", "b"],
            "age_days": 49 * 365,
            "diagnosis_date": date(2001, 1, 1),
            "time_days": 730,
            "dead": 0,
        }
    )

    found = expected_survival(people, table)["expected_cumhaz"]

    assert found.to_list() == pytest.approx([0.1 + 0.15, 0.12 + 0.17, 0.21 + 0.26], rel=1e-12)


def test_a_region_that_the_table_has_not_is_refused():
    table = LifeTable.from_frame(make_regions(), covariates=["region"])
    patient = {"sex": 1, "age_days": 20_000, "diagnosis_date": date(2001, 1, 1), "time_days": 9, "dead": 0}

    with pytest.raises(BurdenError) as caught:
        expected_survival(pl.DataFrame({**patient, "region": ["d"]}), table)
    with pytest.raises(BurdenError) as missing:
        expected_survival(pl.DataFrame([patient]), table)

    assert str(caught.value) == "Row 1, column region: the life table has no region ‘d’; it has a, b, c."
    assert str(missing.value) == "Column region: there is no column region in the patients."


def test_a_hole_in_one_region_is_named():
    with pytest.raises(BurdenError) as caught:
        LifeTable.from_frame(
            make_regions().filter(
                ~((pl.col("region") == "b") & (pl.col("sex") == 2) & (pl.col("age") == 50))
            ),
            covariates=["region"],
        )

    assert str(caught.value) == "the life table has no row for sex 2, region b, year 2000, age 50."


def test_an_age_cannot_end_before_it_begins():
    with pytest.raises(BurdenError) as caught:
        LifeTable.from_frame(make_frame(), closing_age=50)

    assert str(caught.value) == "the last age begins at 50 and cannot end at 50."
