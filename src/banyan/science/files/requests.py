"""What somebody asks for in words: strata, spans of years and ages, names of columns."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

import polars as pl

from banyan.science.files.dates import parse_dates
from banyan.science.files.faults import FileFault, Reason
from banyan.science.files.table import Table, name_key

Span = tuple[int, int]
RESERVED = frozenset({"age", "age_group", "cases", "person_years"})
_SPAN = re.compile(r"^(\d+)(?:\s*[-–:]\s*(\d+))?$")
_OPEN = re.compile(r"^(\d+)\s*(?:\+|-)$")


def read_strata(text: str) -> tuple[str, ...]:
    """Split ``sex, site`` into names of columns, each once."""
    names = read_names(text)
    for name in names:
        if name in RESERVED:
            reason = Reason(
                f"‘{name}’ cannot be a stratum, it is part of every figure",
                f"‘{name}’ không thể là tầng, mỗi số liệu đã gồm nó",
            )
            raise FileFault("--by", reason)
    return names


def read_names(text: str) -> tuple[str, ...]:
    """Split ``hospital, age_group`` into names of columns, each once; any column will do."""
    return tuple(dict.fromkeys(name_key(name) for name in text.split(",") if name.strip()))


def read_span(option: str, text: str) -> Span:
    """Read ``2015-2019`` or ``2015``."""
    match = _SPAN.match(text.strip())
    span = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if span[0] > span[1]:
        reason = Reason(
            f"‘{text}’ is not a span such as 2015-2019", f"‘{text}’ không phải khoảng như 2015-2019"
        )
        raise FileFault(option, reason)
    return span


def read_ages(text: str) -> tuple[int, int | None]:
    """Read ``35-64`` or ``65+`` (completed years, both included); nothing is every age."""
    if not text.strip():
        return (0, None)
    match = _OPEN.match(text.strip())
    return (int(match[1]), None) if match else read_span("--ages", text)


def read_numbers(option: str, text: str) -> tuple[float, ...]:
    """Read ``1,3,5,10``."""
    numbers = tuple(dict.fromkeys(_read_floats(text, skip_blanks=True)))
    if not numbers or not all(0 < number < 200 for number in numbers):
        reason = Reason(
            f"‘{text}’ is not a list of years such as 1,3,5", f"‘{text}’ không phải danh sách như 1,3,5"
        )
        raise FileFault(option, reason)
    return numbers


def read_day(option: str, text: str) -> date:
    """Read a whole date, ``2023-12-31`` or ``31/12/2023``."""
    parsed = parse_dates(pl.Series([text]))
    if parsed.precision[0] != "day":
        reason = Reason(
            f"‘{text}’ is not a date such as 2023-12-31", f"‘{text}’ không phải ngày như 31/12/2023"
        )
        raise FileFault(option, reason)
    day: date = parsed.values[0]
    return day


def read_spans(option: str, text: str) -> tuple[int | None, ...]:
    """Read ``1,3,5,all``: whole numbers of years, None for all."""
    parts = [part.strip().casefold() for part in text.split(",") if part.strip()]
    if not parts or not all(part == "all" or (part.isdecimal() and 0 < int(part) < 200) for part in parts):
        reason = Reason(
            f"‘{text}’ is not a list of whole years such as 1,3,5,all",
            f"‘{text}’ không phải danh sách số năm nguyên như 1,3,5,all",
        )
        raise FileFault(option, reason)
    return tuple(None if part == "all" else int(part) for part in dict.fromkeys(parts))


def read_breaks(option: str, text: str) -> tuple[float, ...]:
    """Read ``0,0.5,1,2``: ascending numbers of years."""
    numbers = _read_floats(text, skip_blanks=True)
    if len(numbers) < 2 or numbers[0] < 0 or any(b <= a for a, b in pairwise(numbers)):
        reason = Reason(
            f"‘{text}’ is not an ascending list of years such as 0,0.5,1,2",
            f"‘{text}’ không phải danh sách số năm tăng dần như 0,0.5,1,2",
        )
        raise FileFault(option, reason)
    return numbers


def read_correlation(option: str, text: str) -> float | Literal["estimate"]:
    """Read ``0.3`` or ``estimate``."""
    if text.strip().casefold() == "estimate":
        return "estimate"
    try:
        number = float(text)
    except ValueError:
        number = 1.0
    if not -1 < number < 1:
        reason = Reason(
            f"‘{text}’ is neither a number between -1 and 1 nor the word estimate",
            f"‘{text}’ không phải số giữa -1 và 1, cũng không phải chữ estimate",
        )
        raise FileFault(option, reason)
    return number


def read_shares(option: str, text: str) -> tuple[float, ...]:
    """Read ``0,0.25,0.5``: numbers from 0 to 1, in their order."""
    shares = _read_floats(text)
    if not shares or not all(0 <= share <= 1 for share in shares):
        reason = Reason(
            f"‘{text}’ is not a list of shares such as 0,0.25,0.5",
            f"‘{text}’ không phải danh sách tỷ lệ như 0,0.25,0.5",
        )
        raise FileFault(option, reason)
    return shares


def read_share(option: str, text: str, word: str) -> float | None:
    """Read a number from 0 to 1, or the word that means None."""
    if text.strip().lower() == word:
        return None
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        reason = Reason(
            f"‘{text}’ is neither a share such as 0.01 nor ‘{word}’",
            f"‘{text}’ không phải tỷ lệ như 0.01, cũng không phải ‘{word}’",
        )
        raise FileFault(option, reason)
    return share


def _read_floats(text: str, *, skip_blanks: bool = False) -> tuple[float, ...]:
    """Read numbers with commas between them; none where one of them is not a number."""
    try:
        return tuple(float(part) for part in text.split(",") if part.strip() or not skip_blanks)
    except ValueError:
        return ()


def read_maps(texts: Sequence[str]) -> dict[str, str]:
    """Read ``ours=theirs``; one of our names may be mapped once."""
    names: dict[str, str] = {}
    for text in texts:
        ours, equals, theirs = text.partition("=")
        ours = name_key(ours)
        if not (ours and equals and theirs.strip()):
            reason = Reason(f"‘{text}’ does not read OURS=THEIRS", f"‘{text}’ không có dạng TÊN_TA=TÊN_TỆP")
            raise FileFault("--map", reason)
        if ours in names:
            reason = Reason(f"‘{ours}’ is mapped twice", f"‘{ours}’ được gán hai lần")
            raise FileFault("--map", reason)
        names[ours] = theirs
    return names


def refuse_unused_maps(names: Mapping[str, str], *tables: Table) -> None:
    """Raise for a name that none of the files has."""
    used = frozenset().union(*(table.renamed for table in tables))
    for ours, theirs in names.items():
        if ours not in used:
            paths = ", ".join(dict.fromkeys(table.path for table in tables))
            reason = Reason(
                f"there is no column ‘{theirs}’ to serve as ‘{ours}’ in {paths}",
                f"không có cột ‘{theirs}’ để dùng làm ‘{ours}’ trong {paths}",
            )
            raise FileFault("--map", reason)
