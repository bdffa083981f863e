from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from banyan.apps.core.presenters.navigation import pages_for
from banyan.apps.core.views.access import ViewedRequest, signed_in


@require_safe
@signed_in
def show_home(request: ViewedRequest) -> HttpResponse:
    """Go to the first page of the person's own work."""
    pages = pages_for(request.viewer)
    return redirect(pages[0].url) if pages else render(request, "core/empty_home.html")
