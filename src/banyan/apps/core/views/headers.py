from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# a page needs none of these; a script that got in should not have them either
NEEDLESS = ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
POLICY = ", ".join(f"{name}=()" for name in NEEDLESS)


class HeadersMiddleware:
    """What every answer says to the browser: keep no copy of a signed-in page, lend no device, no window, no picture.

    Static files pass by earlier. A view that gives what is nobody's (a list of codes) states its own
    Cache-Control, which stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        if getattr(request, "has_left", False):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
