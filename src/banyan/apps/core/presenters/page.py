from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import urlencode

from banyan.apps.core.presenters.navigation import group_pages, pages_for


def describe_page(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame of a page needs."""
    viewer = getattr(request, "viewer", None)
    return {
        "demo": settings.DEMO,
        "viewer": viewer,
        "navigation": group_pages(pages_for(viewer), request.path) if viewer else [],
        "way_back": urlencode({"next": request.get_full_path()}),
    }
