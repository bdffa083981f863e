from collections.abc import Iterable

import polars as pl
from django.db.models import Count, Q, QuerySet
from django.utils import timezone, translation

from banyan.apps.core.rules import Viewer
from banyan.apps.network.models import Facility
from banyan.science.linkage.names import fold_name, sort_key


def facility_ids() -> pl.DataFrame:
    """Return facility_code and facility_id of every facility."""
    rows = list(Facility.objects.values_list("code", "id"))
    return pl.DataFrame(rows, schema={"facility_code": pl.String, "facility_id": pl.Int64}, orient="row")


def manageable_facilities(viewer: Viewer) -> QuerySet[Facility]:
    """Return the facilities whose accounts the viewer keeps: all of the network, or her own."""
    facilities = Facility.objects.all()
    return facilities if viewer.whole_city else facilities.filter(pk=viewer.facility_id)


def order_facilities(facilities: QuerySet[Facility], text: str = "") -> list[int]:
    """Return the keys of whose name (with accents or without) or code holds every word of `text`.

    The specialised level stands first, then the names in Vietnamese order. A network has hundreds of
    facilities, not millions: they are folded and sorted here, with no column for it.
    """
    words = fold_name(text).split()
    found = [
        (-facility.level, [sort_key(word) for word in name_facility(facility).split()], facility.pk)
        for facility in facilities
        if all(word in fold_name(f"{facility.name_vi} {facility.name_en} {facility.code}") for word in words)
    ]
    return [pk for *_, pk in sorted(found)]


def with_staff_count(keys: Iterable[int]) -> list[Facility]:
    """Return facilities in the order of `keys`, each with how many people work there today."""
    in_force = Q(postings__period__contains=timezone.localdate(), postings__staff__is_active=True)
    counted = Facility.objects.annotate(staff_count=Count("postings__staff", filter=in_force, distinct=True))
    found = counted.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def name_facility(facility: Facility) -> str:
    """Return the name in the reader's language."""
    return facility.name_en if translation.get_language() == "en" else facility.name_vi
