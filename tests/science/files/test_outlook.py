"""Cases by year beside person-years that go on into years to come."""

import polars as pl
import pytest

from banyan.science.files import FileFault, read_outlook


@pytest.fixture
def files(tmp_path):
    """Write a case file and a population file; give their paths."""

    def files(cases: str, people: str = "") -> tuple[str, str]:
        paths = tmp_path / "cases.csv", tmp_path / "people.csv"
        years = "\n".join(f"{year},{age},1000" for year in range(2015, 2024) for age in (50, 55))
        paths[0].write_text(cases)
        paths[1].write_text(people or f"year,age_group,person_years\n{years}\n")
        return str(paths[0]), str(paths[1])

    return files


def test_years_after_the_last_case_are_to_come(files):
    read = read_outlook(*files("year,age\n2016,51\n2018,56\n2018,57\n"))

    assert read.observed == (2016, 2018)
    years = read.cells.group_by("year").agg(
        pl.col("cases").sum(), pl.col("cases").null_count().alias("empty")
    )
    assert years.sort("year").rows() == [
        (2016, 1, 0),
        (2017, 0, 0),
        (2018, 2, 0),
        *((year, 0, 2) for year in range(2019, 2024)),
    ]


def test_observed_years_may_be_said(files):
    read = read_outlook(*files("year,age\n2014,50\n2016,51\n2018,56\n"), years=(2015, 2017))

    assert read.observed == (2015, 2017)
    assert read.cells["cases"].sum() == 1
    assert [note.en for note in read.notes] == [
        "left out: 1 cases of other years",
        "left out: 1 cases after 2017, the last observed year",
    ]


def test_cases_of_unknown_age_are_left_out_and_counted(files):
    read = read_outlook(*files("year,age\n2016,51\n2016,\n2017,999\n"), unknown=["999"])

    assert read.cells["cases"].sum() == 1
    assert [note.vi for note in read.notes] == ["không tính: 2 ca không rõ tuổi"]


def test_a_stratum_that_only_the_cases_have_meets_the_same_people(files):
    read = read_outlook(*files("year,age,site\n2016,51,a\n2017,51,b\n"), by=["site"])

    assert read.cells.group_by("site").agg(pl.col("person_years").sum()).sort("site").rows() == [
        ("a", 16000.0),
        ("b", 16000.0),
    ]


@pytest.mark.parametrize(
    ("cases", "people", "by", "message"),
    [
        ("year,age\n2016,51\n", "", ["year"], "‘year’ cannot be a stratum of a projection"),
        ("year,age\n2016,51\n", "age_group,person_years\n50,10\n", [], "there is no column ‘year’"),
        ("age\n51\n", "", [], "there is no column ‘year’"),
        ("year,age\n2016,31\n", "", [], "has no person-years for year 2016, age_group 30"),
        ("year,age\n2030,51\n", "", [], "has no person-years for 2030"),
        ("year,age\n", "", [], "there is no case"),
    ],
)
def test_what_cannot_be_projected_is_refused(files, cases, people, by, message):
    with pytest.raises(FileFault) as fault:
        read_outlook(*files(cases, people), by=by)

    assert message in str(fault.value)
