from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import choose_tabs, group_links, link_pages, pages_for
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.kept import asked_text

THEME_COOKIE = f"{settings.COOKIE_PREFIX}banyan_theme"
THEMES = (("light", _("Sáng")), ("dark", _("Tối")), ("auto", _("Theo máy")))


def describe_page(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame of a page needs."""
    viewer = getattr(request, "viewer", None)
    places = getattr(request, "places", [])
    return {
        "demo": settings.DEMO,
        "second_factor_waived": getattr(request, "second_factor_waived", False),
        "viewer": viewer,
        "places": places,
        "place": next((place for place in places if place.is_chosen), None),
        "find_address": find_search(viewer),
        "looked_for": find_text(request) if viewer else "",
        "theme": describe_theme(request),
        "way_back": urlencode({"next": find_this_page(request)}),
        **describe_navigation(request, viewer),
    }


def describe_navigation(request: HttpRequest, viewer: Viewer | None) -> dict[str, Any]:
    links = link_pages(pages_for(viewer), request.path, viewer) if viewer else []
    tabs, more = choose_tabs(links)
    return {"navigation": group_links(links), "tabs": tabs, "more_pages": more}


def describe_theme(request: HttpRequest) -> dict[str, Any]:
    """Return light, dark or the device's own: a small script settles the last; without it, light."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    chosen = chosen if chosen in dict(THEMES) else "auto"
    return {
        "chosen": chosen,
        "shown": "dark" if chosen == "dark" else "light",
        "follows_device": chosen == "auto",
        "choices": THEMES,
    }


def find_this_page(request: HttpRequest) -> str:
    """Return the address that shows this page again: of a refused form, the page that it was sent from."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return request.headers.get("referer", "/")


def find_text(request: HttpRequest) -> str:
    """Return what was looked for on this page, to stand in the search box again."""
    asks = "kept" in request.GET or "q" in request.GET
    return asked_text(request.session, request.GET.dict()) if asks else ""


def find_search(viewer: Viewer | None) -> str:
    """Return where the search box leads, or nothing for who may not look people up."""
    if viewer is None or not viewer.can(Capability.VIEW_PERSONS):
        return ""
    try:
        return reverse("search")
    except NoReverseMatch:
        return ""
