"""The last resort: whatever went wrong, a page that says what to do, and nothing of the inside."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_FULL = "53100"
# two writers in each other's way: the same again will do
BUSY = {"40001", "40P01", "55P03", "57014"}
SOON = "30"  # seconds until it is worth asking again


def show_fault(_request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours with 500, for the database away or the disk full with 503.

    The page is made without the request: what every page is told of its reader would ask the database again.
    """
    why = explain(sys.exc_info()[1])
    if not why:
        return HttpResponseServerError(render_to_string("500.html"))
    return HttpResponse(render_to_string("503.html", {"why": why}), status=503, headers={"Retry-After": SOON})


def explain(error: BaseException | None) -> str:
    """Return what the page should say: full, busy, away; empty for anything else."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        state = getattr(error, "sqlstate", None)
        if state == DISK_FULL or (isinstance(error, OSError) and error.errno in NO_ROOM):
            return "full"
        if state in BUSY:
            return "busy"
        if isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None:
            return "away"
        if type(error).__module__.startswith("psycopg") and (
            state is None or state[:2] in {"08", "53", "57"}
        ):
            return "away"
        error = error.__cause__ or error.__context__
    return ""
