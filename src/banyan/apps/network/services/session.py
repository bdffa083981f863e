"""Sign-ins: begun, seen, ended. The session's own row is deleted, so nothing is left to sign in with."""

import time
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from banyan.apps.core.queries.audit import count_looks

BEGAN, SEEN = "began", "seen"
GRAIN = 60  # seconds: how seldom "seen" is written


@transaction.atomic
def end_sign_ins(*, staff_id: int, keep: str | None = None, only: int | None = None) -> int:
    """End all sign-ins of an account, all but the session `keep`, or one. Returns how many."""
    ended = UserSession.objects.filter(user_id=staff_id).exclude(session_key=keep or "")
    if only is not None:
        ended = ended.filter(pk=only)
    keys = list(ended.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def forget_over() -> None:
    """Delete what is over: a stolen table of sessions should be short, and say nothing of last month."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()


def begin_clock(*, session: SessionBase, staff_id: int, address: str, device: str) -> None:
    forget_over()
    session[BEGAN] = session[SEEN] = int(time.time())
    if not session.session_key:  # another account signed in here before: the session was emptied
        session.save()
    room = UserSession._meta.get_field("user_agent").max_length  # noqa: SLF001 -- documented API
    seen = {"user_id": staff_id, "ip": address, "user_agent": device[:room], "last_seen_at": timezone.now()}
    UserSession.objects.update_or_create(session_key=session.session_key, defaults=seen)


@transaction.atomic
def renew_key(*, session: SessionBase) -> None:
    """Give a sign-in a new key and end the old one: who was asked again who she is goes on under a secret of its own."""
    before = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=session.session_key)


def is_over(session: SessionBase) -> str:
    """Say which limit a session has passed, "idle" or "whole"; nothing while it goes on."""
    now = time.time()
    began, seen = session.get(BEGAN, 0), session.get(SEEN, 0)
    if passed(now - began, settings.SESSION_WHOLE_LIMIT):
        return "whole"
    return "idle" if passed(now - seen, settings.SESSION_IDLE_LIMIT) else ""


def passed(seconds: float, limit: timedelta) -> bool:
    return seconds > limit.total_seconds()


def mark_seen(*, session: SessionBase, address: str) -> bool:
    """Note that the session is in use, at most once a minute. Returns whether a minute was over."""
    if time.time() - session.get(SEEN, 0) < GRAIN:
        return False
    session[SEEN] = int(time.time())
    UserSession.objects.filter(session_key=session.session_key).update(
        last_seen_at=timezone.now(), ip=address
    )
    return True


def is_hammering(staff_id: int) -> bool:
    """Say whether an account has opened more in the last minute than anybody reads: a program is at work."""
    return count_looks(staff_id, timezone.now() - timedelta(seconds=GRAIN)) > settings.LOOKS_A_MINUTE
