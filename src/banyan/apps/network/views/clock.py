from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from banyan.apps.network.services.session import is_over, mark_seen

SAYS = {
    "idle": _("Đã đăng xuất vì lâu không dùng. Đăng nhập lại để làm tiếp."),
    "whole": _("Đã hết thời hạn của một lần đăng nhập. Đăng nhập lại để làm tiếp."),
}


class SessionClockMiddleware:
    """End a sign-in that was left alone too long, or has lasted too long; the clocks are on the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.user.is_authenticated and not hasattr(request, "service_key"):
            if why := is_over(request.session):
                request.session_over = why
                logout(request)
                messages.info(request, SAYS[why])
            else:
                mark_seen(session=request.session, address=get_adapter().get_client_ip(request))
        return self.get_response(request)
