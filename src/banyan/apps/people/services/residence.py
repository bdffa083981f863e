"""Where a person lives and has lived: added, corrected, never recoded in place."""

from datetime import date
from typing import Any

import pghistory
from django.db import transaction

from banyan.apps.core.rules import Viewer
from banyan.apps.network.choices import WardEdition
from banyan.apps.network.queries.ward import find_ward, follow_ward
from banyan.apps.people.choices import ResidenceMethod
from banyan.apps.people.models import Person, Residence
from banyan.science.coding import CodeError


def place_ward(text: str, chosen: str = "") -> dict[str, str]:
    """Return how a ward is kept: as stated, and as the unit of today that it went to. Raises CodeError.

    `chosen` is the new unit that somebody picked where the old one was divided.
    """
    if not text.strip():
        return {"stated_code": "", "stated_edition": "", "ward_code": "", "method": ResidenceMethod.UNKNOWN}
    found = find_ward(text)
    if found is None:
        raise CodeError(
            f"Không có phường, xã nào mang mã hay tên ‘{text.strip()}’, hoặc có nhiều nơi cùng tên: ghi mã.",
            f"No ward has the code or name ‘{text.strip()}’, or several do: write the code.",
        )
    code, edition = found
    stated = {"stated_code": code, "stated_edition": edition}
    if edition == WardEdition.NEW:
        return {**stated, "ward_code": code, "method": ResidenceMethod.STATED}
    successors = follow_ward(code)
    if chosen and chosen in successors:
        return {**stated, "ward_code": chosen, "method": ResidenceMethod.CHOSEN}
    if not successors:
        return {**stated, "ward_code": "", "method": ResidenceMethod.UNKNOWN}
    whole = len(successors) == 1
    method = ResidenceMethod.WHOLE if whole else ResidenceMethod.DEFAULT
    return {**stated, "ward_code": successors[0], "method": method}


@transaction.atomic
def add_residence(
    *,
    person: Person,
    ward: str = "",
    address: str = "",
    start: date | None = None,
    start_precision: str = "",
    chosen: str = "",
    by: Viewer,
) -> Residence | None:
    """Write down where a person lives from `start` on; the place before ends there. Nothing stated, nothing added."""
    if not ward.strip() and not address.strip():
        return None
    placed = place_ward(ward, chosen)
    with pghistory.context(staff=by.staff_id):
        if start:
            person.residences.filter(end__isnull=True).update(end=start)
        return Residence.objects.create(
            person=person, address=address.strip(), start=start, start_precision=start_precision, **placed
        )


@transaction.atomic
def correct_residence(*, residence: Residence, reason: str, by: Viewer, **facts: Any) -> Residence:
    """Correct what was written of one residence; what it was before stays in the history."""
    with pghistory.context(staff=by.staff_id, reason=reason):
        for name, value in facts.items():
            setattr(residence, name, value)
        residence.save()
    return residence
