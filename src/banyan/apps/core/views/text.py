from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

NUL = "\0"


class TextMiddleware:
    """Refuse what no keyboard makes and no text column holds: a NUL in an address, a question or a form.

    It stands after the one that checks where a form comes from, which has read the form already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        if NUL in request.path or any(holds_nul(part) for part in (request.GET, request.POST)):
            raise SuspiciousOperation("a NUL in a request")


def holds_nul(part: Any) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in part.lists())
