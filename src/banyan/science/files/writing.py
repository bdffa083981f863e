"""`write_table`: figures and lists to CSV, JSON, XLSX or Parquet, safe to open in a spreadsheet."""

import json
import re
from pathlib import Path
from typing import IO

import polars as pl

from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.reading import explain_os_error

SUFFIXES = (".csv", ".json", ".xlsx", ".parquet")
# a cell that begins so may run as a formula when a spreadsheet opens the file (OWASP ASVS 1.2.10; the wide forms
# are the same to a spreadsheet that writes Chinese or Japanese)
_FORMULA = "^[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]"
_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"


def write_table(frame: pl.DataFrame, path: str | Path) -> None:
    """Write a frame in full precision; the suffix (.csv, .json, .xlsx, .parquet) says in which form.

    Text that a spreadsheet could take for a formula gets an apostrophe before it in CSV, and is stored as text
    in XLSX.

    Raises
    ------
    FileFault
        Where the suffix is another one, or the file cannot be written.
    """
    name, suffix = str(path), Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        reason = Reason(
            f"the name must end in one of {', '.join(SUFFIXES)}",
            f"tên phải kết thúc bằng {', '.join(SUFFIXES)}",
        )
        raise FileFault(name, reason)
    try:
        match suffix:
            case ".csv":
                Path(name).write_text(format_csv(frame), encoding="utf-8")
            case ".json":
                Path(name).write_text(format_json(frame), encoding="utf-8")
            case ".xlsx":
                _write_workbook(frame, name)
            case _:
                frame.write_parquet(name)
    except FileNotFoundError as error:
        raise FileFault(name, Reason("there is no such folder", "không có thư mục này")) from error
    except OSError as error:
        raise FileFault(name, explain_os_error(error)) from error
    except Exception as error:
        if type(error).__name__ in {
            "FileCreateError",
            "ComputeError",
        }:  # xlsxwriter and polars wrap the system's
            raise FileFault(name, Reason("the file cannot be written", "không ghi được tệp")) from error
        raise


def format_csv(frame: pl.DataFrame) -> str:
    """Return the frame as CSV, numbers in full precision, formulas disarmed."""
    return disarm_formulas(frame).write_csv()


def format_json(frame: pl.DataFrame) -> str:
    """Return the frame as a JSON list with one object a row."""
    rows = frame.with_columns(pl.col(pl.Float32, pl.Float64).fill_nan(None)).to_dicts()
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, default=str) for row in rows)
    return f"[\n{lines}\n]\n" if rows else "[]\n"


def disarm_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before text that a spreadsheet could run; numbers written as text stay.

    Every CSV that Banyan gives to people goes through here; in a workbook, text is stored as text.
    """
    text = pl.col(pl.String)
    risky = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    armed = frame.rename({name: f"'{name}" for name in frame.columns if re.match(_FORMULA, name)})
    return armed.with_columns(pl.when(risky).then(pl.lit("'") + text).otherwise(text).name.keep())


def _write_workbook(frame: pl.DataFrame, path: str | IO[bytes]) -> None:
    from xlsxwriter import Workbook  # noqa: PLC0415 -- slow import, only with workbooks

    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with Workbook(path, options) as workbook:
        frame.write_excel(
            workbook, worksheet="banyan", float_precision=15, dtype_formats={pl.Float64: "General"}
        )
