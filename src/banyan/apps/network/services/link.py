"""One-time links: an administrator makes one, its reader sets a password with it, once."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access
from banyan.apps.network.choices import LinkPurpose, StaffKind
from banyan.apps.network.models import OneTimeLink, Staff
from banyan.apps.network.queries.link import manageable_links
from banyan.apps.network.queries.staff import view_self
from banyan.apps.network.rules.account import digest_secret, make_secret
from banyan.apps.network.services.scope import OutOfScope
from banyan.apps.network.services.second_factor import forget_second_factor
from banyan.apps.network.services.security import report
from banyan.apps.network.services.session import end_sign_ins
from banyan.apps.network.services.staff import add_first_administrator

ACTIONS = {LinkPurpose.INVITE: "invite", LinkPurpose.RESET: "reset-password"}


class LinkSpent(Exception):
    """The link was used, taken back or has run out, or there never was one."""


@transaction.atomic
def issue_link(*, staff: Staff, purpose: str, by: Viewer | None) -> str:
    """Make a link and return its secret, which is kept nowhere. Earlier links and the old password stop working.

    `by` is None where an operator of the server runs a command.
    """
    if staff.kind == StaffKind.MACHINE:
        raise OutOfScope
    now = timezone.now()
    OneTimeLink.objects.filter(staff=staff, used_at=None, revoked_at=None).update(revoked_at=now)
    secret = make_secret()
    OneTimeLink.objects.create(
        staff=staff,
        purpose=purpose,
        digest=digest_secret(secret),
        made_by_id=by.staff_id if by else None,
        expires_at=now + settings.LINK_LIFE,
    )
    staff.set_unusable_password()
    staff.save(update_fields=["password"])
    end_sign_ins(staff_id=staff.pk)
    if by is not None:
        log_access(by=by, action=ACTIONS[LinkPurpose(purpose)], subject="staff", subject_id=staff.pk)
    return secret


@transaction.atomic
def invite_first_administrator(*, email: str, today: date) -> str:
    """Return the secret of a link for the first administrator; nothing when somebody can sign in already."""
    if any(staff.has_usable_password() for staff in Staff.objects.only("password")):
        return ""
    staff = Staff.objects.filter(email=email).first() or add_first_administrator(email=email, today=today)
    return issue_link(staff=staff, purpose=LinkPurpose.INVITE, by=None)


@transaction.atomic
def reset_account(*, email: str) -> str:
    """Return the secret of a link for somebody who lost password and second factor, as the server's operator may."""
    staff = Staff.objects.get(email=email.lower())
    forget_second_factor(staff_id=staff.pk)
    report("reset-by-operator", staff_id=staff.pk)
    return issue_link(staff=staff, purpose=LinkPurpose.RESET, by=None)


@transaction.atomic
def revoke_link(*, link: OneTimeLink, by: Viewer) -> None:
    if not manageable_links(by).filter(pk=link.pk).update(revoked_at=timezone.now()):
        raise OutOfScope
    log_access(by=by, action="revoke-link", subject="staff", subject_id=link.staff_id)


@transaction.atomic
def use_link(*, digest: str, password: str) -> Staff:
    """Set the password of whoever the link was made for. Of two who use it at once, one comes through."""
    link = OneTimeLink.objects.select_for_update().filter(digest=digest).first()
    if link is None or link.used_at or link.revoked_at or link.expires_at <= timezone.now():
        raise LinkSpent
    staff = link.staff
    if not staff.is_active:
        raise LinkSpent
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    staff.set_password(password)
    staff.save(update_fields=["password"])
    end_sign_ins(staff_id=staff.pk)
    log_access(by=view_self(staff), action="set-password", subject="staff", subject_id=staff.pk)
    return staff
