"""Taking a person's identity away while her cancer stays in the statistics: two people, once, for good."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access
from banyan.apps.core.services.lift import lift_guards
from banyan.apps.people.choices import ErasureState
from banyan.apps.people.models import Erasure, LegalHold, Person, RightsRequest
from banyan.apps.people.rules.erasure import shifts_for
from banyan.apps.people.services.editing import lock_register
from banyan.apps.people.services.scrubbing import list_records, scrub_person


class NotAllowed(Exception):
    """The erasure cannot be decided so: by who asked for it, twice, or against a duty to keep. `duties` names those."""

    def __init__(self, duties: Iterable[str | Promise] = ()) -> None:
        self.duties = list(duties)
        super().__init__("; ".join(map(str, self.duties)))


@dataclass(frozen=True, kw_only=True)
class Eraser:
    """What a room above knows of a person: the dates that must keep their spans, why it must keep her, how it forgets.

    `forget` gets the keys of her records and the days by which dates move; it returns what it took away, by kind.
    """

    dates: Callable[[list[int]], Iterable[date]]
    duties: Callable[[list[int]], Iterable[str | Promise]]
    forget: Callable[[list[int], int], dict[str, int]]


ERASERS: list[Eraser] = []


def add_eraser(eraser: Eraser) -> None:
    """Called from an app's `ready`."""
    if eraser not in ERASERS:
        ERASERS.append(eraser)


def duties_to_keep(person_id: int) -> list[str | Promise]:
    """Return why this person's record must stay whole for now; empty when nothing stands against an erasure."""
    keys = list_records(person_id)
    holds = LegalHold.objects.filter(person_id__in=keys, until__isnull=True).values_list("reason", flat=True)
    waiting = RightsRequest.objects.filter(
        person_id__in=keys, closed_at__isnull=True, kind__in=["access", "correction"]
    )
    found: list[str | Promise] = [*holds]
    if waiting.exists():
        found.append(_("còn yêu cầu xem hoặc sửa chưa giải quyết"))
    return found + [duty for eraser in ERASERS for duty in eraser.duties(keys)]


@transaction.atomic
def place_hold(*, person: Person, reason: str, by: Viewer) -> LegalHold:
    """Write down a duty to keep the record whole; no erasure passes while it stands."""
    return LegalHold.objects.create(person=person, reason=reason, since=timezone.now(), set_by_id=by.staff_id)


@transaction.atomic
def end_hold(*, hold: LegalHold, by: Viewer) -> LegalHold:
    row = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if row.until is None:
        row.until = timezone.now()
        row.save(update_fields=["until"])
        log_access(
            by=by, action="end-hold", subject="person", subject_id=row.person_id, people=[row.person_id]
        )
    return row


@transaction.atomic
def ask_erasure(*, person: Person, reason: str, by: Viewer, request: RightsRequest | None = None) -> Erasure:
    """Ask that a person's identity be taken away. Raises NotAllowed while a duty to keep it stands."""
    Person.objects.select_for_update().get(pk=person.pk)
    open_one = Erasure.objects.filter(person=person, state=ErasureState.ASKED).first()
    if duties := duties_to_keep(person.pk):
        raise NotAllowed(duties)
    return open_one or Erasure.objects.create(
        person=person, reason=reason, request=request, asked_by_id=by.staff_id, asked_at=timezone.now()
    )


@transaction.atomic
def refuse_erasure(*, erasure: Erasure, words: str, by: Viewer) -> Erasure:
    return decide(lock_asked(erasure, by), ErasureState.REFUSED, words, by)


@transaction.atomic
def approve_erasure(*, erasure: Erasure, words: str, by: Viewer) -> Erasure:
    """Take the identity away, for good: here, in the rooms above, and in all that the history has kept.

    Raises NotAllowed for who asked for it and while a duty to keep the record stands.
    """
    lock_register()
    row = lock_asked(erasure, by)
    if duties := duties_to_keep(row.person_id):
        raise NotAllowed(duties)
    lift_guards(by=by, subject="erasure", subject_id=row.pk, reason=f"erasure {row.pk}")
    keys = list_records(row.person_id)
    days = choose_shift(row.person, keys)
    removed: dict[str, int] = {}
    for eraser in ERASERS:
        removed |= eraser.forget(keys, days)
    row.removed = removed | scrub_person(row.person_id, keys, days, by=by)
    row = decide(row, ErasureState.DONE, words, by)
    log_access(by=by, action="erase", subject="person", subject_id=row.person_id, people=keys)
    return row


def lock_asked(erasure: Erasure, by: Viewer) -> Erasure:
    row = Erasure.objects.select_for_update(of=("self",)).select_related("person").get(pk=erasure.pk)
    if row.state != ErasureState.ASKED or row.asked_by_id == by.staff_id:
        raise NotAllowed
    return row


def decide(row: Erasure, state: str, words: str, by: Viewer) -> Erasure:
    row.state, row.decided_words = state, words
    row.decided_by_id, row.decided_at = by.staff_id, timezone.now()
    row.save(update_fields=["state", "decided_words", "decided_by", "decided_at", "removed"])
    return row


def choose_shift(person: Person, keys: list[int]) -> int:
    """Return by how many days her dates move: any of those that keep every year, and nobody writes down which."""
    own = [day for day in (person.birth_date, person.death_date, person.last_contact_date) if day]
    dates = [*own, *(day for eraser in ERASERS for day in eraser.dates(keys))]
    possible = shifts_for(dates, timezone.localdate())
    return secrets.choice(possible) if possible else 0
