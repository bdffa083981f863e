"""Addresses for machines that watch: no session, no person, nothing about anybody."""

import hmac
import os

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from banyan.apps.core.queries.health import check_parts, read_numbers
from banyan.apps.core.services.measuring import write_metrics

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
LOOPBACK = {"127.0.0.1", "::1"}
# what a proxy in front adds: then the neighbour on loopback is the proxy, and the asker may be anybody
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def show_live(_request: HttpRequest) -> HttpResponse:
    """Answer that this process answers; the database is not asked."""
    return JsonResponse({"live": True})


def show_ready(_request: HttpRequest) -> HttpResponse:
    """Answer whether work can be taken in, and if not, which part is missing: 200 or 503."""
    parts = check_parts()
    ready = all(parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def show_metrics(request: HttpRequest) -> HttpResponse:
    """Give the numbers to this machine, or to who bears BANYAN_METRICS_TOKEN; for others there is no such page."""
    if not may_read_metrics(request):
        raise Http404
    return HttpResponse(write_metrics(read_numbers()), content_type=PROMETHEUS)


def may_read_metrics(request: HttpRequest) -> bool:
    token = os.environ.get("BANYAN_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    is_direct = not any(name in request.META for name in FORWARDED)
    return is_direct and not settings.HTTPS and request.META.get("REMOTE_ADDR") in LOOPBACK
