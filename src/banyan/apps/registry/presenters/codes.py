"""The lists of codes that the typeahead keeps, and the look-up of one code."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256

from banyan.science.coding.names import name_table
from banyan.science.linkage.names import fold_name

LISTS = ("topography", "morphology", "laterality", "grade", "basis", "stage")


@cache
def list_codes(kind: str, language: str) -> list[dict[str, str]]:
    """Return the codes of one list with their name and the text they are searched by."""
    return [
        {"code": name.code, "name": name.in_language(language), "find": fold_name(f"{name.vi} {name.en}")}
        for name in name_table(kind)
    ]


@cache
def lists_version() -> str:
    """Return what changes when any list changes: it stands in the address, so that a list can be kept for a year."""
    text = "\n".join(f"{name.code}{name.vi}{name.en}" for kind in LISTS for name in name_table(kind))
    return sha256(text.encode()).hexdigest()[:12]


@cache
def index_codes(kind: str) -> list[tuple[str, dict[str, str]]]:
    """Return what each code is found by, and how it is shown."""
    return [
        (
            f"{name.code.lower()} {name.code.lower().replace('.', '')} {fold_name(f'{name.vi} {name.en}')}",
            {"kind": kind, "code": name.code, "vi": name.vi, "en": name.en},
        )
        for name in name_table(kind)
    ]


def match_codes(kind: str, text: str) -> Iterator[dict[str, str]]:
    """Give the codes whose code or name, in either language, holds every word."""
    words = fold_name(text).split()
    for haystack, entry in index_codes(kind):
        if all(word in haystack for word in words):
            yield entry
