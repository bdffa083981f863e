"""A table as it stood in its file: text cells, and the line each row came from."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import polars as pl

from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.limits import refuse_width

_GAPS = re.compile(r"[\s\-]+")
NO_NAMES: Mapping[str, str] = MappingProxyType({})


def name_key(name: str) -> str:
    """Return the form under which names are compared: no case, no outer space, gaps as underscores."""
    return _GAPS.sub("_", name.strip()).casefold()


@dataclass(frozen=True)
class Table:
    """A table read from a file.

    Attributes
    ----------
    frame : polars.DataFrame
        Text files and workbooks: every column is text, null where empty. Parquet keeps its types.
    path : str
        The file as the user named it.
    encoding, delimiter : str or None
        As found; None for workbooks and Parquet.
    first_line : int
        Line of row 0 where rows and lines run in step (2 below a header).
    headers : mapping
        Column of `frame` -> its name in the file.
    renamed : frozenset
        The names of `rename` that were found.
    """

    frame: pl.DataFrame
    path: str
    encoding: str | None = None
    delimiter: str | None = None
    first_line: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    renamed: frozenset[str] = frozenset()
    find_lines: Callable[[], np.ndarray] | None = field(default=None, repr=False, compare=False)

    @property
    def columns(self) -> list[str]:
        return self.frame.columns

    def lines(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the file's lines of these rows (int64, same length)."""
        rows = np.asarray(rows, dtype=np.int64)
        if self.find_lines is None:
            return rows + self.first_line
        return self.find_lines()[rows]

    def line(self, row: int) -> int:
        return int(self.lines([row])[0])

    def fault(self, row: int | None, column: str | None, reason: Reason | str) -> FileFault:
        line = None if row is None else self.line(row)
        name = None if column is None else self.headers.get(column, column)
        return FileFault(self.path, reason, line=line, column=name)

    @contextmanager
    def placing(self, kind: type[ValueError]) -> Iterator[None]:
        """Turn what another room refuses in the rows of this table into a fault of the file.

        Errors of `kind` have `reason`, `reason_vi` and, where they know them, `row` and `column`.
        """
        try:
            yield
        except kind as error:
            row, column = getattr(error, "row", None), getattr(error, "column", None)
            texts = (str(getattr(error, name)).rstrip(".") for name in ("reason", "reason_vi"))
            if row is None and column is None:
                raise FileFault("banyan", Reason(*texts)) from error
            raise self.fault(row, column, Reason(*texts)) from error

    def has(self, column: str) -> bool:
        return column in self.frame.columns

    def require(self, *columns: str) -> None:
        """Raise the fault that names the first of these columns which is not there."""
        for column in columns:
            if not self.has(column):
                raise self.lack(column)

    def lack(self, column: str) -> FileFault:
        there = ", ".join(self.headers.values())
        return FileFault(
            self.path,
            Reason(
                f"there is no column ‘{column}’ (map one with --map {column}=NAME); the columns are: {there}",
                f"không có cột ‘{column}’ (hãy chỉ tên cột với --map {column}=TÊN); các cột có: {there}",
            ),
        )


@dataclass(frozen=True)
class Naming:
    """Which column of the file serves under which of our names."""

    keys: tuple[str, ...]  # ours, in the file's order
    positions: tuple[int, ...]  # where each stands in the file
    headers: Mapping[str, str]
    renamed: frozenset[str]


def match_names(
    path: str,
    header: Sequence[str],
    rename: Mapping[str, str],
    columns: Iterable[str] | None,
    *,
    line: int = 1,
) -> Naming:
    """Return the columns to read, by our names; a name that stands twice in the header is a fault."""
    positions = _locate_names(path, header, line)
    wanted = None if columns is None else {name_key(column) for column in columns}
    ours = {name_key(our): name_key(their) for our, their in rename.items()}
    found = {our: their for our, their in ours.items() if their in positions}
    moved = set(found.values())
    plain = {key: key for key in positions if key not in moved and key not in found}
    chosen = {our: their for our, their in {**plain, **found}.items() if wanted is None or our in wanted}
    order = sorted(chosen, key=lambda our: positions[chosen[our]])
    return Naming(
        keys=tuple(order),
        positions=tuple(positions[chosen[our]] for our in order),
        headers={our: header[positions[chosen[our]]].strip() for our in order},
        renamed=frozenset(found),
    )


def _locate_names(path: str, header: Sequence[str], line: int) -> dict[str, int]:
    positions: dict[str, int] = {}
    for position, name in enumerate(header):
        key = name_key(name)
        if not key:
            continue
        if key == "*" or (key.startswith("^") and key.endswith("$")):
            # data frames take these for "all columns" and "the columns that fit"
            raise FileFault(
                path,
                Reason(f"a column may not be called ‘{key}’", f"không đặt tên cột là ‘{key}’ được"),
                line=line,
            )
        if key in positions:
            raise FileFault(
                path,
                Reason(
                    f"the column ‘{name.strip()}’ stands twice in the header",
                    f"cột ‘{name.strip()}’ có hai lần ở dòng tiêu đề",
                ),
                line=line,
                column=name.strip(),
            )
        positions[key] = position
    refuse_width(path, len(header))
    if not positions:
        raise FileFault(path, Reason("the header is empty", "dòng tiêu đề trống"), line=line)
    return positions


def refuse_nameless(path: str, header: Sequence[str], filled: np.ndarray, *, line: int) -> None:
    """Refuse a header that leaves as many filled columns without a name as it names: cells were merged in it.

    `filled` says of each column whether it holds anything below the header.
    """
    named = sum(bool(name_key(name)) for name in header)
    nameless = sum(bool(full) and not name_key(name) for name, full in zip(header, filled, strict=True))
    if nameless >= max(named, 2):
        raise FileFault(
            path,
            Reason(
                f"the header leaves {nameless} filled columns without a name; give each column one, unmerged",
                f"tiêu đề để {nameless} cột có dữ liệu mà không có tên; hãy bỏ gộp ô, mỗi cột một tên",
            ),
            line=line,
        )
