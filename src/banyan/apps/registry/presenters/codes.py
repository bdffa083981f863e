"""The lists of codes that the typeahead keeps, and the look-up of one code."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256

from django.utils import translation

from banyan.apps.network.queries.ward import current_wards
from banyan.apps.registry.choices import EditReason
from banyan.apps.registry.rules.entry import UNKNOWN
from banyan.apps.registry.rules.values import ROMAN
from banyan.science.coding.names import name_table
from banyan.science.linkage.names import fold_name

TABLES = ("topography", "morphology", "laterality", "grade", "basis", "stage")
WARD, REASON = "ward", "reason"
LISTS = (*TABLES, WARD, REASON)
SHORT = ("laterality", "grade", "basis", "stage", REASON)
Entry = dict[str, str]


def list_codes(kind: str, language: str) -> list[Entry]:
    """Return the codes of one list with their name and the text they are searched by."""
    return list_wards() if kind == WARD else list_fixed(kind, language)


@cache
def list_fixed(kind: str, language: str) -> list[Entry]:
    if kind == REASON:
        return [write_entry(code, name, name) for code, name in name_reasons(language)]
    also = {UNKNOWN[kind]: "9"} | (
        {roman: digit for digit, roman in ROMAN.items()} if kind == "stage" else {}
    )
    return [
        write_entry(name.code, name.in_language(language), f"{name.vi} {name.en}")
        | {"also": also.get(name.code, "")}
        for name in name_table(kind)
    ]


def list_short(language: str | None) -> list[tuple[str, list[Entry]]]:
    """Return the lists short enough to stand in the page, for a browser without a script."""
    return [(kind, list_fixed(kind, language or "vi")) for kind in SHORT]


def list_wards() -> list[Entry]:
    return [write_entry(code, name, name) for code, name in current_wards().values_list("code", "name")]


def write_entry(code: str, name: str, find: str) -> Entry:
    return {"code": code, "name": name, "find": fold_name(find)}


def name_reasons(language: str) -> list[tuple[str, str]]:
    with translation.override(language):
        return [(reason.value, str(reason.label)) for reason in EditReason]


@cache
def lists_version() -> str:
    """Return what changes when any list changes: it stands in the address, so that a list can be kept for a year."""
    entries = [entry for kind in (*TABLES, REASON) for entry in list_fixed(kind, "vi")]
    return sha256(repr(entries).encode()).hexdigest()[:12]


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
