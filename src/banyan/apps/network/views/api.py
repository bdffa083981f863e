"""Addresses for machines. ServiceKeyMiddleware has settled who calls before one of these runs."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from banyan.apps.core.views.access import ViewedRequest, signed_in
from banyan.apps.network.presenters.api import OPENAPI


@require_safe
@never_cache
@signed_in
def read_me(request: ViewedRequest) -> HttpResponse:
    viewer = request.viewer
    return JsonResponse(
        {
            "account": {"id": viewer.staff_id, "name": viewer.name},
            "role": viewer.role,
            "facility": {"id": viewer.facility_id, "name": viewer.facility_name},
            "capabilities": sorted(viewer.capabilities),
        }
    )


@require_safe
def read_description(_request: ViewedRequest) -> HttpResponse:
    return JsonResponse(OPENAPI)
