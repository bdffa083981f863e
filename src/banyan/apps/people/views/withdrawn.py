"""The records that an import brought and that were taken back with it: found here, to be shown or erased."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.services.kept import asked_text, keep_text
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.presenters.person import list_people
from banyan.apps.people.queries.residence import current_wards_of
from banyan.apps.people.queries.withdrawn import find_withdrawn

COUNTED, PER_PAGE = 500, 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE_RIGHTS)
def list_withdrawn(request: ViewedRequest) -> HttpResponse:
    """Show withdrawn records by name or number. What is looked for comes by POST and stays here."""
    if request.method == "POST":
        return keep_question(request)
    text = asked_text(request.session, request.GET.dict())
    keys = find_withdrawn(request.viewer, text)[:COUNTED]
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    log_access(
        by=request.viewer,
        action="search" if text else "list",
        subject="person",
        people=[person.pk for person in shown],
        detail="withdrawn",
    )
    context = {
        "page": page,
        "people": list_people(shown, current_wards_of(shown), request.viewer),
        "text": text,
        "counted": COUNTED,
    }
    return render(request, "people/withdrawn.html", context)


def keep_question(request: ViewedRequest) -> HttpResponse:
    """Keep the name or number, and lead to an address that holds none of it."""
    text = request.POST.get("q", "").strip()
    address = {"kept": keep_text(request.session, text)} if text else {}
    return redirect(f"{reverse('people-withdrawn')}?{urlencode(address)}" if address else "people-withdrawn")
