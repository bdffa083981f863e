from collections.abc import Callable
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from banyan.apps.network.models import ServiceKey
from banyan.apps.network.presenters.api import PROBLEM, say_problem
from banyan.apps.network.queries.key import find_key
from banyan.apps.network.queries.staff import current_postings
from banyan.apps.network.services.key import count_call
from banyan.apps.network.services.security import report

DOOR = "/api/"
OPEN = {"/api/v1/openapi.json"}  # it describes the addresses, and holds nothing of anyone


class ServiceKeyMiddleware:
    """Let machines in by their key, under /api/ and nowhere else; a person's session opens nothing there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not request.path.startswith(DOOR):
            return self.get_response(request)
        request.user = AnonymousUser()
        request.service_key = None
        refusal = None if request.path in OPEN else let_in(request)
        return refusal or speak_plainly(self.get_response(request))


def let_in(request: Any) -> HttpResponse | None:
    """Set the account of the key as the user of this request, or say why not."""
    if settings.HTTPS and not request.is_secure():
        report("key-in-the-clear")
        return say_problem(403)
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    key = find_key(text.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        return refuse(request)
    if not count_call(key):
        report("key-too-often", staff_id=key.staff_id, key=key.prefix)
        return slow_down(60)
    if not current_postings(key.staff_id, timezone.localdate()).exists():
        return say_problem(403)
    admit(request, key)
    return None


def admit(request: Any, key: ServiceKey) -> None:
    request.user = key.staff
    request.service_key = key
    # a key is sent by a program on purpose, never by a browser by itself: nothing to forge
    request._dont_enforce_csrf_checks = True  # noqa: SLF001 -- Django's own switch for this
    report("key-used", staff_id=key.staff_id, key=key.prefix)


def refuse(request: Any) -> HttpResponse:
    report("key-refused")
    if not ratelimit.consume(request, app="allauth.account", action="key_failed", limit_get=True):
        return slow_down(60)
    answer = say_problem(401)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="banyan"'
    return answer


def slow_down(seconds: int) -> HttpResponse:
    answer = say_problem(429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def speak_plainly(response: HttpResponse) -> HttpResponse:
    """Turn a page that says an error into one that a machine reads; the headers stay (Allow)."""
    if response.status_code < 400 or response.headers.get("Content-Type") == PROBLEM:
        return response
    plain = say_problem(response.status_code)
    if "Allow" in response.headers:
        plain.headers["Allow"] = response.headers["Allow"]
    return plain
