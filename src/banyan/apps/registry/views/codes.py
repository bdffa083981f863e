from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.registry.presenters.codes import LISTS, WARD, list_codes, match_codes

BOOKS = ("topography", "morphology")
PER_PAGE = 60
HOUR = 60 * 60
YEAR = 365 * 24 * HOUR


@require_safe
@requires(Capability.VIEW_PERSONS)
def give_list(request: ViewedRequest, kind: str, language: str, version: str) -> HttpResponse:  # noqa: ARG001 -- the version only makes the address new
    """Give one whole list to the typeahead; the browser keeps it."""
    if kind not in LISTS:
        raise Http404
    response = JsonResponse({"codes": list_codes(kind, language)})
    # the wards are the site's own and may change; the other lists are part of the address
    kept = f"max-age={HOUR}" if kind == WARD else f"max-age={YEAR}, immutable"
    response["Cache-Control"] = f"private, {kept}"
    return response


@require_safe
@requires(Capability.VIEW_PERSONS)
def look_up(request: ViewedRequest) -> HttpResponse:
    """Find a code of ICD-O by code or by name, in either language, with accents or without."""
    text = request.GET.get("q", "").strip()
    kind = request.GET.get("list", "")
    kinds = [kind] if kind in BOOKS else list(BOOKS)
    found = [entry for each in kinds for entry in match_codes(each, text)]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "registry/codes.html", {"text": text, "kind": kind, "page": page})
