"""How the people's room forgets a person: her row, what hangs on it, and every earlier state that history kept."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q

from banyan.apps.core.models import Alert
from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import DatePrecision
from banyan.apps.people.models import (
    Attendance,
    Consent,
    DuplicatePair,
    GlassGrant,
    Identifier,
    Merge,
    OtherName,
    Person,
    RequestStep,
    Residence,
    Restriction,
    RightsRequest,
)

NOBODY: dict[str, Any] = {
    "full_name": "",
    "sort_name": "",
    "folded_name": "",
    "citizen_id": "",
    "insurance_number": "",
    "identity_reason": "",
}
NO_DATES: dict[str, Any] = {
    "birth_date": None,
    "birth_precision": "",
    "death_date": None,
    "death_precision": "",
    "last_contact_date": None,
}
# contexts tell who changed what and why; the address and the reason may name her
FORGET_CONTEXTS = """
UPDATE pghistory_context SET metadata = metadata - 'url' - 'reason'
WHERE id IN (SELECT pgh_context_id FROM people_personevent WHERE pgh_obj_id = ANY(%s))
  AND id NOT IN (SELECT pgh_context_id FROM people_personevent
                 WHERE pgh_obj_id <> ALL(%s) AND pgh_context_id IS NOT NULL)
"""


def list_records(person_id: int) -> list[int]:
    """Return her record and those that were found to be hers and merged into it."""
    keys, fresh = [person_id], [person_id]
    while fresh:
        # a withdrawn record leads to itself
        leading = Person.objects.filter(merged_into__in=fresh).exclude(pk__in=keys)
        fresh = list(leading.values_list("pk", flat=True))
        keys.extend(fresh)
    return keys


def scrub_person(person_id: int, keys: list[int], days: int, *, by: Viewer) -> dict[str, int]:
    """Take away what names her; her sex, her ward and the spans between her dates stay. Returns rows by kind."""
    numbers = list(Person.objects.filter(pk__in=keys).values_list("number", flat=True))
    removed = {
        "attendance": Attendance.objects.filter(person__in=keys).delete()[0],
        "identifier": delete_with_history(Identifier, keys),
        "other_name": delete_with_history(OtherName, keys),
        "pair": DuplicatePair.objects.filter(Q(first__in=keys) | Q(second__in=keys)).delete()[0],
        "merge": scrub_merges(keys),
        "residence": scrub_rows(
            Residence, keys, {"address": "", "start": None, "start_precision": "", "end": None}
        ),
        "consent": Consent.objects.filter(person__in=keys).exclude(evidence="").update(evidence=""),
        "alert": Alert.objects.filter(facts__number__in=numbers).update(facts={}),
        **scrub_rights(keys),
    }
    blank_rows(person_id, keys, days, by)
    events = event_model(Person).objects.filter(pgh_obj_id__in=keys)
    removed["event"] = events.update(**NOBODY, **NO_DATES, number="")
    with connection.cursor() as cursor:
        cursor.execute(FORGET_CONTEXTS, [keys, keys])
        removed["context"] = cursor.rowcount
    return removed


def blank_rows(person_id: int, keys: list[int], days: int, by: Viewer) -> None:
    """Write the rows anew as nobody's. The dates of the kept record move; what was merged into it has none any more."""
    for person in Person.objects.filter(pk__in=keys).select_for_update():
        is_kept = person.pk == person_id
        for name, value in NOBODY.items():
            setattr(person, name, value)
        person.number = f"XD-{secrets.token_hex(6)}"
        for name in ("birth", "death"):
            day = move(getattr(person, f"{name}_date"), days) if is_kept else None
            setattr(person, f"{name}_date", day)
            # the day is not hers any more: the page shows the year, the figures keep the span
            setattr(person, f"{name}_precision", DatePrecision.YEAR if day else "")
        person.last_contact_date = move(person.last_contact_date, days) if is_kept else None
        person.version += 1
        person.updated_by_id = by.staff_id
        person.save()


def move(day: date | None, days: int) -> date | None:
    return day + timedelta(days=days) if day else None


def scrub_rights(keys: list[int]) -> dict[str, int]:
    """Take the free words out of requests, restrictions and broken glass: they may name her. The steps stay."""
    requests = RightsRequest.objects.filter(person__in=keys)
    steps = RequestStep.objects.filter(request__in=requests.values("pk"))
    return {
        "step": steps.update(words=""),
        "request": scrub_rows(RightsRequest, keys, {"words": "", "asked_by": ""}),
        "restriction": scrub_rows(Restriction, keys, {"reason": ""}),
        "grant": scrub_rows(GlassGrant, keys, {"words": "", "verdict_words": ""}),
    }


def scrub_merges(keys: list[int]) -> int:
    """Forget what would be needed to undo a merge: both names stand in it."""
    merges = Merge.objects.filter(Q(kept__in=keys) | Q(gone__in=keys))
    return merges.update(kept_before={}, gone_before={}, taken={}, reason="")


def scrub_rows(model: type[Any], keys: list[int], blanks: dict[str, Any]) -> int:
    """Blank fields of a person's rows, and of every earlier state of them."""
    rows = model.objects.filter(person__in=keys)
    ids = list(rows.values_list("pk", flat=True))
    changed = int(rows.update(**blanks))
    event_model(model).objects.filter(Q(pgh_obj_id__in=ids) | Q(person_id__in=keys)).update(**blanks)
    return changed


def delete_with_history(model: type[Any], keys: list[int]) -> int:
    deleted = int(model.objects.filter(person__in=keys).delete()[0])
    event_model(model).objects.filter(person_id__in=keys).delete()
    return deleted


def event_model(model: type[Any]) -> Any:
    """Return the table of a record's history."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")  # noqa: SLF001 -- documented API
