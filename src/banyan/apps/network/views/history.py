from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.models import Staff
from banyan.apps.network.presenters.history import (
    SUBJECT_KINDS,
    Names,
    author_of,
    describe_access,
    describe_change,
    name_kind,
    pointed_keys,
)
from banyan.apps.network.queries.history import (
    follow_number,
    kind_of,
    name_facilities,
    name_staff,
    read_access,
    read_events,
    read_numbers,
    read_previous,
    tracked_tables,
)
from banyan.apps.network.queries.member import order_by_name, with_postings

ROWS = 50


@require_safe
@requires(Capability.VIEW_HISTORY)
def show_history(request: ViewedRequest) -> HttpResponse:
    tables = list(tracked_tables())
    kind, number = request.GET.get("kind", ""), request.GET.get("number", "").strip()
    only = follow_number(number) if number else None
    log_search(request, only)
    kinds = [kind] if kind in tables else tables
    events, cursor = read_events(
        kinds=kinds, rows=ROWS, before=read_cursor(request.GET.get("before", ""), tables), only=only
    )
    before = read_previous(events)
    names = Names(
        staff=name_staff(
            pointed_keys(events, "network.staff") | {key for e in events if (key := author_of(e))}
        ),
        facilities=name_facilities(pointed_keys(events, "network.facility")),
    )
    context = {
        "changes": [describe_change(e, before.get((kind_of(e), e.previous_id)), names) for e in events],
        "older": write_cursor(cursor, tables),
        "kinds": sorted(((name, name_kind(name)) for name in tables), key=lambda pair: pair[1]),
        "kind": kind,
        "number": number,
    }
    return render(request, "network/history.html", context)


def log_search(request: ViewedRequest, only: Mapping[str, set[int]] | None) -> None:
    """Write down that an auditor followed a person: it is a look at her record too."""
    for subject, kind in SUBJECT_KINDS.items():
        for key in (only or {}).get(kind, set()) if subject == "person" else ():
            log_access(by=request.viewer, action="history", subject=subject, subject_id=key)


def read_cursor(text: str, tables: list[str]) -> dict[str, int]:
    """Read "120..7": the last event shown of the first and the third table. Nonsense starts at the top."""
    parts = text.split(".")
    if len(parts) != len(tables):
        return {}
    return {table: int(part) for table, part in zip(tables, parts, strict=True) if part.isdecimal()}


def write_cursor(cursor: Mapping[str, int], tables: list[str]) -> str:
    return ".".join(str(cursor.get(table, "")) for table in tables) if cursor else ""


@require_safe
@requires(Capability.VIEW_HISTORY)
def show_access(request: ViewedRequest) -> HttpResponse:
    number, staff, before = (request.GET.get(name, "").strip() for name in ("number", "staff", "before"))
    lines = read_access(
        rows=ROWS,
        before=int(before) if before.isdecimal() else None,
        staff=int(staff) if staff.isdecimal() else None,
        subjects=find_subjects(number),
    )
    shown = lines[:ROWS]
    facilities = name_facilities(line.facility_id for line in shown)
    numbers = {
        (subject, key): text
        for subject, kind in SUBJECT_KINDS.items()
        for key, text in read_numbers(
            kind, {line.subject_id for line in shown if line.subject == subject}
        ).items()
    }
    context = {
        "lines": [describe_access(line, facilities, numbers) for line in shown],
        "older": shown[-1].pk if len(lines) > ROWS else "",
        "members": [staff for staff, _ in with_postings(order_by_name(Staff.objects.all()))],
        "staff": staff,
        "number": number,
    }
    return render(request, "network/access_lines.html", context)


def find_subjects(number: str) -> dict[str, set[int]] | None:
    """Return which records a person's or case's number leads to; of an unknown number none, of no number all."""
    if not number:
        return None
    found = follow_number(number)
    return {subject: found[kind] for subject, kind in SUBJECT_KINDS.items() if kind in found}
