"""Breaking the glass: a record is opened for some hours on the word of who opens it, and others are told."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from banyan.apps.core.choices import AlertKind, Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access
from banyan.apps.core.services.alert import raise_alert
from banyan.apps.people.models import Attendance, GlassAttempt, GlassGrant, Person
from banyan.apps.people.queries.glass import attempts_in_last_hour
from banyan.apps.people.queries.person import people_in_scope
from banyan.apps.people.queries.search import exact_owners
from banyan.apps.people.rules.terms import read_term

ATTEMPT_LOCK = 7_040_202


class TooManyAttempts(Exception):
    """So many numbers were tried within the hour that no further one is looked up."""


class OwnGrant(Exception):
    """Nobody judges what she did herself, and nothing is judged twice."""


def open_record(*, number: str, reason: str, words: str, by: Viewer) -> GlassGrant | None:
    """Open the record with exactly this number for some hours; None when there is none. Every try leaves a line.

    Raises TooManyAttempts when this hour's tries are spent.
    """
    with transaction.atomic():
        left = take_attempt(by)
        person = find_owner(number, by) if left else None
        if left:
            GlassAttempt.objects.create(staff_id=by.staff_id, found=person is not None)
        grant = make_grant(person, reason=reason, words=words, by=by) if person else None
        # last, since writers of the log wait for one another until the transaction ends
        log_attempt(grant, spent=not left, by=by)
    if not left:
        raise TooManyAttempts
    return grant


def take_attempt(by: Viewer) -> bool:
    """Say whether one more try is left this hour; tries of one member of staff pass one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ATTEMPT_LOCK, by.staff_id])
    return attempts_in_last_hour(by.staff_id) < read_term("attempts")


def find_owner(number: str, by: Viewer) -> Person | None:
    """Return whom alone this number belongs to; who may not break glass finds only people of her scope."""
    people = Person.objects.filter(merged_into__isnull=True)
    if not by.can(Capability.BREAK_GLASS):
        people = people_in_scope(by)
    found = list(people.filter(pk__in=exact_owners(number))[:2])
    return found[0] if len(found) == 1 else None


def make_grant(person: Person, *, reason: str, words: str, by: Viewer) -> GlassGrant:
    now = timezone.now()
    grant = GlassGrant.objects.create(
        person=person,
        staff_id=by.staff_id,
        role=by.role,
        facility_id=by.facility_id,
        reason=reason,
        words=words,
        at=now,
        until=now + timedelta(hours=read_term("glass")),
        judge_by=timezone.localdate(now) + timedelta(days=read_term("judge")),
    )
    tell_others(grant, by)
    return grant


def tell_others(grant: GlassGrant, by: Viewer) -> None:
    """Tell the staff of each facility that cares for the person, and the data officers of the city."""
    facts = {
        "person": grant.person_id,
        "number": grant.person.number,
        "who": by.name,
        "where": by.facility_name,
        "reason": grant.reason,
        "words": grant.words,
        "until": grant.until.isoformat(),
    }
    homes = Attendance.objects.filter(person=grant.person).exclude(facility_id=by.facility_id)
    raise_alert(
        kind=AlertKind.GLASS,
        subject_id=grant.pk,
        capability=Capability.RECORD_CONSENT,
        facility_ids=homes.values_list("facility_id", flat=True),
        facts=facts,
    )
    raise_alert(
        kind=AlertKind.GLASS,
        subject_id=grant.pk,
        capability=Capability.REVIEW_ACCESS,
        facility_ids=[None],
        facts=facts,
    )


def log_attempt(grant: GlassGrant | None, *, spent: bool, by: Viewer) -> None:
    """Write a line of the try; of one that found nothing, never the number that was typed."""
    if grant is None:
        log_access(by=by, action="glass-limit" if spent else "glass-none", subject="person")
        return
    log_access(
        by=by,
        action="glass",
        subject="person",
        subject_id=grant.person_id,
        people=[grant.person_id],
        detail=grant.reason,  # the words may name somebody, and a line of the log is for ever
    )


@transaction.atomic
def end_grant(*, grant: GlassGrant, by: Viewer, at: datetime | None = None) -> GlassGrant:
    """Close a record again before its hours are over."""
    row = GlassGrant.objects.select_for_update().get(pk=grant.pk, staff_id=by.staff_id)
    now = at or timezone.now()
    if row.until > now:
        row.until = max(now, row.at + timedelta(microseconds=1))
        row.save(update_fields=["until"])
    return row


@transaction.atomic
def judge_grant(*, grant: GlassGrant, verdict: str, words: str, by: Viewer) -> GlassGrant:
    """Say whether a grant was justified. Raises OwnGrant for one's own and for what is judged already."""
    row = GlassGrant.objects.select_for_update().get(pk=grant.pk)
    if row.staff_id == by.staff_id or row.verdict:
        raise OwnGrant
    row.verdict, row.verdict_words = verdict, words
    row.judged_by_id, row.judged_at = by.staff_id, timezone.now()
    row.save(update_fields=["verdict", "verdict_words", "judged_by", "judged_at"])
    log_access(
        by=by, action="judge", subject="grant", subject_id=row.pk, people=[row.person_id], detail=verdict
    )
    return row
