from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import pages_for
from banyan.apps.core.services.access import log_access
from banyan.apps.core.services.kept import asked_text, keep_text
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.presenters.person import list_people
from banyan.apps.people.queries.list import PersonFilter, find_people, read_people
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.queries.residence import current_wards_of
from banyan.apps.registry.presenters.list import describe_cases
from banyan.apps.registry.queries.tumour import CaseFilter, find_cases, visible_tumours
from banyan.science.linkage.names import fold_name

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.VIEW_PERSONS)
def search(request: ViewedRequest) -> HttpResponse:
    """Find people and cases of the viewer's scope by name or by a number, and her own pages by their title.

    What is looked for comes by POST and is kept here: no name and no number of anybody stands in an address.
    """
    if request.method == "POST":
        return lead_on(request, request.POST.get("q", "").strip())
    text = asked_text(request.session, request.GET)
    cases = list(find_cases(request.viewer, CaseFilter(text=text))[: SHOWN + 1]) if text else []
    found = find_people(request.viewer, PersonFilter(text=text)) if text else []
    people = read_people(found[:SHOWN])
    if text:
        shown = {person.pk for person in people} | {tumour.person_id for tumour in cases[:SHOWN]}
        log_access(by=request.viewer, action="search", subject="person", people=shown)
    folded = fold_name(text)
    context = {
        "text": text,
        "kept": request.GET.get("kept", "") if text else "",
        "cases": describe_cases(cases[:SHOWN]),
        "more": len(cases) > SHOWN,
        "people": list_people(people, current_wards_of(people), request.viewer),
        "more_people": len(found) > SHOWN,
        "pages": [
            page for page in pages_for(request.viewer) if folded and folded in fold_name(str(page.label))
        ],
    }
    return render(request, "registry/search.html", context)


def lead_on(request: ViewedRequest, text: str) -> HttpResponse:
    """Lead to the record whose number was typed, or to what is found."""
    number = text.upper()
    if number and visible_tumours(request.viewer).filter(number=number).exists():
        return lead_to_case(request, number)
    if number and visible_people(request.viewer).filter(number=number).exists():
        return redirect("person", number=number)
    if not text:
        return redirect("search")
    return redirect(f"{reverse('search')}?{urlencode({'kept': keep_text(request.session, text)})}")


def lead_to_case(request: ViewedRequest, number: str) -> HttpResponse:
    """Lead to a case, or who may not open cases to its person."""
    if request.viewer.can(Capability.EDIT_CASES):
        return redirect("case", number=number)
    tumour = visible_tumours(request.viewer).select_related("person").get(number=number)
    return redirect("person", number=tumour.person.number)
