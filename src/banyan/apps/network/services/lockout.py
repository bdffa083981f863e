"""Wrong passwords and codes: five from one place close an account to that place, twenty close it to all.

The second limit is wider on purpose. With one limit for both, anybody could keep a doctor out of her own
account with five wrong passwords a quarter of an hour.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WIDER = 4


class LockoutHandler(AxesDatabaseHandler):
    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the failures from this place, or a quarter of those from everywhere if that is more."""
        here, everywhere = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(here, everywhere // WIDER)


def name_account(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return a name under which attempts are counted: the same for one address however typed, and not readable."""
    given = credentials or {}
    email = given.get("email") or given.get("username") or request.POST.get("login", "")
    return salted_hmac("banyan.lockout", str(email).strip().lower(), algorithm="sha256").hexdigest()[:32]


def find_address(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request)


def is_locked_out(request: HttpRequest, email: str) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"email": email})


def forget_failures(email: str) -> None:
    """Open an account again that wrong passwords had closed."""
    AxesProxyHandler.reset_attempts(username=name_account(HttpRequest(), {"email": email}))
