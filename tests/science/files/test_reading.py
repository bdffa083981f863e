"""A table from whatever file somebody sends."""

import gzip
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.science.files import FileFault, read_header, read_table

ROWS = [("1", "Hằng"), ("2", "Đỗ")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encoding_of_unicode_is_found(write, encoding):
    table = read_table(write("sex;tên\n1;Hằng\n2;Đỗ\n", encoding=encoding))

    assert table.frame.rows() == ROWS
    assert table.columns == ["sex", "tên"]


@pytest.mark.parametrize(
    ("delimiter", "name"),
    [(",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv"), ("|", "a.txt"), (",", "a.csv.gz")],
)
def test_delimiter_is_found(write, delimiter, name):
    text = "\n".join(delimiter.join(row) for row in [("sex", "name"), *ROWS])

    table = read_table(write(text, name))

    assert table.frame.rows() == ROWS
    assert table.delimiter == delimiter


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_are_all_read(write, ending):
    table = read_table(write(ending.join(["a,b", "1,2", "3,4", ""])))

    assert table.frame.rows() == [("1", "2"), ("3", "4")]


def test_delimiter_stated_by_the_first_line_is_taken(write):
    table = read_table(write("sep=;\na;b,c\n1;2,5\n"))

    assert table.frame.rows() == [("1", "2,5")]
    assert table.line(0) == 3


def test_header_is_matched_without_case_and_space(write):
    table = read_table(write(" Sex ,Person Years\n1,5\n"), columns=["SEX", "person_years"])

    assert table.columns == ["sex", "person_years"]
    assert table.headers == {"sex": "Sex", "person_years": "Person Years"}


def test_rename_takes_the_files_name_and_hides_its_own_column(write):
    table = read_table(write("age,AGE_DX\n1,70\n"), rename={"age": "age_dx", "year": "nowhere"})

    assert table.frame.to_dicts() == [{"age": "70"}]
    assert table.renamed == {"age"}
    assert table.fault(0, "age", "x").column == "AGE_DX"


def test_columns_wanted_that_are_not_there_are_left_aside(write):
    table = read_table(write("a,b\n1,2\n"), columns=["b", "c"])

    assert table.columns == ["b"]


def test_compact_columns_hold_the_same_values(write):
    path = write("sex,site\n1,C50\n,C34\n")

    compact = read_table(path, compact=True).frame.cast(pl.String)

    assert compact.rows() == read_table(path).frame.rows() == [("1", "C50"), (None, "C34")]


def test_lines_count_breaks_inside_quotes_and_blank_lines(write):
    table = read_table(write('a,b\n"x\ny",1\n\n,\nz,2\n'))

    assert table.frame.rows() == [("x\ny", "1"), ("z", "2")]
    assert table.lines([0, 1]).tolist() == [2, 6]


def test_lines_of_plain_rows_follow_the_header(write):
    table = read_table(write("\n\na,b\n1,2\n\n3,4\n"))

    assert table.lines([0, 1]).tolist() == [4, 6]


def test_row_empty_in_the_wanted_columns_only_is_kept(write):
    table = read_table(write("age,name\n,A\n5,B\n"), columns=["age"])

    assert table.frame.rows() == [(None,), ("5",)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty."),
        (b"\n\n", "the file is empty."),
        (b"a,a\n1,2\n", "line 1, column a: the column ‘a’ stands twice in the header."),
        (b",\n1,2\n", "line 1: the header is empty."),
        (b"a,b\n1,2\n3\n", "line 3: the row has 1 field, the header has 2."),
        (b"a,b\n1,2,3\n", "line 2: the row has 3 fields, the header has 2."),
        # a row too short and one too long beside it, in a column that nobody named
        (b"a;\n1;b\n1\n1;b\n1;2;2\n", "line 3: the row has 1 field, the header has 2."),
        (b'a,b\n1,2\n"x,3\n4,5\n', "line 3: a quotation mark is opened and never closed."),
        (b'a,b\n"x\ny",2\n1\n', "line 4: the row has 1 field, the header has 2."),
        (bytes(range(256)) * 8, "this is no table: the file holds neither text nor Parquet nor XLSX."),
        (gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:25], "the gzip file is cut short or damaged."),
        (b"PK\x03\x04 not a workbook", "the workbook is cut short or damaged."),
        (b"PAR1 not parquet", "the Parquet file is damaged."),
    ],
)
def test_fault_is_one_sentence_with_its_place(write, content, sentence):
    path = write(content)

    with pytest.raises(FileFault) as caught:
        read_table(path)

    joint = ", " if sentence.startswith("line") else ": "
    assert str(caught.value) == f"{path}{joint}{sentence}"


def test_a_file_with_none_of_the_columns_wanted_is_still_a_table(write):
    table = read_table(write("a,b\n1,2\n"), columns=["c"])

    assert (table.columns, table.line(0)) == ([], 2)


def test_missing_file_and_folder_are_faults(tmp_path: Path):
    with pytest.raises(FileFault, match=r"there is no such file\.$"):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(FileFault, match=r"this is a folder, not a file\.$"):
        read_table(tmp_path)


def test_fault_is_said_in_vietnamese_too(tmp_path: Path):
    path = tmp_path / "không.csv"

    with pytest.raises(FileFault) as caught:
        read_table(path)

    assert caught.value.say("vi") == f"{path}: không có tệp này."


def test_workbook_is_read_as_text_with_its_row_numbers(tmp_path: Path):
    path = tmp_path / "cases.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("empty")
        sheet = workbook.add_worksheet("cases")
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(1, 0, ["Sex", "Age", "Date"])
        sheet.write_row(2, 0, [1, 45.5])
        sheet.write_datetime(2, 2, datetime(2024, 10, 5), day)  # noqa: DTZ001 -- a cell knows no zone
        sheet.write_row(4, 0, ["F", 70])

    table = read_table(path)

    assert table.frame.rows() == [("1", "45.5", "2024-10-05"), ("F", "70", None)]
    assert table.lines([0, 1]).tolist() == [3, 5]


def test_parquet_keeps_its_types(tmp_path: Path):
    path = tmp_path / "cases.parquet"
    frame = pl.DataFrame({"Sex": [1, 2], "day": [date(2024, 10, 5), None]})
    frame.write_parquet(path)

    table = read_table(path)

    assert table.frame.rows() == frame.rows()
    assert table.frame.schema == {"sex": pl.Int64, "day": pl.Date}
    assert table.line(1) == 2


def test_header_alone_can_be_read(write):
    assert read_header(write("A b,c\n1,2\n"), rename={"site": "c"}) == ["a_b", "site"]


CELLS = st.text(alphabet=' ab,;\t"\né0', max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS, st.just("x")), min_size=1, max_size=6))
def test_what_a_csv_writer_writes_is_read_back_with_its_lines(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    pl.DataFrame(rows, ["one", "two", "three"], orient="row").write_csv(path)

    table = read_table(path)

    expected = [tuple(cell or None for cell in row) for row in rows]
    lines = [2 + sum("".join(row).count("\n") + 1 for row in rows[:place]) for place in range(len(rows))]
    assert [tuple(cell or None for cell in row) for row in table.frame.rows()] == expected
    assert table.lines(range(len(rows))).tolist() == lines
