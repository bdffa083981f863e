import polars as pl
import pytest

from banyan.science.files import FileFault, place_findings, read_coded_cases


def test_columns_of_the_checks_are_read_as_written(write):
    table = read_coded_cases(write("Topography,date,name\nC50.4,05/10/2024,x\n"), edition="3.1")

    assert table.frame.to_dicts() == [
        {"topography": "C50.4", "incidence_date": "05/10/2024", "edition": "3.1"}
    ]


def test_file_without_tumours_is_refused(write):
    with pytest.raises(FileFault, match="there is no column ‘topography’"):
        read_coded_cases(write("sex,age\n1,2\n"))


def test_findings_stand_on_their_lines_in_order(write):
    table = read_coded_cases(write('topography,note\nC50.4,"a\nb"\nC34.1,c\n'))
    findings = pl.DataFrame(
        {
            "row": [1, 0],
            "rule": ["r", "s"],
            "result": ["rare", "query"],
            "message_vi": ["v", "w"],
            "message_en": ["e", "f"],
        }
    )

    assert place_findings(table, findings, "en").rows() == [(2, "s", "query", "f"), (4, "r", "rare", "e")]
