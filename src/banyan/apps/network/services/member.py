"""Accounts and roles, as an administrator changes them; history keeps who did it, through the request."""

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access
from banyan.apps.network.choices import LinkPurpose
from banyan.apps.network.models import Facility, OneTimeLink, Posting, Staff
from banyan.apps.network.queries.member import holds_account_alone, manageable_postings
from banyan.apps.network.services.link import issue_link
from banyan.apps.network.services.lockout import forget_failures
from banyan.apps.network.services.scope import OutOfScope
from banyan.apps.network.services.second_factor import forget_second_factor
from banyan.apps.network.services.session import end_sign_ins
from banyan.apps.network.services.staff import add_staff, post_staff


def make_period(first: date, last: date | None) -> DateRange:
    """Return the days from `first` to `last`, both worked; no last day means until further notice."""
    return DateRange(first, last + timedelta(days=1) if last else None)


@transaction.atomic
def invite_member(
    *,
    email: str,
    full_name: str,
    facility: Facility,
    role: str,
    first_day: date,
    last_day: date | None,
    by: Viewer,
) -> tuple[Staff, str]:
    """Make an account with its first role and no password; return it with the secret of its link."""
    staff = add_staff(email=email, full_name=full_name, password=None)
    give_role(staff=staff, facility=facility, role=role, first_day=first_day, last_day=last_day, by=by)
    return staff, issue_link(staff=staff, purpose=LinkPurpose.INVITE, by=by)


@transaction.atomic
def give_role(
    *, staff: Staff, facility: Facility, role: str, first_day: date, last_day: date | None, by: Viewer
) -> Posting:
    if not by.whole_city and facility.pk != by.facility_id:
        raise OutOfScope
    period = make_period(first_day, last_day)
    posting = post_staff(staff=staff, facility=facility, role=role, start=period.lower, end=period.upper)
    log_access(
        by=by,
        action="give-role",
        subject="staff",
        subject_id=staff.pk,
        detail=f"{role} facility={facility.pk} {first_day}..{last_day or ''}",
    )
    return posting


@transaction.atomic
def end_posting(*, posting: Posting, last_day: date, by: Viewer) -> Posting:
    """Let a role end after `last_day`; the row stays, history shows who held what and when."""
    if not manageable_postings(by).filter(pk=posting.pk).exists():
        raise OutOfScope
    posting.period = make_period(posting.period.lower, max(last_day, posting.period.lower))
    posting.save(update_fields=["period"])
    log_access(
        by=by,
        action="end-role",
        subject="staff",
        subject_id=posting.staff_id,
        detail=f"{posting.role} facility={posting.facility_id} ..{last_day}",
    )
    return posting


@transaction.atomic
def reset_member(*, staff: Staff, by: Viewer) -> str:
    """Take the password away and return the secret of a link that sets a new one."""
    refuse_other(staff, by)
    forget_failures(staff.email)
    return issue_link(staff=staff, purpose=LinkPurpose.RESET, by=by)


@transaction.atomic
def reset_second_factor(*, staff: Staff, proof: str, by: Viewer) -> str:
    """Forget a lost phone or key. The password goes too: with it alone a thief could set up a factor of his own.

    `proof` says how the administrator made sure who asks, as at the first invitation.
    """
    refuse_other(staff, by)
    forget_second_factor(staff_id=staff.pk)
    log_access(by=by, action="reset-factor", subject="staff", subject_id=staff.pk, detail=proof)
    return reset_member(staff=staff, by=by)


@transaction.atomic
def end_member_sign_ins(*, staff: Staff, by: Viewer) -> int:
    refuse_other(staff, by)
    ended = end_sign_ins(staff_id=staff.pk)
    log_access(by=by, action="end-sign-ins", subject="staff", subject_id=staff.pk, detail=str(ended))
    return ended


@transaction.atomic
def set_active(*, staff: Staff, is_active: bool, by: Viewer) -> None:
    """Lock or open an account; nobody locks the one she stands on. A locked one is out everywhere at once."""
    refuse_other(staff, by)
    staff.is_active = is_active
    staff.save(update_fields=["is_active"])
    if is_active:
        forget_failures(staff.email)
    else:
        end_sign_ins(staff_id=staff.pk)
        OneTimeLink.objects.filter(staff=staff, used_at=None, revoked_at=None).update(
            revoked_at=timezone.now()
        )
    action = "open" if is_active else "lock"
    log_access(by=by, action=f"{action}-account", subject="staff", subject_id=staff.pk)


def refuse_other(staff: Staff, by: Viewer) -> None:
    """Stop an administrator at an account that another facility relies on too, and at her own."""
    if staff.pk == by.staff_id or not holds_account_alone(by, staff):
        raise OutOfScope
