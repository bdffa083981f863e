"""Case files, counted."""

import polars as pl
import pytest

from banyan.science.files import FileFault, Reason, UnreadableCode, read_cases, read_icd10


def rows(cells: pl.DataFrame) -> list[tuple]:
    return sorted(cells.rows(), key=str)


def test_cases_are_counted_by_stratum_year_and_age_group(write):
    path = write(
        "Sex,Age,Date,stage\n1,72,05/10/2024,II\nmale,74.5,2024-01-02,II\nF,,2023,III\n2,90,2023-10,III\n"
    )

    cases = read_cases(path, by=["sex", "stage"], with_year=True)

    assert rows(cases.cells) == [
        ("1", "II", 2024, 70, 2),
        ("2", "III", 2023, 85, 1),
        ("2", "III", 2023, None, 1),
    ]
    assert (cases.total, cases.unknown_ages, cases.years) == (4, 1, [2023, 2024])


def test_counted_rows_stand_for_their_number_of_cases(write):
    path = write("age_group;cases\n0;3\n1-4;2\n85+;1,5\n;4\n")

    assert rows(read_cases(path).cells) == [(0, 5.0), (85, 1.5), (None, 4.0)]


def test_ages_are_read_when_the_file_also_has_groups_unless_mapped(write):
    path = write("age,age_group,band\n72,5,10\n")

    assert rows(read_cases(path).cells) == [(70, 1)]
    assert rows(read_cases(path, rename={"age_group": "band"}).cells) == [(10, 1)]


def test_unknown_code_makes_the_age_unknown(write):
    path = write("age\n999\n999.0\n40\n")

    assert rows(read_cases(path, unknown=("999",)).cells) == [(40, 1), (None, 2)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "age,year\n40,2015\nabc,2015\n",
            "line 3, column age: ‘abc’ is not a number of years from 0 to 130.",
        ),
        ("age,year\n40,2015\n41,\n", "line 3, column year: the year is empty, and a rate needs it."),
        ("age,year\n40,20155\n", "line 2, column year: ‘20155’ is not a calendar year."),
        (
            "age,date\n40,2015\n7,13/13/2015\n",
            "line 3, column date: ‘13/13/2015’ is not a date (write yyyy-mm-dd or dd/mm/yyyy; the month never comes first).",
        ),
        ("age,cases,year\n40,-1,2015\n", "line 2, column cases: ‘-1’ is not a number of at least 0."),
        ("age,cases,year\n40,,2015\n", "line 2, column cases: the cell is empty."),
        (
            "age_group,year\n0,2015\n7,2015\n",
            "line 3, column age_group: ‘7’ is not the lower bound of a five-year age group (0, 5, 10, …, 85).",
        ),
    ],
)
def test_refused_cell_is_named(write, text, sentence):
    path = write(text)

    with pytest.raises(FileFault) as caught:
        read_cases(path, with_year=True)

    assert str(caught.value) == f"{path}, {sentence}"


def test_missing_columns_are_named(write):
    path = write("age,place\n40,x\n")

    with pytest.raises(FileFault, match="there is no column ‘sex’"):
        read_cases(path, by=["sex"])
    with pytest.raises(FileFault, match="there is no column ‘year’"):
        read_cases(path, by=["year"])
    with pytest.raises(FileFault, match="a site needs a column site, icd10, or topography and morphology"):
        read_cases(path, by=["site"], derive={"site": lambda codes: codes["icd10"]})


def test_stratum_is_derived_from_the_distinct_codes(write):
    path = write("age,icd10\n40,C50.9\n50,C50.4\n60,C34\n70,D05\n")
    seen = []

    def derive(codes: pl.DataFrame) -> pl.Series:
        seen.extend(codes["icd10"].to_list())
        return codes["icd10"].replace_strict(
            {"C50.9": "breast", "C50.4": "breast", "C34": "lung"}, default=None
        )

    cases = read_cases(path, by=["site"], derive={"site": derive})

    assert sorted(seen) == ["C34", "C50.4", "C50.9", "D05"]
    assert rows(cases.cells.group_by("site").agg(pl.col("cases").sum())) == [
        ("breast", 2),
        ("lung", 1),
        (None, 1),
    ]


def test_own_column_is_not_derived(write):
    path = write("age,site,icd10\n40, liver ,C50\n")

    cases = read_cases(path, by=["site"], derive={"site": lambda codes: codes["icd10"]})

    assert rows(cases.cells) == [("liver", 40, 1)]


def test_unreadable_code_is_a_fault_with_its_line(write):
    path = write("age,icd10\n40,C50\n50,??\n")

    def derive(codes: pl.DataFrame) -> pl.Series:
        raise UnreadableCode(codes["icd10"].to_list().index("??"), "icd10", Reason("bad", "sai"))

    with pytest.raises(FileFault) as caught:
        read_cases(path, by=["site"], derive={"site": derive})

    assert str(caught.value) == f"{path}, line 3, column icd10: bad."


def test_icd10_codes_are_trimmed_and_checked():
    assert read_icd10(pl.Series([" c50.4 ", "", None, "D46"])).to_list() == ["C50.4", None, None, "D46"]
    with pytest.raises(UnreadableCode):
        read_icd10(pl.Series(["C50", "lung"]))


def test_typed_file_gives_the_same_cells(write, tmp_path):
    text = "sex,age,year,site\n1,72,2015,a\n2,,2016,b\n2,50,2016,a\n"
    path = write(text)
    pl.read_csv(text.encode()).with_columns(pl.col("age").cast(pl.Float64)).write_parquet(
        tmp_path / "c.parquet"
    )

    by = ["sex", "site", "year"]

    assert rows(read_cases(path, by=by).cells) == rows(read_cases(tmp_path / "c.parquet", by=by).cells)


def test_number_written_as_text_falls_back_to_reading_text(write):
    assert rows(read_cases(write("sex,age\nF,50\n2,51\n"), by=["sex"]).cells) == [("2", 50, 2)]
