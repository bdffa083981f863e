import polars as pl
from django.db.models import Count, Q, QuerySet
from django.utils import timezone, translation

from banyan.apps.core.rules import Viewer
from banyan.apps.network.models import Facility
from banyan.science.linkage.names import fold_name


def facility_ids() -> pl.DataFrame:
    """Return facility_code and facility_id of every facility."""
    rows = list(Facility.objects.values_list("code", "id"))
    return pl.DataFrame(rows, schema={"facility_code": pl.String, "facility_id": pl.Int64}, orient="row")


def manageable_facilities(viewer: Viewer) -> QuerySet[Facility]:
    """Return the facilities whose accounts the viewer keeps: all of the network, or her own."""
    facilities = Facility.objects.all()
    return facilities if viewer.whole_city else facilities.filter(pk=viewer.facility_id)


def count_staff(facilities: QuerySet[Facility]) -> QuerySet[Facility]:
    """Add how many people work at each today."""
    in_force = Q(postings__period__contains=timezone.localdate(), postings__staff__is_active=True)
    return facilities.annotate(staff_count=Count("postings__staff", filter=in_force, distinct=True))


def search_facilities(facilities: QuerySet[Facility], text: str) -> QuerySet[Facility]:
    """Narrow to names (with accents or without) or codes that hold every word of `text`.

    A network has hundreds of facilities, not millions: they are folded here, with no column for it.
    """
    words = fold_name(text).split()
    if not words:
        return facilities
    named = facilities.values_list("pk", "name_vi", "name_en", "code")
    found = [pk for pk, *names in named if all(word in fold_name(" ".join(names)) for word in words)]
    return facilities.filter(pk__in=found)


def name_facility(facility: Facility) -> str:
    """Return the name in the reader's language."""
    return facility.name_en if translation.get_language() == "en" else facility.name_vi
