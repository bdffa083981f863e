from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.presenters.pairs import list_pairs
from banyan.apps.people.queries.merge import visible_pairs
from banyan.apps.people.services.merge import decide_pair
from banyan.apps.people.services.pairs import queue_finding

PER_PAGE = 25


@require_safe
@requires(Capability.MERGE_PERSONS)
def show_pairs(request: ViewedRequest) -> HttpResponse:
    """Show the pairs of records that may be one person and on which nobody has decided."""
    page = Paginator(visible_pairs(request.viewer), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    log_access(
        by=request.viewer,
        action="list",
        subject="person",
        people=[pk for pair in shown for pk in (pair.first_id, pair.second_id)],
    )
    context = {"page": page, "pairs": list_pairs(shown, request.viewer)}
    return render(request, "people/duplicates.html", context)


@require_POST
@requires(Capability.MERGE_PERSONS)
def find_pairs(request: ViewedRequest) -> HttpResponse:
    """Look through the register; the page of the job shows how far it is."""
    job = queue_finding(by=request.viewer, language=get_language() or "vi")
    return redirect("job", job_id=job.pk)


@require_POST
@requires(Capability.MERGE_PERSONS)
def decide(request: ViewedRequest, pair_id: int) -> HttpResponse:
    """Say that two records are two people: the pair is never asked again."""
    pair = get_object_or_404(visible_pairs(request.viewer), pk=pair_id)
    decide_pair(pair.first, pair.second, "different", request.viewer)
    messages.success(
        request,
        _("Đã ghi: %(first)s và %(second)s là hai người.")
        % {"first": pair.first.number, "second": pair.second.number},
    )
    return redirect("duplicates")
