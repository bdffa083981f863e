"""What the sign-in library says has happened: counted, written down, and the consequences drawn."""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.signals import user_locked_out
from django.contrib.auth import signals
from django.dispatch import receiver
from django.http import HttpRequest

from banyan.apps.core.services.access import log_access
from banyan.apps.network.models import Staff
from banyan.apps.network.queries.staff import view_self
from banyan.apps.network.services.lockout import find_address
from banyan.apps.network.services.second_factor import name_methods, note_change, note_sign_in
from banyan.apps.network.services.security import report
from banyan.apps.network.services.session import begin_clock, end_sign_ins, renew_key


@receiver(signals.user_logged_in)
def begin_session(request: HttpRequest, user: Staff, **_: Any) -> None:
    """Start the clocks of any session, whoever made it."""
    begin_clock(
        session=request.session,
        staff_id=user.pk,
        address=find_address(request),
        device=request.META.get("HTTP_USER_AGENT", ""),
    )
    note_sign_in(request, user)


@receiver(user_logged_in)
def write_sign_in(request: HttpRequest, user: Staff, **_: Any) -> None:
    methods = name_methods(request, user)
    report("sign-in", staff_id=user.pk, kind=methods)
    log_access(by=view_self(user), action="sign-in", subject="staff", subject_id=user.pk, detail=methods)


@receiver(authentication_step_completed)
def renew_session(request: HttpRequest, *, reauthenticated: bool = False, **_: Any) -> None:
    if reauthenticated:
        renew_key(session=request.session)


@receiver(signals.user_logged_out)
def write_sign_out(request: HttpRequest, user: Staff | None, **_: Any) -> None:
    if user is None:
        return
    why = getattr(request, "session_over", "")
    # the answer tells the browser to keep nothing
    request.has_left = True  # type: ignore[attr-defined]
    report("sign-out", staff_id=user.pk)
    log_access(by=view_self(user), action="sign-out", subject="staff", subject_id=user.pk, detail=why)


@receiver(signals.user_login_failed)
def write_failure(credentials: dict[str, Any], **_: Any) -> None:
    report("sign-in-failed", staff_id=find_staff_id(credentials.get("email")))


@receiver(user_locked_out)
def write_lock_out(request: HttpRequest, **_: Any) -> None:
    credentials = getattr(request, "axes_credentials", None) or {}
    report("locked-out", staff_id=find_staff_id(credentials.get("email")))


def find_staff_id(email: str | None) -> int | None:
    return Staff.objects.filter(email=str(email or "").lower()).values_list("pk", flat=True).first()


@receiver(authentication_failed)
def count_wrong_code(request: HttpRequest, user: Staff, **_: Any) -> None:
    """Let a wrong code count with the wrong passwords, or six digits could be tried one by one."""
    signals.user_login_failed.send(sender=__name__, credentials={"email": user.email}, request=request)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def change_factor(
    signal: Any, request: HttpRequest, user: Staff, authenticator: Authenticator, **_: Any
) -> None:
    deed = {authenticator_added: "added", authenticator_removed: "removed"}.get(signal, "renewed")
    note_change(request, user.pk)
    end_sign_ins(staff_id=user.pk, keep=request.session.session_key)
    report("factor-changed", staff_id=user.pk)
    log_access(
        by=view_self(user),
        action="change-factor",
        subject="staff",
        subject_id=user.pk,
        detail=f"{deed} {authenticator.type}",
    )


@receiver(password_changed)
def change_password(request: HttpRequest, user: Staff, **_: Any) -> None:
    end_sign_ins(staff_id=user.pk, keep=request.session.session_key)
    report("password-changed", staff_id=user.pk)
    log_access(by=view_self(user), action="change-password", subject="staff", subject_id=user.pk)
