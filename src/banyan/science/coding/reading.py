"""The tables of this room, read once."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

Row = dict[str, str]


@cache
def read_rows(name: str) -> tuple[Row, ...]:
    """Return the lines of ``tables/<name>.csv``, every cell as text."""
    path = files(__package__).joinpath("tables", f"{name}.csv")
    with path.open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def expand_ranges(text: str) -> Iterator[int]:
    """Yield the numbers of a list such as ``8000-8005 8010``, both ends of a range included."""
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


@cache
def list_subsites() -> tuple[str, ...]:
    """Return the codes of ICD-O topography that a case may carry, in order."""
    return tuple(row["code"] for row in read_rows("topography") if "." in row["code"])


def match_subsites(text: str) -> list[str]:
    """Return the subsites named by headings, subsites and ranges: ``C53 C57.9 C60-C63 C70.0-C72.2``.

    ``*`` names all of them.
    """
    if text == "*":
        return list(list_subsites())
    return [code for code in list_subsites() if any(_covers(part, code) for part in text.split())]


def _covers(part: str, code: str) -> bool:
    first, _, last = part.partition("-")
    last = last or first
    return first <= code[: len(first)] and code[: len(last)] <= last
