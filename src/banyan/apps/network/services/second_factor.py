"""The second factor of an account: whether this sign-in has passed one, and what becomes of the others."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from banyan.apps.network.models import Staff
from banyan.apps.network.rules.account import is_demo_account

PASSED = "second_factor"


def is_guarded(staff: Staff) -> bool:
    """Say whether the guards stop this account: all but those of a demonstration."""
    return settings.GUARD_ACCOUNTS and not is_demo_account(staff.email, demo=settings.DEMO)


def has_second_factor(staff_id: int) -> bool:
    kept = Authenticator.objects.filter(user_id=staff_id)
    return kept.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def name_methods(request: HttpRequest, staff: Staff) -> str:
    """Return by what somebody showed who she is: "password.totp"."""
    records = get_authentication_records(request, staff)
    return ".".join(dict.fromkeys(str(record.get("type", record["method"])) for record in records))


def note_sign_in(request: HttpRequest, staff: Staff) -> None:
    """Note in the session whether the sign-in passed a second factor."""
    methods = {record.get("method") for record in get_authentication_records(request, staff)}
    request.session[PASSED] = "mfa" in methods


def note_change(request: HttpRequest, staff_id: int) -> None:
    """Note what a change of the factors leaves: the one just set up counts, none left does not."""
    request.session[PASSED] = has_second_factor(staff_id)


@transaction.atomic
def forget_second_factor(*, staff_id: int) -> None:
    Authenticator.objects.filter(user_id=staff_id).delete()
