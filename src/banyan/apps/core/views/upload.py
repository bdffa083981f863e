"""A request that is larger than this site takes: said in a sentence, before anything of it is kept."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PIECE = 1 << 20


class UploadLimitMiddleware:
    """Refuse bodies over `settings.UPLOAD_MOST` with 413, by the length that the request states.

    Without a stated length a server hands over nothing, so that there is no other way round. What is refused
    is read and forgotten up to as much again: a browser that is cut off in the middle shows no answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stated = request.META.get("CONTENT_LENGTH") or "0"
        length = int(stated) if stated.isdecimal() else 0
        if length <= settings.UPLOAD_MOST:
            return self.get_response(request)
        left = min(length, 2 * settings.UPLOAD_MOST)
        while left > 0 and (piece := request.read(min(PIECE, left))):
            left -= len(piece)
        return render(request, "413.html", {"most": settings.UPLOAD_MOST >> 20}, status=413)
