"""A case as its form holds it: now, and as it stood when somebody began to type."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from banyan.apps.people.queries.history import Change, changes_since
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.rules.entry import Difference, compare_versions, field_of


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """Somebody else saved the case while one was typing: what, and what of it is to be decided."""

    changes: list[Change]
    differences: list[Difference]
    versions: tuple[int, int]

    @property
    def fields(self) -> list[str]:
        return [difference.field for difference in self.differences]


def read_versions(tumour: Tumour) -> tuple[int, int]:
    """Return the versions of the person and of the tumour as they stand."""
    return tumour.person.version, tumour.version


def read_facts(tumour: Tumour, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same fields of a case and of its person, as they stand."""
    return {name: getattr(tumour if hasattr(Tumour, name) else tumour.person, name) for name in wanted}


def find_meeting(tumour: Tumour, mine: Mapping[str, Any], read: tuple[int, int]) -> Meeting | None:
    """Return what others saved since the versions `read`, of the person and of the tumour; None if nothing.

    `mine` are the facts of both as they were typed.
    """
    now = read_versions(tumour)
    if now == read:
        return None
    of_person = changes_since(type(tumour.person), tumour.person_id, read[0])
    of_tumour = changes_since(Tumour, tumour.pk, read[1])
    changes = sorted([*of_person, *of_tumour], key=lambda change: change.at)
    theirs = read_facts(tumour, mine)
    fields = dict.fromkeys(field_of(name) for name in mine)
    differences = compare_versions(fields, rewind(theirs, changes), mine, theirs)
    return Meeting(changes=changes, differences=list(differences), versions=now)


def rewind(facts: dict[str, Any], changes: list[Change]) -> dict[str, Any]:
    """Return the facts as they stood before the changes."""
    before = dict(facts)
    for change in reversed(changes):
        if change.field in before:
            before[change.field] = change.old
    return before
