from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access


class ViewedRequest(HttpRequest):
    """A request whose viewer is known (network's middleware sets it)."""

    viewer: Viewer
    places: list[Any]  # network's: the roles that she may act in
    htmx: HtmxDetails


type_view = Callable[..., HttpResponseBase]


def requires(capability: str) -> Callable[[Callable[Concatenate[Any, ...], HttpResponseBase]], type_view]:
    """Let in who has the capability; others learn nothing, not even that the page exists."""

    def decorate(view: Callable[Concatenate[Any, ...], HttpResponseBase]) -> type_view:
        return guard(view, capability)

    return decorate


def signed_in(view: Callable[Concatenate[Any, ...], HttpResponseBase]) -> type_view:
    """Let in every member of staff with a role."""
    return guard(view, "")


def guard(view: Callable[Concatenate[Any, ...], HttpResponseBase], capability: str) -> type_view:
    """Ask who comes before the page opens; each refusal and each record that is not hers leaves a line."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        viewer = getattr(request, "viewer", None)
        if viewer is None:
            raise Http404
        try:
            ask_for(viewer, capability)
            return view(request, *args, **kwargs)
        except Http404:
            log_refusal(request, viewer)
            raise

    guarded.capability = capability  # type: ignore[attr-defined]
    return guarded


def ask_for(viewer: Viewer, capability: str) -> None:
    if capability and not viewer.can(capability):
        raise Http404


def log_refusal(request: Any, viewer: Viewer) -> None:
    """Write down which page was refused, with the numbers in its address and nothing of its query."""
    route = request.resolver_match
    log_access(
        by=viewer,
        action="refused",
        subject="page",
        detail=" ".join([route.url_name, *map(str, route.kwargs.values())]),
    )
