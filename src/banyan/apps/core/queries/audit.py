"""Is the access log what it was? Each line is sealed with the one before it; a change shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from banyan.apps.core.choices import FaultKind
from banyan.apps.core.models import AccessLine
from banyan.apps.core.rules.heads import notes_file, read_notes

# a line is told to fit when its own seal follows from its words and from the seal of the line before
READ_SUSPECTS = """
WITH sealed AS (
  SELECT id, seal, lag(id, 1, 0::bigint) OVER numbered AS before,
         core_seal_line(lag(seal, 1, ''::bytea) OVER numbered, core_accessline) = seal AS fits
  FROM core_accessline WINDOW numbered AS (ORDER BY id)
)
SELECT id, before, fits FROM sealed WHERE before <> id - 1 OR NOT fits ORDER BY id
"""
READ_END = "SELECT id, seal FROM core_accessline ORDER BY id DESC LIMIT 1"
READ_HEAD = "SELECT last_id, seal FROM core_accesshead WHERE id = 1"
READ_SEALS = "SELECT id, seal FROM core_accessline WHERE id = ANY(%s)"


@dataclass(frozen=True, order=True, kw_only=True)
class Head:
    """The number and seal of the newest line at some time: what a backup or an inspector keeps."""

    last_id: int = 0
    seal: str = ""


@dataclass(frozen=True, kw_only=True)
class Notes:
    """The heads that were noted outside the database, and the lines of that file whose signature does not fit."""

    heads: list[Head]
    broken: list[int]


@dataclass(frozen=True, order=True, kw_only=True)
class Fault:
    """One line that is not what it was."""

    line: int
    kind: str


def looks() -> QuerySet[AccessLine]:
    """Return the access log, the newest line first, each with the name of who looked (`staff_name`)."""
    return AccessLine.objects.annotate(staff_name=F("staff__full_name")).order_by("-id")


def touching(people: Iterable[int]) -> Q:
    """Return what narrows the log to lines on which any of these persons was shown, alone or in a list."""
    wanted = list(people)
    return Q(people__overlap=wanted) | Q(subject="person", subject_id__in=wanted)


def who_looked(person_id: int) -> QuerySet[AccessLine]:
    """Return every line on which this person was shown, the newest first: who, as what, where, when, how."""
    return looks().filter(touching([person_id]))


def looks_between(first: date | None, last: date | None) -> QuerySet[AccessLine]:
    """Return the lines of the days from `first` to `last`, both whole, as the clock of the place has them."""
    lines = looks()
    if first:
        lines = lines.filter(at__gte=start_of(first))
    if last:
        lines = lines.filter(at__lt=start_of(last + timedelta(days=1)))
    return lines


def count_looks(staff_id: int, since: datetime) -> int:
    """Return how many lines somebody has left since then."""
    return AccessLine.objects.filter(at__gte=since, staff_id=staff_id).count()


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def read_head() -> Head:
    """Return the head of the access log now."""
    with connection.cursor() as cursor:
        cursor.execute(READ_HEAD)
        row = cursor.fetchone()
    return Head(last_id=row[0], seal=bytes(row[1]).hex()) if row else Head()


def read_noted_heads() -> Notes:
    """Return the heads that `note_head` has written down; none where there is no file yet."""
    path = notes_file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = list(read_notes(lines))
    heads = [Head(last_id=int(str(head["last_id"])), seal=str(head["seal"])) for _, head in found if head]
    return Notes(heads=heads, broken=[number for number, head in found if head is None])


def verify_chain(known: Iterable[Head] = ()) -> list[Fault]:
    """Return each line that was changed, deleted or inserted; empty when the log is whole.

    `known` are heads written down elsewhere at earlier times (a backup's, an inspector's): against these a log
    that somebody rewrote from end to end, seals and all, shows too.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_HEAD)
        last = (cursor.fetchone() or (0, b""))[0]
        cursor.execute(READ_SUSPECTS)
        suspects = cursor.fetchall()
        cursor.execute(READ_END)
        end, _seal = cursor.fetchone() or (0, b"")
    faults = {fault for row in suspects for fault in name_faults(*row, last=last)}
    faults |= {Fault(line=line, kind=FaultKind.DELETED) for line in range(end + 1, last + 1)}
    return sorted(
        faults | set(compare_heads([read_head(), *known], excused={fault.line for fault in faults}))
    )


def name_faults(line: int, before: int, fits: bool, *, last: int) -> Iterator[Fault]:  # noqa: FBT001 -- a row of the query
    """Say what is wrong at a line that does not follow from the line before it."""
    if line < 1 or line > last:
        yield Fault(line=line, kind=FaultKind.INSERTED)
    elif before < line - 1 and before >= 0:
        yield from (Fault(line=missing, kind=FaultKind.DELETED) for missing in range(before + 1, line))
    elif not fits and before == line - 1:
        yield Fault(line=line, kind=FaultKind.CHANGED)


def compare_heads(known: Iterable[Head], *, excused: set[int]) -> Iterator[Fault]:
    """Compare the seals of today with those that were written down."""
    heads = {head.last_id: head.seal for head in known if head.last_id and head.last_id not in excused}
    with connection.cursor() as cursor:
        cursor.execute(READ_SEALS, [list(heads)])
        now = {line: bytes(seal).hex() for line, seal in cursor.fetchall()}
    for line, seal in heads.items():
        if line not in now:
            yield Fault(line=line, kind=FaultKind.DELETED)
        elif now[line] != seal:
            yield Fault(line=line, kind=FaultKind.CHANGED)
