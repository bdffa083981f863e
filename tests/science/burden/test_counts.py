import polars as pl
import pytest

from banyan.science.burden import BurdenError, count_cases

CASES = pl.DataFrame(
    {
        "site": ["C50", "C50", "C34", "C34", "C50"],
        "sex": ["2", "2", "1", "2", "2"],
        "age": [52, 54, 91, None, 0],
    }
)
PEOPLE = pl.DataFrame(
    [(sex, age, 100.0 * (age + 1)) for sex in ("1", "2") for age in (0, 50, 85, 90)],
    schema=["sex", "age_group", "person_years"],
    orient="row",
)


@pytest.mark.burden("rates.counts")
def test_ages_fall_into_five_year_groups_and_unknown_stays_unknown():
    counted = count_cases(CASES, by=["sex"])

    assert counted.rows() == [("1", 85, 1), ("2", 0, 1), ("2", 50, 2), ("2", None, 1)]


@pytest.mark.burden("rates.counts")
def test_the_population_fills_every_group_and_its_oldest_are_added_up():
    counted = count_cases(CASES, PEOPLE, by=["site", "sex"])

    lung_of_men = counted.filter(pl.col("site") == "C34", pl.col("sex") == "1")
    assert lung_of_men.select("age_group", "cases", "person_years").rows() == [
        (0, 0, 100.0),
        (50, 0, 5100.0),
        (85, 1, 17700.0),
    ]
    assert counted.filter(pl.col("age_group").is_null()).rows() == [("C34", "2", None, 1, None)]
    assert counted["cases"].sum() == 5


def test_a_population_without_the_stratum_serves_each_and_is_summed_over_the_others():
    counted = count_cases(CASES, PEOPLE, by=["site"])

    assert counted.filter(pl.col("age_group") == 50)["person_years"].to_list() == [10_200.0, 10_200.0]


def test_the_open_group_is_that_of_the_population():
    young = PEOPLE.filter(pl.col("age_group") <= 50)

    assert (
        count_cases(CASES, young, by=["sex"])
        .filter(pl.col("sex") == "1", pl.col("age_group") == 50)["cases"]
        .item()
        == 1
    )


def test_counted_rows_are_added_up():
    counted = pl.DataFrame({"age_group": [50, 50, 85], "cases": [3, 4, 5]})

    assert count_cases(counted).rows() == [(50, 7.0), (85, 5.0)]


def test_cases_without_a_population_are_refused():
    men = PEOPLE.filter(pl.col("sex") == "1")

    with pytest.raises(BurdenError, match="there are cases and no population for sex 2"):
        count_cases(CASES, men, by=["sex"])


@pytest.mark.parametrize("age", [-1, 999, 18_993])
def test_an_impossible_age_is_refused(age):
    with pytest.raises(BurdenError, match=rf"^Row 1, column age: {age}\.0 is no age in years"):
        count_cases(pl.DataFrame({"age": [age]}))


def test_text_for_an_age_is_refused():
    with pytest.raises(BurdenError, match=r"^Row 2, column age: ‘abc’ is not a number"):
        count_cases(pl.DataFrame({"age": ["51", "abc"]}))


def test_a_missing_column_is_named():
    with pytest.raises(BurdenError, match="there is no column age in the cases"):
        count_cases(pl.DataFrame({"site": ["C50"]}))


def test_a_lazy_frame_is_collected():
    assert count_cases(CASES.lazy(), by=["sex"]).rows() == count_cases(CASES, by=["sex"]).rows()


def test_pandas_gives_the_same():
    pandas = pytest.importorskip("pandas")
    theirs = pandas.DataFrame(CASES.to_dict(as_series=False))
    people = pandas.DataFrame(PEOPLE.to_dict(as_series=False))

    ours = count_cases(CASES, PEOPLE, by=["site", "sex"])
    assert count_cases(theirs, people, by=["site", "sex"]).rows() == ours.rows()
