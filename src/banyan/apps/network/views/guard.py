from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from banyan.apps.network.services.second_factor import PASSED, is_guarded

# where somebody without her second factor may still go: to set one up, out, and to what shows nothing of anyone
OPEN = frozenset(
    {
        *("account_logout", "account_reauthenticate", "choose-language", "choose-theme", "help"),
        *("mfa_index", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn"),
    }
)


class SecondFactorMiddleware:
    """Let nobody further, whatever the role, until a second factor was set up and asked for (ASVS 6.3.3)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.second_factor_waived = request.user.is_authenticated and not is_guarded(request.user)
        return self.get_response(request)

    def process_view(self, request: Any, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or hasattr(request, "service_key"):
            return None
        if request.second_factor_waived or request.session.get(PASSED):
            return None
        if request.resolver_match.url_name in OPEN:
            return None
        messages.warning(request, _("Mọi tài khoản cần yếu tố thứ hai. Lập ngay ở đây để vào tiếp."))
        return HttpResponseClientRedirect("/accounts/2fa/") if request.htmx else redirect("mfa_index")


def confirm_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask once more who it is, unless she said so in the last quarter of an hour; what she sent is kept meanwhile."""

    @wraps(view)
    @reauthentication_required(enabled=lambda request: is_guarded(request.user))
    def confirmed(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return confirmed
