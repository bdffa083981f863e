"""`read_table`: a table from whatever file somebody sends."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import IO

import polars as pl

from banyan.science.files import delimited, workbook
from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.limits import HIGHEST_RATIO, LARGEST_UNPACKED, MB, unpacks_too_large
from banyan.science.files.package import inspect_workbook, swells
from banyan.science.files.table import NO_NAMES, Table, match_names

GZIP, ZIP, OLE, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
Reader = Callable[[str, Mapping[str, str], list[str] | None], Table]
# who reads a workbook or Parquet instead, where one is set: files.confined, by a process of its own
APART: ContextVar[Reader | None] = ContextVar("APART", default=None)


def read_table(
    path: str | Path,
    *,
    rename: Mapping[str, str] = NO_NAMES,
    columns: Iterable[str] | None = None,
    compact: bool = False,
) -> Table:
    """Read a table from CSV, TSV, semicolon- or bar-separated text (each also gzipped), XLSX or Parquet.

    The kind is told by the file's first bytes, not by its name; encoding and delimiter are found.

    Parameters
    ----------
    path : str or Path
        The file.
    rename : mapping
        Our name -> the file's name for it. A name that the file does not have is left aside; `Table.renamed`
        says which were found.
    columns : iterable of str, optional
        Our names of the columns wanted; those that are not there are left aside. All by default.
    compact : bool
        Give text columns as Categorical, each with its own dictionary: for millions of rows of codes.

    Returns
    -------
    Table

    Raises
    ------
    FileFault
        For a file that is missing, unreadable, empty, not a table, ragged, or has a name twice in its header.
    """
    name = str(path)
    columns = None if columns is None else list(columns)
    with refuse_panic(name):
        return _read_any(name, rename, columns, compact=compact)


@contextmanager
def refuse_panic(name: str) -> Iterator[None]:
    """Turn a panic of the reader, which is no Exception, into a fault of the file."""
    try:
        yield
    except pl.exceptions.PanicException as error:
        reason = Reason("the reader gave up on this file", "trình đọc không đọc được tệp này")
        raise FileFault(name, reason) from error


def _read_any(name: str, rename: Mapping[str, str], columns: list[str] | None, *, compact: bool) -> Table:
    start = read_start(name)
    apart = APART.get()
    if apart and start.startswith((PARQUET, ZIP, OLE)):
        return apart(name, rename, columns)
    if start.startswith(PARQUET):
        return _read_parquet(name, rename, columns)
    if start.startswith((ZIP, OLE)):
        with Path(name).open("rb") as file:
            return _read_workbook(name, file, rename, columns)
    data = unzip(name) if start.startswith(GZIP) else None
    if data is not None and data.startswith((ZIP, OLE)):
        if apart:
            return apart(name, rename, columns)
        return _read_workbook(name, io.BytesIO(data), rename, columns)
    return _read_text(name, data, rename, columns, compact=compact)


def read_header(path: str | Path, *, rename: Mapping[str, str] = NO_NAMES) -> list[str]:
    """Return the columns of a table, by our names, without its rows where the format allows it."""
    name = str(path)
    start = read_start(name)
    if start.startswith((PARQUET, ZIP, OLE)):
        return read_table(name, rename=rename).columns
    source = delimited.open_source(name, unzip(name) if start.startswith(GZIP) else None)
    return list(match_names(name, delimited.find_layout(source).header, rename, None).keys)


def read_start(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise FileFault(path, explain_os_error(error)) from error
    if not start:
        raise FileFault(path, Reason("the file is empty", "tệp trống"))
    return start


def explain_os_error(error: OSError) -> Reason:
    """Say in a clause what the operating system refused."""
    match error:
        case FileNotFoundError():
            return Reason("there is no such file", "không có tệp này")
        case IsADirectoryError():
            return Reason("this is a folder, not a file", "đây là thư mục, không phải tệp")
        case PermissionError():
            return Reason("the file may not be opened (no permission)", "không có quyền mở tệp")
        case _:
            words = error.strerror or str(error)
            return Reason(words[:1].lower() + words[1:], words)


def unzip(path: str) -> bytes:
    unpacked, packed = io.BytesIO(), Path(path).stat().st_size
    try:
        with gzip.open(path) as file:
            while piece := file.read(MB):
                unpacked.write(piece)
                if unpacked.tell() > LARGEST_UNPACKED:
                    raise unpacks_too_large(path, LARGEST_UNPACKED)
                if swells(unpacked.tell(), packed):
                    raise unpacks_too_large(path, HIGHEST_RATIO * packed)
    except (EOFError, OSError, zlib.error) as error:
        reason = Reason("the gzip file is cut short or damaged", "tệp gzip bị cắt cụt hoặc hỏng")
        raise FileFault(path, reason) from error
    if not unpacked.tell():
        raise FileFault(path, Reason("the file is empty", "tệp trống"))
    return unpacked.getvalue()


def _read_text(
    path: str, data: bytes | None, rename: Mapping[str, str], columns: list[str] | None, *, compact: bool
) -> Table:
    source = delimited.open_source(path, data)
    layout = delimited.find_layout(source)
    naming = match_names(path, layout.header, rename, columns)
    rows = delimited.read_rows(source, layout, naming, compact=compact)
    return Table(
        frame=rows.frame,
        path=path,
        encoding=source.encoding,
        delimiter=layout.delimiter,
        first_line=layout.skip + 1,
        headers=naming.headers,
        renamed=naming.renamed,
        find_lines=cache(lambda: rows.find_lines(source, layout)),
    )


def _read_workbook(path: str, file: IO[bytes], rename: Mapping[str, str], columns: list[str] | None) -> Table:
    if file.read(len(ZIP)) == ZIP:
        inspect_workbook(path, file)
    file.seek(0)
    sheet = workbook.open_sheet(path, file)
    naming = match_names(path, sheet.header, rename, columns, line=sheet.top + 1)
    frame, lines = sheet.take_columns(naming)
    return Table(
        frame=frame,
        path=path,
        first_line=sheet.top + 2,
        headers=naming.headers,
        renamed=naming.renamed,
        find_lines=lambda: lines,
    )


def _read_parquet(path: str, rename: Mapping[str, str], columns: list[str] | None) -> Table:
    try:
        header = pl.read_parquet_schema(path)
        naming = match_names(path, list(header), rename, columns)
        names = list(header)
        picked = [
            pl.col(names[position]).alias(key)
            for position, key in zip(naming.positions, naming.keys, strict=True)
        ]
        frame = pl.scan_parquet(path).select(picked).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = Reason("the Parquet file is damaged", "tệp Parquet bị hỏng")
        raise FileFault(path, reason) from error
    return Table(frame=frame, path=path, first_line=1, headers=naming.headers, renamed=naming.renamed)
