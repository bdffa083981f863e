from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

PAGES = ("GET", "HEAD", "POST")


class MethodsMiddleware:
    """Pages are read and forms are sent; another method is refused before any page runs.

    A door for machines that needs more says so: `view.methods = ("GET", "PUT")`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        allowed = getattr(view, "methods", PAGES)
        return None if request.method in allowed else HttpResponseNotAllowed(allowed)
