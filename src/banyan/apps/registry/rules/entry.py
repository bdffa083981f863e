"""Two people at one case: what each of them meant, field by field as the form shows them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MINE, THEIRS = "mine", "theirs"
Facts = Mapping[str, Any]

# one field of the form may hold two of the record
PARTS: Mapping[str, tuple[str, ...]] = {
    "morphology": ("morphology", "behaviour"),
    "birth_date": ("birth_date", "birth_precision"),
    "death_date": ("death_date", "death_precision"),
    "incidence_date": ("incidence_date", "incidence_precision"),
}
# what F9, or a single 9, stands for in a field; where nothing does, 9 is a code of its own
UNKNOWN: Mapping[str, str] = {
    "sex": "9",
    "vital_status": "lost",
    "topography": "C80.9",
    "morphology": "8000/3",
    "laterality": "9",
    "grade": "9",
    "basis": "9",
    "stage": "9",
    "t": "X",
    "n": "X",
    "m": "X",
    "birth_date": "9",
    "last_contact_date": "9",
    "death_date": "9",
    "ward_code": "",
    "citizen_id": "",
    "insurance_number": "",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field that somebody else changed while one was typing: whose value shall stand."""

    field: str
    mine: tuple[Any, ...]
    theirs: tuple[Any, ...]
    chosen: str


def parts_of(field: str) -> tuple[str, ...]:
    return PARTS.get(field, (field,))


def field_of(part: str) -> str:
    """Return the field of the form that shows a field of the record."""
    return next((field for field, parts in PARTS.items() if part in parts), part)


def compare_versions(fields: Iterable[str], base: Facts, mine: Facts, theirs: Facts) -> Iterator[Difference]:
    """Give the fields in which what was typed would undo what somebody else saved since `base` was read.

    Where only they changed it, theirs is proposed. Where both did, nobody can know: nothing is proposed.
    """
    for field in fields:
        was, own, other = (tuple(facts[part] for part in parts_of(field)) for facts in (base, mine, theirs))
        if other not in {own, was}:
            yield Difference(field=field, mine=own, theirs=other, chosen=THEIRS if own == was else "")


def settle(mine: Facts, theirs: Facts, decisions: Mapping[str, str]) -> dict[str, Any]:
    """Return what is to be saved once each difference is decided."""
    taken = {part for field, choice in decisions.items() if choice == THEIRS for part in parts_of(field)}
    return {name: theirs[name] if name in taken else value for name, value in mine.items()}


def changed_fields(now: Facts, wanted: Facts, among: Iterable[str]) -> list[str]:
    """Return the fields of the form, out of these parts of the record, that a save would change."""
    parts = [name for name in wanted if name in set(among) and wanted[name] != now[name]]
    return list(dict.fromkeys(field_of(part) for part in parts))
