from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import requires
from banyan.apps.insight.presenters.scope import Scope
from banyan.apps.insight.queries.question import default_question
from banyan.apps.insight.queries.register import read_boundaries, read_register
from banyan.apps.insight.rules import SMALLEST_COUNT


@require_safe
@requires(Capability.VIEW_FIGURES)
def show_method(request: HttpRequest) -> HttpResponse:
    """Say how each figure is made, and from what."""
    register = read_register()
    scope = Scope(default_question(register.years), register) if register else None
    context = {
        "scope": scope,
        "register": register,
        "boundary_source": read_boundaries()[1],
        "smallest": SMALLEST_COUNT,
        "crumbs": [(_("Tin được đến đâu"), ""), (_("Phương pháp"), "")],
    }
    return render(request, "insight/method.html", context)
