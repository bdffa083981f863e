"""The first filled sheet of a workbook (XLSX, XLS) that is not hidden, as text cells."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, TYPE_CHECKING

import numpy as np
import polars as pl

from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.limits import LONGEST_CELL, cell_too_long
from banyan.science.files.package import DAMAGED
from banyan.science.files.table import Naming, refuse_nameless

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Cell = int | float | str | bool | date | time | datetime | timedelta
_OLE_LOCK = "EncryptedPackage".encode("utf-16-le")
_SLICE = 20_000
_LOCKED = Reason(
    "the workbook is locked with a password; save it without one",
    "bảng tính có mật khẩu; hãy lưu lại không đặt mật khẩu",
)


class Sheet:
    """One sheet: its header, the row it stands in (from 0), and the rows below, once."""

    def __init__(self, path: str, sheet: "CalamineSheet") -> None:
        self.path = path
        self._rows: Iterator[Sequence[Cell]] = iter(sheet.iter_rows())
        self.top = -1
        self.header: list[str] = []
        for top, row in enumerate(self._rows):
            if any(cell != "" for cell in row):
                self.top, self.header = top, [str(cell) for cell in row]
                break

    def take_columns(self, naming: Naming) -> tuple[pl.DataFrame, np.ndarray]:
        """Return the named columns as text and the sheet rows (from 1) of the rows kept."""
        schema = dict.fromkeys(naming.keys, pl.String)
        frames, numbers = [pl.DataFrame(schema=schema)], []
        filled = np.zeros(len(self.header), dtype=np.int64)
        numbered = enumerate(self._rows, start=self.top + 2)
        while some := list(islice(numbered, _SLICE)):
            kept = [(number, row) for number, row in some if any(cell != "" for cell in row)]
            numbers += [number for number, _ in kept]
            filled += [sum(row[at] != "" for _, row in kept) for at in range(len(self.header))]
            frames.append(
                pl.DataFrame(
                    {
                        key: pl.Series(
                            key, [self._write_cell(row[at], number) for number, row in kept], pl.String
                        )
                        for key, at in zip(naming.keys, naming.positions, strict=True)
                    },
                    schema=schema,
                )
            )
        refuse_nameless(self.path, self.header, filled > 0, line=self.top + 1)
        return pl.concat(frames), np.asarray(numbers, dtype=np.int64)

    def _write_cell(self, cell: Cell, number: int) -> str | None:
        text = write_cell(cell)
        if text is not None and len(text) > LONGEST_CELL:
            raise FileFault(self.path, cell_too_long(len(text)), line=number)
        return text


def open_sheet(path: str, file: IO[bytes]) -> Sheet:
    """Return the first sheet that holds anything and is not hidden."""
    from python_calamine import (  # noqa: PLC0415 -- only with workbooks
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetVisibleEnum,
    )

    try:
        workbook = CalamineWorkbook.from_filelike(file)
        for sheet in workbook.sheets_metadata:
            if sheet.visible == SheetVisibleEnum.Visible:
                opened = Sheet(path, workbook.get_sheet_by_name(sheet.name))
                if opened.top >= 0:
                    return opened
    except PasswordError as error:
        raise FileFault(path, _LOCKED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise FileFault(path, _LOCKED if is_locked(file) else DAMAGED) from error
    raise FileFault(path, Reason("the workbook is empty", "bảng tính trống"))


def is_locked(file: IO[bytes]) -> bool:
    """Whether this is the container in which office programs put a workbook with a password."""
    file.seek(0)
    return _OLE_LOCK in file.read(1 << 20)


def write_cell(cell: Cell) -> str | None:
    """Return a cell as text, null where it is empty."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return (cell.date() if midnight else cell).isoformat()
    if isinstance(cell, bool):
        return str(int(cell))
    return str(cell).replace("\0", "") or None
