"""What a person asks about her data: received, answered, done or refused, each step with its day and its words."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import IdentityCheck, RequestState
from banyan.apps.people.models import Person, RequestStep, RightsRequest
from banyan.apps.people.rules.terms import answer_day, finish_day, read_term
from banyan.apps.people.services.number import take_number

CLOSED = frozenset({RequestState.DONE, RequestState.REFUSED})


class OutOfOrder(Exception):
    """The step cannot be taken now: the request is closed, was extended before, or nobody made sure who asks."""


@transaction.atomic
def receive_request(
    *,
    person: Person,
    kind: str,
    words: str,
    channel: str,
    by: Viewer,
    identity: str = IdentityCheck.NOT_YET,
    asked_by: str = "",
    third_party: bool = False,
    received_at: datetime | None = None,
) -> RightsRequest:
    """Write a request down and start its clock on the day it was received."""
    received = received_at or timezone.now()
    day = timezone.localdate(received)
    pk, number = take_number(RightsRequest, "YC")
    request = RightsRequest(
        pk=pk,
        number=number,
        person=person,
        kind=kind,
        words=words,
        channel=channel,
        identity=identity,
        asked_by=asked_by,
        third_party=third_party,
        received_at=received,
        facility_id=by.facility_id,
        answer_by=answer_day(day),
        finish_by=finish_day(day, third_party=third_party),
        updated_by_id=by.staff_id,
    )
    request.save(force_insert=True)
    add_step(request, by=by)
    return request


@transaction.atomic
def check_identity(*, request: RightsRequest, identity: str, by: Viewer) -> RightsRequest:
    """Write down how it was made sure that the one who asks may ask."""
    row = lock_open(request)
    row.identity = identity
    return save_request(row, by)


@transaction.atomic
def answer_request(*, request: RightsRequest, words: str, by: Viewer) -> RightsRequest:
    """Give the first answer: it was heard, and what will be done."""
    row = lock_open(request)
    row.answered_at = row.answered_at or timezone.now()
    row.state = RequestState.ANSWERED
    add_step(row, by=by, words=words)
    return save_request(row, by)


@transaction.atomic
def extend_request(*, request: RightsRequest, reason: str, by: Viewer) -> RightsRequest:
    """Take the one extension that the law leaves, with its reason."""
    row = lock_open(request)
    if row.extended_at or not reason:
        raise OutOfOrder
    row.extended_at, row.extension_reason = timezone.now(), reason
    row.finish_by += timedelta(days=read_term("extension"))
    add_step(row, by=by, words=reason)
    return save_request(row, by)


@transaction.atomic
def close_request(*, request: RightsRequest, state: str, words: str, by: Viewer) -> RightsRequest:
    """End a request as done, or as refused with the reason that the person is told."""
    row = lock_open(request)
    unsure = state == RequestState.DONE and row.identity == IdentityCheck.NOT_YET
    if state not in CLOSED or unsure or not words:
        raise OutOfOrder
    now = timezone.now()
    row.state, row.closed_at = state, now
    row.answered_at = row.answered_at or now
    add_step(row, by=by, words=words)
    return save_request(row, by)


def lock_open(request: RightsRequest) -> RightsRequest:
    row = RightsRequest.objects.select_for_update().get(pk=request.pk)
    if row.closed_at:
        raise OutOfOrder
    return row


def save_request(row: RightsRequest, by: Viewer) -> RightsRequest:
    row.version += 1
    row.updated_by_id = by.staff_id
    row.save()
    return row


def add_step(request: RightsRequest, *, by: Viewer, words: str = "") -> RequestStep:
    return RequestStep.objects.create(request=request, state=request.state, words=words, staff_id=by.staff_id)
