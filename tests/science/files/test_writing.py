"""Tables written."""

import json
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from banyan.science.files import FileFault, format_csv, format_json, read_table, write_table

FRAME = pl.DataFrame(
    {"site": ["=1+2", "-x", "-5", "vú", None], "rate": [1 / 3, 2.0, None, float("nan"), 0.1]}
)


def test_formula_is_disarmed_and_numbers_stay_whole():
    lines = format_csv(FRAME).splitlines()

    assert lines[:4] == ["site,rate", "'=1+2,0.3333333333333333", "'-x,2.0", "-5,"]


def test_json_is_one_object_a_row():
    assert json.loads(format_json(FRAME))[0] == {"site": "=1+2", "rate": 1 / 3}
    assert json.loads(format_json(FRAME))[3] == {"site": "vú", "rate": None}
    assert json.loads(format_json(FRAME.clear())) == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_written_file_is_read_back(tmp_path: Path, suffix):
    frame = pl.DataFrame({"site": ["vú", "phổi"], "rate": [1 / 3, 2.5]})

    write_table(frame, tmp_path / f"out{suffix}")

    back = read_table(tmp_path / f"out{suffix}").frame
    assert back["site"].to_list() == ["vú", "phổi"]
    assert back["rate"].cast(pl.Float64).to_list() == pytest.approx([1 / 3, 2.5], abs=1e-15)


def test_workbook_holds_formulas_as_text(tmp_path: Path):
    write_table(FRAME.with_columns(pl.col("rate").fill_nan(None)), tmp_path / "out.xlsx")

    rows = CalamineWorkbook.from_path(tmp_path / "out.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["site", "=1+2", "-x", "-5", "vú", ""]


def test_other_suffix_and_unwritable_place_are_faults(tmp_path: Path):
    with pytest.raises(FileFault, match=r"the name must end in one of \.csv"):
        write_table(FRAME, tmp_path / "out.docx")
    for suffix in (".csv", ".json", ".xlsx", ".parquet"):
        with pytest.raises(FileFault, match="no/out"):
            write_table(FRAME, tmp_path / "no" / f"out{suffix}")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx", ".parquet"])
def test_full_disk_is_a_fault(tmp_path: Path, suffix):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    path = tmp_path / f"out{suffix}"
    path.symlink_to("/dev/full")

    with pytest.raises(FileFault, match=f"out{suffix}: "):
        write_table(FRAME.with_columns(pl.col("rate").fill_nan(None)), path)
