from typing import Any, NoReturn

from django.http import Http404, HttpRequest


def say_closed(_request: HttpRequest, *_args: Any) -> NoReturn:
    """Answer for pages that the sign-in library brings and a closed network has no use for.

    An administrator makes accounts and sets passwords; nobody signs up or asks for a letter.
    """
    raise Http404
