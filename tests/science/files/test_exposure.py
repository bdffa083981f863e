"""Cases beside their person-years."""

import pytest

from banyan.science.files import FileFault, join_exposure, read_cases, read_population


@pytest.fixture
def join(write):
    def join(cases: str, population: str, by=(), **options):
        people = read_population(write(population, "population.csv"), by=by)
        with_year = "year" in people.cells.columns or "years" in options
        counted = read_cases(write(cases, "cases.csv"), by=by, with_year=with_year)
        return join_exposure(counted, people, by=by, **options)

    return join


def cells(exposed) -> list[tuple]:
    return sorted(exposed.cells.rows(), key=str)


def test_stratum_without_cases_stays_with_none(join):
    exposed = join("sex,age\n1,3\n", "sex,age_group,person_years\n1,0,5\n2,0,6\n", ["sex"])

    assert cells(exposed) == [("1", 0, 1, 5.0), ("2", 0, 0, 6.0)]


def test_stratum_of_the_cases_alone_meets_the_same_people(join):
    exposed = join(
        "sex,age,site\n1,3,a\n2,3,b\n", "sex,age_group,person_years\n1,0,5\n2,0,6\n", ["sex", "site"]
    )

    assert cells(exposed) == [
        ("1", "a", 0, 1, 5.0),
        ("1", "b", 0, 0, 5.0),
        ("2", "a", 0, 0, 6.0),
        ("2", "b", 0, 1, 6.0),
    ]


def test_years_between_the_first_and_the_last_case_are_counted(join):
    population = "year,age_group,person_years\n" + "".join(f"{year},0,{year}\n" for year in range(2010, 2020))

    exposed = join("year,age\n2012,3\n2014,3\n", population)

    assert cells(exposed) == [(0, 2, 2012.0 + 2013 + 2014)]


def test_stated_years_leave_other_cases_out_and_say_so(join):
    population = "year,age_group,person_years\n2012,0,5\n2013,0,6\n"

    exposed = join("year,age\n2012,3\n2014,3\n", population, years=(2012, 2013))

    assert cells(exposed) == [(0, 1, 11.0)]
    assert [note.en for note in exposed.notes] == ["left out: 1 cases of other years"]


def test_year_of_a_case_without_person_years_is_named(join):
    with pytest.raises(
        FileFault, match=r"cases\.csv, line 3, column year: .*population\.csv has no person-years for 2014\.$"
    ):
        join("year,age\n2012,3\n2014,3\n", "year,age_group,person_years\n2012,0,5\n")


def test_figures_by_sex_need_a_population_by_sex(join):
    with pytest.raises(FileFault, match=r"population\.csv: there is no column ‘sex’"):
        join("sex,age\n1,3\n", "age_group,person_years\n0,5\n", ["sex"])


def test_stated_years_must_all_be_in_the_population(join):
    with pytest.raises(FileFault, match=r"has no person-years for 2013\.$"):
        join("year,age\n2012,3\n", "year,age_group,person_years\n2012,0,5\n", years=(2012, 2013))


def test_population_without_year_counts_once(join):
    exposed = join("year,age\n2012,3\n2014,3\n", "age_group,person_years\n0,5\n")

    assert cells(exposed) == [(0, 2, 5.0)]
    with pytest.raises(FileFault, match=r"population\.csv: there is no column ‘year’"):
        join("year,age\n2012,3\n", "age_group,person_years\n0,5\n", ["year"])


def test_cases_without_year_meet_every_year_and_say_so(join):
    exposed = join("age\n3\n", "year,age_group,person_years\n2012,0,5\n2013,0,6\n")

    assert cells(exposed) == [(0, 1, 11.0)]
    assert exposed.notes[0].en.endswith("has no year: the person-years of all 2 years are added up")


def test_case_without_population_is_named_with_its_stratum(join):
    population = "sex,area,age_group,person_years\n1,a,0,5\n2,a,0,6\n1,b,0,7\n"

    with pytest.raises(
        FileFault, match=r"cases\.csv, line 3, column area: .* no person-years for sex 2, area b\.$"
    ):
        join("sex,area,age\n1,a,3\n2,b,3\n", population, ["sex", "area"])


def test_age_group_without_population_is_named(join):
    population = "age_group,person_years\n0,5\n5,0\n10,4\n"

    with pytest.raises(FileFault, match=r"no person-years for age_group 5\.$"):
        join("age\n3\n7\n", population)


def test_cases_older_than_the_open_band_belong_to_it(join):
    assert cells(join("age\n99\n76\n", "age_group,person_years\n70,5\n75,6\n")) == [
        (70, 0, 5.0),
        (75, 2, 6.0),
    ]


def test_unknown_ages_stay_and_unknown_sexes_are_left_out(join):
    exposed = join("sex,age\n1,\n9,3\n", "sex,age_group,person_years\n1,0,5\n", ["sex"])

    assert cells(exposed) == [("1", 0, 0, 5.0), ("1", None, 1, None)]
    assert [note.vi for note in exposed.notes] == ["không tính: 1 ca không rõ giới"]


def test_text_meets_number(join, tmp_path, write):
    import polars as pl

    pl.DataFrame({"area": [1, 2], "age_group": [0, 0], "person_years": [5.0, 6.0]}).write_parquet(
        tmp_path / "p.parquet"
    )
    people = read_population(tmp_path / "p.parquet", by=["area"])
    counted = read_cases(write("area,age\n2,3\n"), by=["area"])

    assert cells(join_exposure(counted, people, by=["area"])) == [("1", 0, 0, 5.0), ("2", 0, 1, 6.0)]
