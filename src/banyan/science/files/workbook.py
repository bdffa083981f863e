"""The first filled sheet of a workbook (XLSX, XLS), as text cells."""

from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl

from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.table import Naming

Cell = int | float | str | bool | date | time | datetime | timedelta


def read_sheet(path: str, data: bytes) -> list[list[Cell]]:
    """Return the rows of the first sheet that holds anything, row 0 being row 1 of the sheet."""
    import io  # noqa: PLC0415 -- only with workbooks

    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- only with workbooks

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(cell != "" for row in rows for cell in row):
                return rows
    except (CalamineError, OSError, ValueError) as error:
        reason = Reason("the workbook cannot be opened", "không mở được bảng tính này")
        raise FileFault(path, reason) from error
    raise FileFault(path, Reason("the workbook is empty", "bảng tính trống"))


def find_header(rows: list[list[Cell]]) -> int:
    return next(i for i, row in enumerate(rows) if any(cell != "" for cell in row))


def take_columns(rows: list[list[Cell]], naming: Naming, *, below: int) -> tuple[pl.DataFrame, np.ndarray]:
    """Return the named columns as text and the sheet rows (from 1) of the rows kept."""
    kept = [i for i in range(below, len(rows)) if any(cell != "" for cell in rows[i])]
    columns = {
        key: pl.Series(key, [_write_cell(rows[i][at]) for i in kept], dtype=pl.String)
        for key, at in zip(naming.keys, naming.positions, strict=True)
    }
    return pl.DataFrame(columns), np.asarray(kept, dtype=np.int64) + 1


def _write_cell(cell: Cell) -> str | None:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return (cell.date() if midnight else cell).isoformat()
    if isinstance(cell, bool):
        return str(int(cell))
    return str(cell) or None
