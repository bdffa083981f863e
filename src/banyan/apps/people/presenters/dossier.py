"""All that Banyan knows of one person, for herself: each room adds what it holds, as it adds its pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from banyan.apps.core.presenters.navigation import Words


@dataclass(frozen=True, kw_only=True)
class Section:
    """One heading of her file: columns, and rows of text in their order."""

    key: str
    title: Words
    columns: Sequence[Words]
    rows: Sequence[Sequence[str]]
    order: int = 50


# from the keys of her record (and of those merged into it) to what a room knows
Tell = Callable[[Sequence[int]], Section]
TELLERS: list[Tell] = []


def add_teller(tell: Tell) -> None:
    """Called from an app's `ready`."""
    if tell not in TELLERS:
        TELLERS.append(tell)


def tell_all(keys: Sequence[int]) -> list[Section]:
    """Return every room's section on this person, in order."""
    return sorted((tell(keys) for tell in TELLERS), key=lambda section: section.order)


def write_json(sections: Sequence[Section]) -> dict[str, list[dict[str, Any]]]:
    """Return the file as a machine reads it: section to rows, each column by its heading."""
    return {
        section.key: [dict(zip(map(str, section.columns), row, strict=True)) for row in section.rows]
        for section in sections
    }
