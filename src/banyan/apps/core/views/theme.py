from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from banyan.apps.core.presenters.page import THEME_COOKIE, THEMES
from banyan.apps.core.views.language import YEAR, find_way_back


@require_safe
def choose_theme(request: HttpRequest, theme: str) -> HttpResponse:
    """Keep light, dark or "as the device", and go back to the same page."""
    if theme not in dict(THEMES):
        raise Http404
    response = HttpResponseRedirect(find_way_back(request))
    response.set_cookie(
        THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True
    )
    return response
