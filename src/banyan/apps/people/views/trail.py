"""What was changed of a person, and who has looked at her."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.queries.audit import looks, touching
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.queries.history import name_facilities
from banyan.apps.people.presenters.history import describe_history
from banyan.apps.people.presenters.merge import list_merges
from banyan.apps.people.presenters.seen import describe_looks
from banyan.apps.people.queries.merge import merges_into
from banyan.apps.people.queries.survivor import all_keys
from banyan.apps.people.queries.trail import person_trail
from banyan.apps.people.views.person import describe_frame, find_person

LINES = 200


@require_safe
@requires(Capability.VIEW_PERSONS)
def show_history(request: ViewedRequest, number: str) -> HttpResponse:
    """Show who changed what of a person, when and why; and which records were merged into hers."""
    person = find_person(request, number)
    log_access(
        by=request.viewer, action="history", subject="person", subject_id=person.pk, people=[person.pk]
    )
    context = {
        **describe_frame(request, person),
        "edits": describe_history(person_trail(person), request.viewer),
        "merges": list_merges(merges_into(person)),
        "may_merge": request.viewer.can(Capability.MERGE_PERSONS),
    }
    return render(request, "people/history.html", context)


@require_safe
@requires(Capability.VIEW_PERSONS)
def show_seen(request: ViewedRequest, number: str) -> HttpResponse:
    """Answer the patient's question who has looked at her record; made to be printed and handed over."""
    viewer = request.viewer
    if not (viewer.can(Capability.RECORD_CONSENT) or viewer.can(Capability.VIEW_HISTORY)):
        raise Http404
    person = find_person(request, number)
    log_access(by=viewer, action="seen", subject="person", subject_id=person.pk, people=[person.pk])
    lines = looks().filter(touching(all_keys(person.pk)))
    page = Paginator(lines, LINES).get_page(request.GET.get("page"))
    shown = list(page)
    context = {
        **describe_frame(request, person),
        "page": page,
        "looks": describe_looks(shown, name_facilities(line.facility_id for line in shown)),
        "asked_at": timezone.now(),
    }
    return render(request, "people/seen.html", context)
