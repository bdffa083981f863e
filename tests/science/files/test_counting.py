"""Counting rows by a few columns."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.files import FileFault, Table, counting
from banyan.science.files.counting import code_column, count_cells, read_coded

VALUES = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]))
NUMBERS = st.one_of(st.none(), st.integers(-5, 5000))


@pytest.mark.parametrize(
    "series",
    [
        pl.Series(["b", None, "a", "b"]),
        pl.Series(["b", None, "a", "b"], dtype=pl.Categorical(pl.Categories.random())),
        pl.Series([5, None, -3, 5]),
        pl.Series([5, None, 10**9, 5]),
        pl.Series([None, None], dtype=pl.Int64),
        pl.Series([0.5, None, 0.5]),
        pl.Series([True, None, False]),
        pl.Series([], dtype=pl.String),
    ],
)
def test_coded_column_holds_the_same_rows(series):
    coded = code_column(series)

    assert coded.values.gather(coded.codes).cast(pl.String).to_list() == series.cast(pl.String).to_list()


@given(rows=st.lists(st.tuples(VALUES, NUMBERS)), dense=st.sampled_from([counting._DENSE, 0]))
def test_counts_are_those_of_a_group_by(rows, dense):
    frame = pl.DataFrame(rows, {"a": pl.String, "b": pl.Int64}, orient="row")
    columns = {name: code_column(frame[name]) for name in frame.columns}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_DENSE", dense)
        cells = count_cells(columns, None, frame.height)

    expected = frame.group_by("a", "b").agg(cases=pl.len())
    assert sorted(cells.rows(), key=str) == sorted(expected.rows(), key=str)


def test_weights_are_added_up_and_stay_whole():
    column = code_column(pl.Series(["a", "b", "a"]))

    assert count_cells({"x": column}, pl.Series([1.0, 2.0, 3.0]), 3)["cases"].to_list() == [4, 2]
    assert count_cells({"x": column}, pl.Series([0.5, 2.0, 3.0]), 3)["cases"].to_list() == [3.5, 2.0]


def test_fault_names_the_first_line_that_holds_a_wrong_value():
    table = Table(frame=pl.DataFrame({"x": ["a", "w", "a", "v", "w"]}), path="t.csv", first_line=2)

    def read(values: Table) -> pl.Series:
        cells = values.frame["x"].to_list()
        for row, cell in enumerate(cells):
            if cell in {"v", "w"}:
                raise values.fault(row, "x", f"‘{cell}’ is wrong")
        return values.frame["x"]

    with pytest.raises(FileFault) as caught:
        read_coded(table, "x", read)

    assert str(caught.value) == "t.csv, line 3, column x: ‘w’ is wrong."


def test_merged_values_share_a_code():
    coded = code_column(pl.Series(["a", "b", "c"])).merge(pl.Series(["x", "y", "x"]))

    assert coded.values.gather(coded.codes).len() == 3
    assert coded.values.n_unique() == coded.values.len()
