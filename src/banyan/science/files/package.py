"""What is inside a workbook, looked at before a reader opens it: how much it unpacks to, and nothing that acts.

A workbook is a zip of XML. Sizes that the zip states are not believed: each part is unpacked a piece at a time
and counted, and what a sheet's cells say of their place is what bounds the memory of the reader.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.limits import (
    HIGHEST_RATIO,
    LARGEST_SHEETS,
    MOST_CELLS,
    MOST_PARTS,
    SMALL,
    unpacks_too_large,
)

_PACKED, _PIECE = 1 << 14, 1 << 20
_OVERLAP = 1 << 12
_LOCAL_HEADER = struct.Struct("<26xHH")
_BOOK, _MACROS = "xl/workbook.xml", "vbaproject.bin"
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
# each stops at the next tag and after a few hundred bytes, so that no text makes them slow
_CELL = re.compile(
    rb"<(?:\w{1,20}:)?c\s[^<>]{0,200}?\br\s{0,9}=\s{0,9}[\"']([A-Za-z]{1,3})(\d{1,7})[\"'][^<>]{0,200}?(/?)>"
)
_ROW = re.compile(
    rb"<(?:\w{1,20}:)?row\s[^<>]{0,200}?\br\s{0,9}=\s{0,9}[\"'](\d{1,7})[\"'][^<>]{0,400}?(/?)>"
)
_ANY_CELL = re.compile(rb"<(?:\w{1,20}:)?c[\s>]")
_BARE_FORMULA = re.compile(
    rb"(?:</(?:\w{1,20}:)?f>|<(?:\w{1,20}:)?f[^<>]{0,400}/>)\s{0,99}</(?:\w{1,20}:)?c>"
)

DAMAGED = Reason("the workbook is cut short or damaged", "bảng tính bị cắt cụt hoặc hỏng")
_LOCKED = Reason(
    "the workbook is locked with a password; save it without one",
    "bảng tính có mật khẩu; hãy lưu lại không đặt mật khẩu",
)
_OTHER = Reason(
    "this is an archive but no XLSX workbook; save the table as XLSX or CSV",
    "đây là tệp nén nhưng không phải bảng tính XLSX; hãy lưu bảng dạng XLSX hoặc CSV",
)
_ACTS = Reason(
    "the workbook carries macros; save it as .xlsx, without them",
    "bảng tính có macro; hãy lưu lại dạng .xlsx không macro",
)
_DECLARES = Reason(
    "the workbook declares entities in its XML, which no spreadsheet program writes",
    "bảng tính khai báo thực thể XML, điều không phần mềm bảng tính nào làm",
)
_SWELLS = Reason(
    "the workbook unpacks to far more than a table of its size can hold",
    "bảng tính giải nén ra quá lớn so với dung lượng của nó",
)
_UNSAVED = Reason(
    "the workbook has formulas whose results are not stored; open it in a spreadsheet program and save it again",
    "bảng tính có công thức chưa lưu kết quả; hãy mở bằng phần mềm bảng tính rồi lưu lại",
)
_SPREAD = Reason(
    f"the sheet reaches over more than {MOST_CELLS:,} cells; save it as CSV",
    f"trang tính trải trên hơn {MOST_CELLS} ô; hãy lưu dạng CSV",
)


def inspect_workbook(path: str, file: IO[bytes]) -> None:
    """Refuse a workbook that would unpack to too much, acts, is locked, or holds what it cannot show.

    Raises
    ------
    FileFault
        With the sentence for the person who sent it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, struct.error) as error:
        raise FileFault(path, DAMAGED) from error
    _refuse_contents(path, parts)
    unpacked = 0
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            unpacked += _inspect_part(path, file, part, LARGEST_SHEETS - unpacked)


def swells(unpacked: int, packed: int) -> bool:
    """Whether so much out of so little can be no table."""
    return unpacked > SMALL and unpacked > HIGHEST_RATIO * packed


def _refuse_contents(path: str, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename.lower().lstrip("/") for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise FileFault(path, _LOCKED)
    if _BOOK not in names:
        raise FileFault(path, _OTHER)
    if any(name.endswith(_MACROS) for name in names):
        raise FileFault(path, _ACTS)
    stated = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or stated > LARGEST_SHEETS:
        raise unpacks_too_large(path, LARGEST_SHEETS)
    if swells(stated, sum(part.compress_size for part in parts)):
        raise FileFault(path, _SWELLS)


def _inspect_part(path: str, file: IO[bytes], part: zipfile.ZipInfo, most: int) -> int:
    """Unpack one part of XML piece by piece; return its size."""
    extent = Extent() if part.filename.lower().lstrip("/").startswith("xl/worksheets/") else None
    size, tail = 0, b""
    for piece, packed in unpack_part(path, file, part):
        size += len(piece)
        if size > most:
            raise unpacks_too_large(path, LARGEST_SHEETS)
        if swells(size, packed):
            raise FileFault(path, _SWELLS)
        text = tail + piece
        if _ENTITY.search(text) or (not tail and text[:2] in {b"\xff\xfe", b"\xfe\xff"}):
            raise FileFault(path, _DECLARES)
        tail = text[-_OVERLAP:]
        if extent:
            # what begins in the overlap is looked at twice, which changes no largest place
            extent.take(path, text)
    return size


class Extent:
    """How far the filled cells of a sheet reach: a reader makes room for the whole rectangle."""

    def __init__(self) -> None:
        self.rows, self.columns, self.cells = 0, 0, 0

    def take(self, path: str, text: bytes) -> None:
        filled = [(letters, row) for letters, row, empty in _CELL.findall(text) if not empty]
        for letters in {letters for letters, _ in filled}:
            self.columns = max(self.columns, _count_letters(letters))
        rows = [int(row) for _, row in filled]
        rows += [int(row) for row, empty in _ROW.findall(text) if not empty]
        self.rows = max(self.rows, max(rows, default=0))
        self.cells += len(_ANY_CELL.findall(text))
        if self.rows * max(self.columns, 1) > MOST_CELLS or self.cells > 2 * MOST_CELLS:
            raise FileFault(path, _SPREAD)
        if _BARE_FORMULA.search(text):
            raise FileFault(path, _UNSAVED)


def _count_letters(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def unpack_part(path: str, file: IO[bytes], part: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Give the unpacked bytes of one member, whatever size the archive states for it, and how many were packed."""
    file.seek(part.header_offset)
    head = file.read(30)
    if len(head) < 30:
        raise FileFault(path, DAMAGED)
    file.seek(sum(_LOCAL_HEADER.unpack(head)), 1)
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise FileFault(path, DAMAGED)
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    done = 0
    try:
        while packed := file.read(min(part.compress_size - done, _PACKED)):
            done += len(packed)
            for piece in [packed] if inflate is None else _inflate(inflate, packed):
                yield piece, done
    except zlib.error as error:
        raise FileFault(path, DAMAGED) from error
    if inflate is not None and not inflate.eof:
        raise FileFault(path, DAMAGED)


def _inflate(inflate: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    while packed and not inflate.eof:
        yield inflate.decompress(packed, _PIECE)
        packed = inflate.unconsumed_tail
