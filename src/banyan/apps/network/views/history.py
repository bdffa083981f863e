from collections.abc import Iterable, Mapping
from itertools import chain

from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.queries.audit import read_head, read_noted_heads, verify_chain
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.forms.looks import LooksForm
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
from banyan.apps.network.presenters.looks import write_looks
from banyan.apps.network.queries.history import (
    find_looks,
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
LONGEST_KEY = 18  # digits of the largest number that the database counts to
# beyond so many lines the command line verifies, not a page that somebody waits for
VERIFIED_ON_PAGE = 500_000


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
    """Write down that an auditor read the history; where she followed a person, it is a look at her record too."""
    people = (only or {}).get(SUBJECT_KINDS["person"], set())
    key = min(people) if len(people) == 1 else 0
    log_access(by=request.viewer, action="history", subject="person", subject_id=key, people=people)


def read_cursor(text: str, tables: list[str]) -> dict[str, int]:
    """Read "120..7": the last event shown of the first and the third table. Nonsense starts at the top."""
    parts = text.split(".")
    if len(parts) != len(tables):
        return {}
    found = {table: read_key(part) for table, part in zip(tables, parts, strict=True)}
    return {table: key for table, key in found.items() if key is not None}


def read_key(text: str) -> int | None:
    """Return the number of a line; of what cannot be one, none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_KEY else None


def write_cursor(cursor: Mapping[str, int], tables: list[str]) -> str:
    return ".".join(str(cursor.get(table, "")) for table in tables) if cursor else ""


@require_safe
@requires(Capability.VIEW_HISTORY)
def show_access(request: ViewedRequest) -> HttpResponse:
    """Show who looked at whom: all, or the lines of one person, one member of staff, some days."""
    form = LooksForm(request.GET, members=order_members())
    before = request.GET.get("before", "")
    found = find_looks(**form.wanted())
    lines = [] if found is None else read_access(found, rows=ROWS, before=read_key(before))
    shown = lines[:ROWS]
    log_looks(request, form, "list", (line.subject_id for line in shown if line.subject == "person"))
    facilities = name_facilities(line.facility_id for line in shown)
    numbers = {
        (subject, key): text
        for subject, kind in SUBJECT_KINDS.items()
        for key, text in read_numbers(
            kind, {line.subject_id for line in shown if line.subject == subject}
        ).items()
    }
    context = {
        "form": form,
        "lines": [describe_access(line, facilities, numbers) for line in shown],
        "older": shown[-1].pk if len(lines) > ROWS else "",
    }
    return render(request, "network/access_lines.html", context)


@require_safe
@requires(Capability.VIEW_HISTORY)
def export_access(request: ViewedRequest) -> HttpResponseBase:
    """Give the lines that the page shows as a file for an inspector."""
    form = LooksForm(request.GET, members=order_members())
    found = find_looks(**form.wanted())
    if found is None:
        raise Http404
    log_looks(request, form, "export")
    pieces = write_looks(found.order_by("id").iterator(), "csv")
    response = StreamingHttpResponse(chain(["\ufeff"], pieces), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="access.csv"'
    return response


@require_safe
@requires(Capability.VIEW_HISTORY)
def state_log(request: ViewedRequest) -> JsonResponse:
    """Say whether the log is whole, with the number and seal that it ends with: the inspector keeps it beside the lines."""
    head, notes = read_head(), read_noted_heads()
    counted = head.last_id <= VERIFIED_ON_PAGE
    faults = verify_chain(notes.heads) if counted else []
    statement = {
        "at": timezone.now().isoformat(),
        "last_line": head.last_id,
        "seal": head.seal,
        "verified": counted,
        "whole": not (faults or notes.broken) if counted else None,
        "faults": [{"line": fault.line, "kind": str(fault.kind)} for fault in faults],
        "noted_heads": len(notes.heads),
        "broken_notes": notes.broken,
    }
    log_access(by=request.viewer, action="verify", subject="access", detail=str(head.last_id))
    response = JsonResponse(statement)
    response["Content-Disposition"] = 'attachment; filename="access-statement.json"'
    return response


def order_members() -> list[tuple[str, str]]:
    return [
        (str(staff.pk), staff.full_name) for staff, _ in with_postings(order_by_name(Staff.objects.all()))
    ]


def log_looks(request: ViewedRequest, form: LooksForm, action: str, shown: Iterable[int] = ()) -> None:
    """Write down that an inspector looked: whose record numbers stood on the page, or whom she followed."""
    number = form.wanted()["number"]
    followed = follow_number(number).get(SUBJECT_KINDS["person"], set()) if number else set()
    people = {key for key in shown if key} | followed
    log_access(by=request.viewer, action=action, subject="access", people=people)
