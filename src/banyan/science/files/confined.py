"""A file read by a process of its own, with so much memory and time and no more.

Whatever a file does to the readers, the process that asked goes on: it gets a table on disk or a sentence.
The child knows no secret: it is given the file, a place to write, and an empty environment.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.limits import MB
from banyan.science.files.reading import (
    APART,
    GZIP,
    OLE,
    PARQUET,
    ZIP,
    read_start,
    read_table,
    refuse_panic,
    unzip,
)
from banyan.science.files.storing import GROUP, LINE, store_text
from banyan.science.files.table import Table, match_names

MEMORY: Final = 900 * MB
SECONDS: Final = 300
_SMALL = 2 * MB
_BOOKS = (ZIP, OLE)
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")
_FAULT, _TOO_MUCH = 3, 4
TOO_MUCH = Reason(
    "reading the file takes more memory or time than is given to it; save it as CSV, or send it in parts",
    "đọc tệp cần nhiều bộ nhớ hoặc thời gian hơn mức cho phép; hãy lưu dạng CSV, hoặc chia nhỏ",
)


@dataclass(frozen=True)
class Stored:
    """A table on disk, as Parquet: text cells, columns as the file calls them, and `LINE`, the line of each row."""

    path: Path
    columns: list[str]
    height: int
    encoding: str
    delimiter: str

    def scan(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.path)


def store_table(
    source: str | Path, target: Path, *, name: str = "", memory: int = MEMORY, seconds: int = SECONDS
) -> Stored:
    """Read a table within bounds and store it at `target`.

    Text of up to two megabytes is read here, since it cannot grow; everything else by a process of its own.

    Parameters
    ----------
    source : str or Path
        The file.
    target : Path
        Where the Parquet goes.
    name : str
        The file's name in sentences; the source's by default.
    memory : int
        Bytes of data that the reading process may hold.
    seconds : int
        How long it may take.

    Raises
    ------
    FileFault
        As `read_table`, and where the bounds are passed.
    """
    name = name or str(source)
    try:
        facts = (
            write_facts(source, target) if _is_small(source) else _send_away(source, target, memory, seconds)
        )
    except FileFault as fault:
        raise FileFault(name, fault.reasons, line=fault.line, column=fault.column) from fault
    return Stored(target, **facts)


@contextlib.contextmanager
def reading_apart(*, memory: int = MEMORY, seconds: int = SECONDS) -> Iterator[None]:
    """Let `read_table` have workbooks and Parquet read by a process of its own inside, each file once.

    Text is read here: its reader is ours, and bounds what it takes. Raises FileFault as `store_table`.
    """
    with TemporaryDirectory(prefix="banyan-") as folder:
        kept: dict[str, Stored] = {}

        def read(name: str, rename: Mapping[str, str], columns: list[str] | None) -> Table:
            if name not in kept:
                target = Path(folder) / f"{len(kept)}.parquet"
                kept[name] = Stored(target, **_send_away(name, target, memory, seconds, typed=True))
            return _take_stored(name, kept[name], rename, columns)

        token = APART.set(read)
        try:
            yield
        finally:
            APART.reset(token)


def _take_stored(name: str, stored: Stored, rename: Mapping[str, str], columns: list[str] | None) -> Table:
    """Return the columns wanted of a stored table, by our names, as `read_table` gives them."""
    naming = match_names(name, stored.columns, rename, columns)
    ours = dict(zip(naming.keys, naming.positions, strict=True))
    picked = [pl.col(stored.columns[position]).alias(key) for key, position in ours.items()]
    frame = stored.scan().select(picked).collect()
    lines = stored.scan().select(LINE).collect().to_series().to_numpy()
    return Table(
        frame=frame,
        path=name,
        first_line=int(lines[0]) if len(lines) else 1,
        headers=naming.headers,
        renamed=naming.renamed,
        find_lines=lambda: lines,
    )


def _is_small(source: str | Path) -> bool:
    path = Path(source)
    if not path.is_file() or path.stat().st_size > _SMALL:
        return False
    with path.open("rb") as file:
        return not file.read(8).startswith((*_BOOKS, GZIP, PARQUET))


def write_facts(source: str | Path, target: Path, *, typed: bool = False) -> dict[str, Any]:
    """Read a table, write it, and return what else is known of it; `typed` leaves Parquet its types."""
    name, start = str(source), read_start(str(source))
    with refuse_panic(name):
        data = unzip(name) if start.startswith(GZIP) else None
        if (start if data is None else data).startswith((*_BOOKS, PARQUET)):
            return _store_frame(source, target, typed=typed)
        text, layout = store_text(name, data, target)
        stored = pl.scan_parquet(target)
        return {
            "columns": [column for column in stored.collect_schema() if column != LINE],
            "height": stored.select(pl.len()).collect().item(),
            "encoding": text.encoding,
            "delimiter": layout.delimiter,
        }


def _store_frame(source: str | Path, target: Path, *, typed: bool) -> dict[str, Any]:
    table = read_table(source)
    named = table.frame.rename(dict(table.headers))
    frame = named if typed else named.cast(pl.String)
    lines = pl.Series(LINE, table.lines(range(frame.height)), dtype=pl.Int64)
    frame.with_columns(lines).write_parquet(target, row_group_size=GROUP, statistics=False)
    return {"columns": frame.columns, "height": frame.height, "encoding": "", "delimiter": ""}


def _send_away(
    source: str | Path, target: Path, memory: int, seconds: int, *, typed: bool = False
) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "banyan.science.files.confined",
        str(source),
        str(target),
        str(memory),
        str(seconds),
        *(["typed"] if typed else []),
    ]
    environment = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ} | {
        "POLARS_MAX_THREADS": "2"
    }
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and module, arguments apart
            command,
            env=environment,
            capture_output=True,
            timeout=seconds,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise FileFault(str(source), TOO_MUCH) from error
    if done.returncode == 0:
        facts: dict[str, Any] = json.loads(done.stdout)
        return facts
    if done.returncode == _FAULT:
        fault = json.loads(done.stdout)
        raise FileFault(str(source), Reason(*fault["reason"]), line=fault["line"], column=fault["column"])
    raise FileFault(str(source), TOO_MUCH)


def confine(memory: int, seconds: int) -> None:
    """Bound this process for good: data, seconds of computing, and no core file with patients in it."""
    import resource  # noqa: PLC0415 -- not on every system, and only in the child

    for limit, most in (("RLIMIT_DATA", memory), ("RLIMIT_CPU", seconds), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, limit), (most, most))


def main(source: str, target: str, memory: str, seconds: str, typed: str = "") -> int:
    """Do the work of the child; the parent reads what is printed."""
    with contextlib.suppress(ImportError):
        confine(int(memory), int(seconds))
    try:
        facts = write_facts(source, Path(target), typed=bool(typed))
    except FileFault as fault:
        print(json.dumps({"reason": fault.reasons, "line": fault.line, "column": fault.column}))  # noqa: T201 -- to the parent
        return _FAULT
    except MemoryError:
        return _TOO_MUCH
    print(json.dumps(facts))  # noqa: T201 -- to the parent
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
