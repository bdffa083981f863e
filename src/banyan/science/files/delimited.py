"""Delimited text (CSV, TSV, semicolons, bars): delimiter found, ragged rows refused, text cells out."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from banyan.science.files.encoding import decode_text, find_encoding, is_utf8
from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.limits import LONGEST_CELL, cell_too_long
from banyan.science.files.outline import NEWLINE, QUOTE, draw_outline
from banyan.science.files.table import Naming, refuse_nameless

NUMBERS = frozenset({"sex", "age", "age_group", "year", "cases"})  # no code, so no leading zero to keep
DELIMITERS = ",;\t|"
_LAST = "\u2116 last"
_HEAD = 1 << 18
_CHUNK = 1 << 23
_SAMPLE_RECORDS = 50


NO_HEADER = Reason(
    "no header can be read here: the first lines are no row of column names",
    "không đọc được tiêu đề: các dòng đầu không phải một hàng tên cột",
)


NO_RECORDS = Reason(
    "the rows cannot be told apart: quotation marks stand where a field does not begin or end",
    "không tách được các dòng: dấu ngoặc kép nằm giữa ô",
)


@dataclass(frozen=True)
class Source:
    """UTF-8 text, on disk or in memory."""

    path: str
    encoding: str
    data: bytes | None = None

    @cached_property
    def head(self) -> bytes:
        if self.data is not None:
            return self.data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
        with Path(self.path).open("rb") as file:
            return file.read(_HEAD).removeprefix(b"\xef\xbb\xbf")

    @property
    def is_whole(self) -> bool:
        """Whether `head` is all there is."""
        return len(self.head) < _HEAD - 3

    def chunks(self) -> Iterator[bytes]:
        if self.data is not None:
            for start in range(0, len(self.data), _CHUNK):
                yield self.data[start : start + _CHUNK]
            return
        with Path(self.path).open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


@dataclass(frozen=True)
class Layout:
    """What the first lines of a delimited text say."""

    delimiter: str
    header: tuple[str, ...]
    skip: int  # lines before the first row


def open_source(path: str, data: bytes | None) -> Source:
    """Return the text as UTF-8; a clean UTF-8 file stays on disk."""
    plain = Source(path, "utf-8", data)
    sample = plain.head
    if b"\0" not in sample and not _has_lone_returns(sample) and is_utf8(plain.chunks()):
        find_encoding(path, sample.decode("utf-8", "ignore").encode())
        return plain
    raw = Path(path).read_bytes() if data is None else data
    encoding = find_encoding(path, raw)
    text = decode_text(path, raw, encoding)
    if _has_lone_returns(text[:_HEAD]):
        text = text.replace(b"\r", b"\n")
    return Source(path, encoding.removesuffix("-sig"), text)


def _has_lone_returns(sample: bytes) -> bool:
    return b"\r" in sample and b"\n" not in sample


def find_layout(source: Source) -> Layout:
    """Return delimiter, header and the number of lines above the first row."""
    text = source.head.decode("utf-8", "ignore").replace("\r\n", "\n").replace("\r", " ")
    lines = text.split("\n")
    above = next((i for i, line in enumerate(lines) if line.strip()), None)
    if above is None:
        raise FileFault(source.path, Reason("the file is empty", "tệp trống"))
    stated = _read_stated_delimiter(lines[above])
    above += stated is not None
    if not source.is_whole:
        lines = lines[:-1]
    if above >= len(lines):
        raise FileFault(source.path, NO_HEADER, line=above + 1)
    try:
        delimiter = stated or _find_delimiter(lines[above:])
        header, height = _read_header(lines[above:], delimiter)
    except (csv.Error, StopIteration) as error:
        raise FileFault(source.path, NO_HEADER, line=above + 1) from error
    below = above + height
    while below < len(lines) - 1 and not lines[below].strip("\r"):
        below += 1
    return Layout(delimiter=delimiter, header=header, skip=below)


def _read_stated_delimiter(line: str) -> str | None:
    """Spreadsheets accept a first line ``sep=;``, and some programs write it."""
    line = line.strip().strip('"')
    return line[4:] if line[:4].casefold() == "sep=" and len(line) == 5 else None


def _find_delimiter(lines: list[str]) -> str:
    text = "\n".join(lines[: 4 * _SAMPLE_RECORDS])

    def rate(delimiter: str) -> tuple[int, int]:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row][:_SAMPLE_RECORDS]
        width = len(rows[0])
        return (0, 0) if width == 1 else (sum(len(row) == width for row in rows), width)

    return max(DELIMITERS, key=rate)


def _read_header(lines: list[str], delimiter: str) -> tuple[tuple[str, ...], int]:
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    header = next(reader)
    return tuple(name.strip() for name in header), reader.line_num


@dataclass(frozen=True)
class Rows:
    """The rows read: their cells, their numbers before blank rows were dropped, their lines."""

    frame: pl.DataFrame
    numbers: np.ndarray
    in_step: bool  # whether no field holds a line break

    def find_lines(self, source: Source, layout: Layout) -> np.ndarray:
        """Return the line of the file on which each row begins."""
        if self.in_step:
            return self.numbers + layout.skip + 1
        return find_record_lines(source, layout, self.numbers)


def find_record_lines(source: Source, layout: Layout, records: np.ndarray) -> np.ndarray:
    """Return the line on which each of these records below the header begins."""
    outline = draw_outline(source.chunks(), layout.delimiter)
    lines = outline.lines[outline.lines > layout.skip]
    if len(records) and records.max() >= len(lines):
        raise FileFault(source.path, NO_RECORDS)
    return lines[records]


def read_rows(source: Source, layout: Layout, naming: Naming, *, compact: bool) -> Rows:
    """Return the named columns as text; rows in which the file holds nothing at all are dropped.

    With `compact` each column is a Categorical with a dictionary of its own: a tenth of the memory for
    columns of codes.
    """
    frame = None
    if (
        compact
    ):  # numbers are read fastest as numbers; one cell that is none, and the columns are read as text
        with suppress(pl.exceptions.PolarsError):
            frame = _pick(source, layout, naming, {key: _choose_type(key) for key in naming.keys})
    try:
        if frame is None:
            kinds = {
                key: pl.Categorical(pl.Categories.random()) if compact else pl.String() for key in naming.keys
            }
            frame = _pick(source, layout, naming, kinds)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise explain_rows(source, layout) from error
    in_step = check_shape(source, layout, frame.height)
    rows = Rows(*_drop_blank(source, layout, frame), in_step=in_step)
    if not compact:
        _refuse_long_cells(source, layout, rows)
    refuse_nameless_columns(source, layout)
    return rows


def _refuse_long_cells(source: Source, layout: Layout, rows: Rows) -> None:
    if not rows.frame.width:
        return
    lengths = rows.frame.select(pl.max_horizontal(pl.all().str.len_chars())).to_series()
    longest = lengths.max()
    if isinstance(longest, int) and longest > LONGEST_CELL:
        row = int(lengths.arg_max() or 0)
        line = int(rows.find_lines(source, layout)[row])
        raise FileFault(source.path, cell_too_long(longest), line=line)


def refuse_nameless_columns(source: Source, layout: Layout) -> None:
    nameless = [f"c{at}" for at, name in enumerate(layout.header) if not name]
    if 2 * len(nameless) < max(len(layout.header), 4):
        return
    filled = _look_through(source, layout, pl.all().is_not_null().any()).row(0)
    refuse_nameless(source.path, layout.header, np.asarray(filled), line=layout.skip)


def _choose_type(key: str) -> pl.DataType:
    return pl.Int32() if key in NUMBERS else pl.Categorical(pl.Categories.random())


def _pick(source: Source, layout: Layout, naming: Naming, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Read the named columns; a column of the file that serves under two names is read as its first."""
    types: dict[str, pl.DataType] = {}
    for key, position in zip(naming.keys, naming.positions, strict=True):
        types.setdefault(f"c{position}", kinds[key])
    picked = [
        pl.col(f"c{position}").alias(key) for key, position in zip(naming.keys, naming.positions, strict=True)
    ]
    # a row with too many fields is noticed only where the last column is read
    last = pl.col(f"c{len(layout.header) - 1}").is_null().any().alias(_LAST)
    return scan_rows(source, layout, types).select(*picked, last).collect().drop(_LAST)


