import pytest

from banyan.science.files import FileFault, Reason, UnreadableCode, read_measured


def test_reads_strata_and_what_the_measure_wants_as_far_as_there_is_any(write):
    read = read_measured(
        write("sex,basis,note,age\n2,7.1,x,50\n1,,y,999\n"),
        ("basis", "age", "stage"),
        by=["sex"],
        unknown=["999"],
    )

    assert read.frame.columns == ["sex", "basis", "age"]
    assert read.frame.rows() == [("2", "7.1", 50), ("1", None, None)]


def test_a_year_is_read_from_dates(write):
    read = read_measured(write("incidence_date\n2024-07-02\n2023-01-31\n"), (), by=["year"])

    assert read.frame["year"].to_list() == [2024, 2023]


def test_rows_stand_for_one_case_unless_the_file_says_how_many(write):
    one = read_measured(write("sex\n1\n2\n"), (), by=["sex"], counts="cases")
    many = read_measured(write("sex,cases\n1,30\n2,4\n", "many.csv"), (), by=["sex"], counts="cases")

    assert one.frame["cases"].to_list() == [1.0, 1.0]
    assert many.frame["cases"].to_list() == [30.0, 4.0]


def test_a_file_without_strata_still_has_its_rows(write):
    assert read_measured(write("note\nx\ny\nz\n"), (), counts="deaths").frame.height == 3


def test_a_stratum_that_the_file_lacks_is_derived_from_its_codes(write):
    derive = {"site": lambda codes: codes["icd10"].str.slice(0, 3)}

    read = read_measured(write("icd10\nC50.9\nC34.1\nC50.4\n"), (), by=["site"], derive=derive)

    assert read.frame["site"].to_list() == ["C50", "C34", "C50"]


def test_a_code_that_cannot_be_read_names_its_line(write):
    def refuse(codes):
        place = codes["icd10"].to_list().index("??")
        raise UnreadableCode(place, "icd10", Reason("no code", "không phải mã"))

    with pytest.raises(FileFault, match=r"line 4, column icd10: no code"):
        read_measured(write("icd10\nC50\nC34\n??\n"), (), by=["site"], derive={"site": refuse})


@pytest.mark.parametrize(
    ("text", "how", "message"),
    [
        (
            "sex\n1\n",
            {"by": ["site"], "derive": {"site": lambda codes: codes["icd10"]}},
            "there is no column ‘site’",
        ),
        ("sex\n1\n", {"by": ["year"]}, "there is no column ‘year’"),
        ("sex,cases\n1,-3\n", {"by": ["sex"], "counts": "cases"}, "line 2, column cases"),
        ("age\nold\n", {"columns": ("age",)}, "line 2, column age"),
    ],
)
def test_what_is_wrong_names_its_place(write, text, how, message):
    columns = how.pop("columns", ())

    with pytest.raises(FileFault, match=message):
        read_measured(write(text), columns, **how)
