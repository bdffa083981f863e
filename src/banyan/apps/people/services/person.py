from collections.abc import Mapping
from datetime import date
from typing import Any

import pghistory
from django.db import connection, transaction

from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import DatePrecision, ResidenceMethod, VitalStatus, WardEdition
from banyan.apps.people.models import Attendance, Person, Residence
from banyan.apps.people.rules import read_citizen_id, read_insurance_number
from banyan.apps.people.services.editing import (
    apply_changes,
    lock_register,
    lock_version,
    require_reason,
)
from banyan.apps.people.signals import person_changed

EDITABLE = (
    "full_name",
    "sex",
    "birth_date",
    "birth_precision",
    "citizen_id",
    "insurance_number",
    "vital_status",
    "last_contact_date",
    "death_date",
    "death_precision",
    "death_source",
    "identity_reason",
)
# a change of one of these says why; a first entry need not
CLINICAL = frozenset(
    {"sex", "birth_date", "birth_precision", "vital_status", "death_date", "death_precision"}
)


@transaction.atomic
def add_person(
    *, by: Viewer, facility_id: int | None = None, since: date | None = None, **facts: Any
) -> Person:
    """Add a person; `facts` are her own fields. She becomes known at `facility_id`, or where `by` works."""
    refuse_unknown(facts)
    lock_register()
    (pk,) = reserve_ids(1)
    person = Person(pk=pk, number=number_person(pk), updated_by_id=by.staff_id, **tidy(facts))
    person.save(force_insert=True)
    attend(person=person, facility_id=facility_id or by.facility_id, since=since or date.today())  # noqa: DTZ011 -- the day here
    return person


@transaction.atomic
def change_person(
    *, person: Person, changes: Mapping[str, Any], version: int, by: Viewer, reason: str = ""
) -> Person:
    """Change fields of a person.

    Raises EditConflict if somebody else changed her since `version`, ReasonMissing if a clinical value
    changes and `reason` is empty.
    """
    refuse_unknown(changes)
    with pghistory.context(reason=reason, staff=by.staff_id):
        row: Person = lock_version(Person, person.pk, version)
        if changed := apply_changes(row, tidy(dict(changes))):
            require_reason(changed, CLINICAL, reason)
            row.version += 1
            row.updated_by_id = by.staff_id
            row.save()
            person_changed.send(sender=Person, person_id=row.pk)
    return row


@transaction.atomic
def move_person(
    *,
    person: Person,
    ward_code: str,
    start: date | None,
    address: str = "",
    by: Viewer,
    edition: str = WardEdition.NEW,
) -> Residence:
    """Write down where the person lives from `start` on; what was written before stays."""
    with pghistory.context(staff=by.staff_id):
        if start:
            person.residences.filter(end__isnull=True).update(end=start)
        return Residence.objects.create(
            person=person,
            stated_code=ward_code,
            stated_edition=edition if ward_code else "",
            ward_code=ward_code if edition == WardEdition.NEW else "",
            method=ResidenceMethod.STATED if ward_code else ResidenceMethod.UNKNOWN,
            address=address,
            start=start,
        )


def attend(*, person: Person, facility_id: int, since: date) -> None:
    """Let a facility's staff open the record of a person whom they care for."""
    Attendance.objects.get_or_create(person=person, facility_id=facility_id, defaults={"since": since})


def tidy(facts: dict[str, Any]) -> dict[str, Any]:
    """Bring the facts into the form that is kept: numbers in digits, each date with its precision, death with its status."""
    tidied = dict(facts)
    if "citizen_id" in tidied:
        tidied["citizen_id"] = read_citizen_id(tidied["citizen_id"])
    if "insurance_number" in tidied:
        tidied["insurance_number"] = read_insurance_number(tidied["insurance_number"])
    for name in ("birth", "death"):
        if f"{name}_date" in tidied:
            precision = tidied.get(f"{name}_precision") or DatePrecision.DAY
            tidied[f"{name}_precision"] = precision if tidied[f"{name}_date"] else ""
    if tidied.get("death_date"):
        tidied["vital_status"] = VitalStatus.DEAD
    return tidied


def refuse_unknown(facts: Mapping[str, Any]) -> None:
    if unknown := set(facts) - set(EDITABLE):
        raise TypeError(f"a person has no field {', '.join(sorted(unknown))} that may be set")


def reserve_ids(count: int) -> list[int]:
    """Take ids for people who will be added."""
    query = "SELECT nextval(pg_get_serial_sequence('people_person', 'id')) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(query, [count])
        return [pk for (pk,) in cursor.fetchall()]


def number_person(pk: int) -> str:
    """Return the record number that goes with an id."""
    return f"NB-{pk:07d}"
