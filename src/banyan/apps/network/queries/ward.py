import polars as pl
from django.db.models import Exists, OuterRef, QuerySet

from banyan.apps.network.choices import LinkRelation, WardEdition
from banyan.apps.network.models import Boundary, Ward, WardLink


def current_wards() -> QuerySet[Ward]:
    """Return the wards and communes in force, by code; `has_boundary` says whether a polygon was imported."""
    drawn = Exists(Boundary.objects.filter(ward=OuterRef("pk")))
    return Ward.objects.filter(edition=WardEdition.NEW).annotate(has_boundary=drawn).order_by("code")


def current_boundaries() -> QuerySet[Boundary]:
    """Return the imported polygons of the wards in force."""
    return (
        Boundary.objects.filter(ward__edition=WardEdition.NEW).select_related("ward").order_by("ward__code")
    )


def ward_successors() -> pl.DataFrame:
    """Return old_code, new_code and is_whole: where each unit of before July 2025 went.

    A divided unit goes where the crosswalk's default says; only a street could say more.
    """
    links = WardLink.objects.filter(is_default=True).values_list("old__code", "new__code", "relation")
    rows = [(old, new, relation == LinkRelation.WHOLE) for old, new, relation in links]
    schema = {"old_code": pl.String, "new_code": pl.String, "is_whole": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")
