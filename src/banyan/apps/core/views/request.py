"""Around every request: a number to find it again, one line in the log, its share in the metrics."""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse

from banyan.apps.core.rules.log import current_request
from banyan.apps.core.services.measuring import count_request
from banyan.apps.core.views import health

log = logging.getLogger("banyan.request")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# answered before anything else is asked: a session, a host name, a redirection to HTTPS
PROBES = {
    "/health/live": health.show_live,
    "/health/ready": health.show_ready,
    "/metrics": health.show_metrics,
}
# no middleware adds these to a probe's answer
PROBE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",  # browsers heed it over HTTPS only
    "X-Content-Type-Options": "nosniff",
}


class Stopwatch:
    """Counts and times the queries of one request."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.queries = 0
        self.database_seconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.database_seconds += time.perf_counter() - started


class RequestMiddleware:
    """The outermost one: what happens further in has its number, its line and its time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if probe := PROBES.get(request.path_info):
            return answer_probe(probe, request)
        number = uuid4().hex
        mark = current_request.set(number)
        watch = Stopwatch()
        try:
            with connection.execute_wrapper(watch):
                response = self.get_response(request)
            note(request, response, watch)
        finally:
            current_request.reset(mark)
        response.headers["X-Request-ID"] = number
        return response


def answer_probe(probe: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    try:
        response = probe(request)
    except Http404:
        response = HttpResponse(status=404)
    for name, value in PROBE_HEADERS.items():
        response.headers[name] = value
    return response


def note(request: HttpRequest, response: HttpResponse, watch: Stopwatch) -> None:
    """Write the request's line and count it: by route, never by address."""
    seconds = time.perf_counter() - watch.started
    match = request.resolver_match
    route = (match.view_name if match else "") or "none"
    method = request.method if request.method in METHODS else "OTHER"
    count_request(
        route=route,
        method=str(method),
        status=response.status_code,
        seconds=seconds,
        database_seconds=watch.database_seconds,
        queries=watch.queries,
    )
    viewer = getattr(request, "viewer", None)
    log.info(
        "request",
        extra={
            "method": str(method).lower(),
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000),
            "queries": watch.queries,
            "database_ms": round(watch.database_seconds * 1000),
            "staff": getattr(viewer, "staff_id", None),
            "facility": getattr(viewer, "facility_id", None),
            "client": mark_client(find_address(request)),
        },
    )


def find_address(request: HttpRequest) -> str:
    """Return where a visitor comes from: as many proxies are believed as the site says, else the connection."""
    try:
        return str(get_adapter().get_client_ip(request))
    except ImproperlyConfigured:  # it came past the proxies
        return str(request.META.get("REMOTE_ADDR", ""))


def mark_client(address: str) -> str:
    """Return a mark that tells clients apart within one site, and from which no address can be read."""
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()[:16]
