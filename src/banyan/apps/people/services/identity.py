"""Numbers and names beside the first ones: kept, so that whoever looks for the older one still finds the person."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction

from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import IdentifierKind, NameKind
from banyan.apps.people.models import Identifier, OtherName, Person
from banyan.apps.people.rules.identity import is_old_card
from banyan.apps.people.services.person import change_person


@transaction.atomic
def edit_identity(
    *,
    person: Person,
    changes: Mapping[str, Any],
    version: int,
    by: Viewer,
    reason: str = "",
    keep_name: bool = False,
) -> Person:
    """Change a person as `change_person` does; an old card's number that gives way to the new one is kept."""
    old_name, old_number = person.full_name, person.citizen_id
    changed = change_person(person=person, changes=changes, version=version, by=by, reason=reason)
    with pghistory.context(staff=by.staff_id, reason=reason):
        if is_old_card(old_number) and changed.citizen_id not in {"", old_number}:
            Identifier.objects.get_or_create(
                person=changed, kind=IdentifierKind.OLD_CARD, paper_number=old_number
            )
        if keep_name and old_name and old_name != changed.full_name:
            OtherName.objects.create(person=changed, kind=NameKind.FORMER, full_name=old_name)
    return changed


@transaction.atomic
def add_name(*, person: Person, kind: str, full_name: str, by: Viewer) -> OtherName:
    with pghistory.context(staff=by.staff_id):
        return OtherName.objects.create(person=person, kind=kind, full_name=full_name)


@transaction.atomic
def add_identifier(*, person: Person, kind: str, paper_number: str, issued_by: str, by: Viewer) -> Identifier:
    """Keep one more number; the same number of the same kind is there once."""
    with pghistory.context(staff=by.staff_id):
        identifier, _made = Identifier.objects.get_or_create(
            person=person, kind=kind, paper_number=paper_number, defaults={"issued_by": issued_by}
        )
    return identifier
