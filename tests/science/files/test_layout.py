import polars as pl

from banyan.science.files import format_frame, format_table


def test_columns_are_aligned_and_numbers_rounded():
    frame = pl.DataFrame(
        {"site": ["phổi", None], "cases": [10, 2], "asr": [1.23456, None], "years": [1.0, 10.0]}
    )

    assert format_table(frame, {"asr": 1}).splitlines() == [
        "site  cases  asr  years",
        "----  -----  ---  -----",
        "phổi     10  1.2      1",
        "-         2    -     10",
    ]


def test_no_rows_leave_the_header():
    assert format_table(pl.DataFrame({"line": []}, {"line": pl.Int64}), {}) == "line\n----\n"


def test_form_is_chosen_by_name():
    frame = pl.DataFrame({"a": [1]})

    assert format_frame(frame, "csv", {}) == "a\n1\n"
    assert format_frame(frame, "json", {}) == '[\n{"a": 1}\n]\n'
    assert format_frame(frame, "table", {}) == "a\n-\n1\n"
