from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def say_locked(request: HttpRequest, _original: Any = None, _credentials: Any = None) -> HttpResponse:
    """Answer for an account closed by wrong attempts; the same words whether there is such an account or not."""
    wait = settings.AXES_COOLOFF_TIME
    answer = render(request, "429.html", {"minutes": int(wait.total_seconds() // 60)}, status=429)
    answer.headers["Retry-After"] = str(int(wait.total_seconds()))
    return answer
