from django.db.models import Exists, OuterRef, QuerySet

from banyan.apps.network.choices import WardEdition
from banyan.apps.network.models import Boundary, Ward


def current_wards() -> QuerySet[Ward]:
    """Return the wards and communes in force, by code; `has_boundary` says whether a polygon was imported."""
    drawn = Exists(Boundary.objects.filter(ward=OuterRef("pk")))
    return Ward.objects.filter(edition=WardEdition.NEW).annotate(has_boundary=drawn).order_by("code")


def current_boundaries() -> QuerySet[Boundary]:
    """Return the imported polygons of the wards in force."""
    return (
        Boundary.objects.filter(ward__edition=WardEdition.NEW).select_related("ward").order_by("ward__code")
    )
