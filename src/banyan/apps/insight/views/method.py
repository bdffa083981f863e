from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.queries.guard import register_for
from banyan.apps.insight.queries.question import default_question
from banyan.apps.insight.queries.register import read_boundaries
from banyan.apps.insight.rules import FEWEST_FOR_RATE, SMALLEST_COUNT, smallest_count


@require_safe
@requires(Capability.VIEW_FIGURES)
def show_method(request: ViewedRequest) -> HttpResponse:
    """Say how each figure is made, and from what."""
    register = register_for(request.viewer)
    scope = Scope(default_question(register.years), register) if register else None
    context = {
        "scope": scope,
        "register": register,
        "boundary_source": read_boundaries()[1],
        "smallest": SMALLEST_COUNT,
        "told": smallest_count(),
        "fewest": FEWEST_FOR_RATE,
        "crumbs": [(_("Tin được đến đâu"), ""), (_("Phương pháp"), "")],
    }
    return render(request, "insight/method.html", context)
