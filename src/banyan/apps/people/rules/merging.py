"""The facts of two records of one person: which hang together, how they are kept, what a later change means."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

# what is chosen together: a date with how far it is known, a death with its status
UNITS: Mapping[str, tuple[str, ...]] = {
    "full_name": ("full_name",),
    "sex": ("sex",),
    "birth": ("birth_date", "birth_precision"),
    "citizen": ("citizen_id", "identity_reason"),
    "insurance_number": ("insurance_number",),
    "vital": ("vital_status", "death_date", "death_precision", "death_source"),
    "last_contact_date": ("last_contact_date",),
}
DATES = frozenset({"birth_date", "death_date", "last_contact_date"})
FACTS = tuple(name for names in UNITS.values() for name in names)
Facts = Mapping[str, Any]


def pack_facts(person: Any) -> dict[str, Any]:
    """Return the facts of a person as a merge keeps them: dates as text."""
    values = {name: getattr(person, name) for name in FACTS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def unpack_facts(facts: Facts) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in DATES and value else value for name, value in facts.items()
    }


def differing_units(one: Facts, other: Facts) -> list[str]:
    return [unit for unit, names in UNITS.items() if any(one[name] != other[name] for name in names)]


def is_empty(unit: str, facts: Facts) -> bool:
    """Say whether a record knows nothing of a unit."""
    first = facts[UNITS[unit][0]]
    return first in {None, "", "9"} or (unit == "vital" and first in {"alive", "lost"})


def propose_units(kept: Facts, gone: Facts) -> list[str]:
    """Return the units that the kept record lacks and the other one has."""
    return [unit for unit in differing_units(kept, gone) if is_empty(unit, kept) and not is_empty(unit, gone)]


def units_of(taken: Facts) -> list[str]:
    """Return the units whose value a merge took from the other record."""
    return [unit for unit, names in UNITS.items() if names[0] in taken]


def part_of(unit: str, facts: Facts) -> dict[str, Any]:
    return {name: facts[name] for name in UNITS[unit]}


def settle_units(
    before: Facts, taken: Facts, now: Facts, later: Iterable[Facts]
) -> tuple[list[str], list[str], list[str]]:
    """Return the units that an undoing restores, those that a later merge took over, and those that were changed since.

    `later` are the values of the kept record before each later merge that still stands and took that unit.
    """
    restored, handed_on, changed = [], [], []
    overlaid = list(later)
    for unit in units_of(taken):
        mine = part_of(unit, taken)
        if part_of(unit, now) == mine and not any(unit in facts for facts in overlaid):
            restored.append(unit)
        elif any(facts.get(unit) == mine for facts in overlaid):
            handed_on.append(unit)
        elif part_of(unit, before) != part_of(unit, now):
            changed.append(unit)
    return restored, handed_on, changed