def scan_rows(source: Source, layout: Layout, types: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    schema = {
        f"c{position}": types.get(f"c{position}", pl.String()) for position in range(len(layout.header))
    }
    return pl.scan_csv(
        Path(source.path) if source.data is None else io.BytesIO(source.data),
        has_header=False,
        separator=layout.delimiter,
        schema=schema,
        skip_lines=layout.skip,
    )


def _look_through(source: Source, layout: Layout, question: pl.Expr) -> pl.DataFrame:
    """Ask something of every column of the file, those that nobody wanted too."""
    try:
        return scan_rows(source, layout, {}).select(question).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise explain_rows(source, layout) from error


def _drop_blank(source: Source, layout: Layout, frame: pl.DataFrame) -> tuple[pl.DataFrame, np.ndarray]:
    """Drop the rows in which no column of the file holds anything (spreadsheets leave them behind)."""
    rows = np.arange(frame.height)
    if not frame.width or not frame.height:
        return frame, rows
    suspect = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if not suspect.any():
        return frame, rows
    whole = _look_through(source, layout, pl.all_horizontal(pl.all().is_null())).to_series()
    kept = ~whole
    return frame.filter(kept), np.flatnonzero(kept.to_numpy())


def check_shape(source: Source, layout: Layout, height: int) -> bool:
    """Refuse a text whose rows have fewer fields than its header, which a reader would fill up silently.

    Returns whether lines and rows run in step: no field holds a line break.
    """
    marks, breaks, lines, last = 0, 0, 0, b"\n"
    odd = False
    for chunk in source.chunks():
        if QUOTE in chunk or odd:
            some, ends, odd = _count_outside_quotes(chunk, layout.delimiter, odd=odd)
        else:
            some, ends = chunk.count(layout.delimiter.encode()), chunk.count(b"\n")
        marks, breaks, last = marks + some, breaks + ends, chunk[-1:]
        lines += ends if QUOTE not in chunk and not odd else chunk.count(b"\n")
    records = breaks + (last != b"\n")
    if odd or marks != (len(layout.header) - 1) * records or records != height + layout.skip:
        fault = _find_ragged(source, layout)
        if fault:
            raise fault
    return lines == breaks


def _count_outside_quotes(chunk: bytes, delimiter: str, *, odd: bool) -> tuple[int, int, bool]:
    letters = np.frombuffer(chunk, dtype=np.uint8)
    quoted = np.bitwise_xor.accumulate(letters == QUOTE) ^ odd
    free = letters[~quoted]
    marks, ends = np.count_nonzero(free == ord(delimiter)), np.count_nonzero(free == NEWLINE)
    return int(marks), int(ends), bool(quoted[-1])


def _find_ragged(source: Source, layout: Layout) -> FileFault | None:
    outline = draw_outline(source.chunks(), layout.delimiter)
    if outline.open_quote is not None:
        return FileFault(
            source.path,
            Reason("a quotation mark is opened and never closed", "dấu ngoặc kép mở mà không đóng"),
            line=outline.open_quote,
        )
    width = len(layout.header)
    below = outline.lines > layout.skip
    wrong = np.flatnonzero(below & (outline.fields != width) & (outline.fields != 0))
    if not len(wrong):
        return None
    fields = int(outline.fields[wrong[0]])
    return FileFault(
        source.path,
        Reason(
            f"the row has {fields} field{'s' * (fields != 1)}, the header has {width}",
            f"dòng có {fields} ô, tiêu đề có {width} cột",
        ),
        line=int(outline.lines[wrong[0]]),
    )


def explain_rows(source: Source, layout: Layout) -> FileFault:
    fault = _find_ragged(source, layout)
    return fault or FileFault(source.path, NO_RECORDS)
