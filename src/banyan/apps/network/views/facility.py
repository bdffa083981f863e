from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.choices import FacilityKind, Level
from banyan.apps.network.queries.facility import (
    manageable_facilities,
    name_facility,
    order_facilities,
    with_staff_count,
)

ROWS = 50


@require_safe
@requires(Capability.MANAGE_STAFF)
def list_facilities(request: ViewedRequest) -> HttpResponse:
    chosen = request.GET.get("level", "")
    found = manageable_facilities(request.viewer)
    if chosen in map(str, Level.values):
        found = found.filter(level=int(chosen))
    page = Paginator(order_facilities(found, request.GET.get("q", "")), ROWS).get_page(
        request.GET.get("page")
    )
    facilities = [
        {"facility": facility, "name": name_facility(facility), "kind": FacilityKind(facility.kind).label}
        for facility in with_staff_count(page.object_list)
    ]
    context = {"page": page, "facilities": facilities, "levels": Level.choices, "chosen": chosen}
    return render(request, "network/facilities.html", context)
