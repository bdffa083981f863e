from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import pages_for
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.registry.presenters.list import describe_cases
from banyan.apps.registry.queries.tumour import CaseFilter, find_cases, visible_tumours
from banyan.science.linkage.names import fold_name

SHOWN = 30


@require_safe
@requires(Capability.VIEW_PERSONS)
def search(request: ViewedRequest) -> HttpResponse:
    """Find cases of the viewer's scope by number, name or citizen number, and her own pages by their title."""
    text = request.GET.get("q", "").strip()
    if text and visible_tumours(request.viewer).filter(number__iexact=text).exists():
        return redirect("case", number=text.upper())
    found = list(find_cases(request.viewer, CaseFilter(text=text))[: SHOWN + 1]) if text else []
    folded = fold_name(text)
    pages = [page for page in pages_for(request.viewer) if folded and folded in fold_name(str(page.label))]
    context = {
        "text": text,
        "cases": describe_cases(found[:SHOWN]),
        "more": len(found) > SHOWN,
        "pages": pages,
    }
    return render(request, "registry/search.html", context)
