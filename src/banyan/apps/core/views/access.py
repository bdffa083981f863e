from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from banyan.apps.core.rules import Viewer


class ViewedRequest(HttpRequest):
    """A request whose viewer is known (network's middleware sets it)."""

    viewer: Viewer
    places: list[Any]  # network's: the roles that she may act in
    htmx: HtmxDetails


type_view = Callable[..., HttpResponse]


def requires(capability: str) -> Callable[[Callable[Concatenate[Any, ...], HttpResponse]], type_view]:
    """Let in who has the capability; others learn nothing, not even that the page exists."""

    def decorate(view: Callable[Concatenate[Any, ...], HttpResponse]) -> type_view:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            viewer = getattr(request, "viewer", None)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if viewer is None or not viewer.can(capability):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate


def signed_in(view: Callable[Concatenate[Any, ...], HttpResponse]) -> type_view:
    """Let in every member of staff with a role."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if getattr(request, "viewer", None) is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
