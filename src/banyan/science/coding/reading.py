"""The tables of this room, read once."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import polars as pl

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
    return [code for part in text.split() for code in _match_part(part)]


@cache
def _match_part(part: str) -> tuple[str, ...]:
    if part == "*":
        return list_subsites()
    first, _, last = part.partition("-")
    last = last or first
    return tuple(
        code for code in list_subsites() if first <= code[: len(first)] and code[: len(last)] <= last
    )


# Codes as categories: a million joins on them cost what a million joins on small numbers cost.
SUBSITES = pl.Enum(list_subsites())
HISTOLOGIES = pl.Enum([row["histology"] for row in read_rows("morphology")])
BEHAVIOURS = pl.Enum(["0", "1", "2", "3", "6", "9"])
