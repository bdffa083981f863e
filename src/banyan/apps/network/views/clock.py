from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from banyan.apps.network.services.security import report
from banyan.apps.network.services.session import is_hammering, is_over, mark_seen

SAYS = {
    "idle": _("Đã đăng xuất vì lâu không dùng. Đăng nhập lại để làm tiếp."),
    "whole": _("Đã hết thời hạn của một lần đăng nhập. Đăng nhập lại để làm tiếp."),
    "haste": _(
        "Đã đăng xuất vì mở quá nhiều trang trong một phút. Nếu không phải bạn, hãy báo quản trị viên."
    ),
}


class SessionClockMiddleware:
    """End a sign-in left alone too long, lasting too long, or used by a program; the clocks are on the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if why := self.find_end(request):
            request.session_over = why
            logout(request)
            messages.info(request, SAYS[why])
        return self.get_response(request)

    def find_end(self, request: Any) -> str:
        """Say why this sign-in ends here; nothing while it goes on."""
        if not request.user.is_authenticated or hasattr(request, "service_key"):
            return ""
        return is_over(request.session) or self.find_haste(request)

    def find_haste(self, request: Any) -> str:
        """Once a minute, look whether this is a person who reads; if not, that is an alarm (ASVS 2.4.1)."""
        address = get_adapter().get_client_ip(request)
        if not mark_seen(session=request.session, address=address) or not is_hammering(request.user.pk):
            return ""
        report("too-many-looks", staff_id=request.user.pk)
        return "haste"
