from collections.abc import Iterable

import polars as pl
from django.db.models import Exists, OuterRef, QuerySet

from banyan.apps.network.choices import LinkRelation, WardEdition
from banyan.apps.network.models import Boundary, Ward, WardLink
from banyan.science.linkage.names import fold_name


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


def name_wards(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of wards in force by their codes; unknown codes are left out."""
    wards = Ward.objects.filter(edition=WardEdition.NEW, code__in=set(codes))
    return dict(wards.values_list("code", "name"))


def find_ward(text: str) -> tuple[str, str] | None:
    """Return code and edition of the ward that a code or a name means, the units in force first; None if none does."""
    word = text.strip()
    for edition in (WardEdition.NEW, WardEdition.OLD):
        named = Ward.objects.filter(edition=edition)
        found = named.filter(code=word).first() or only_one(named.filter(folded_name=fold_name(word)))
        if found:
            return found.code, edition.value
    return None


def only_one(wards: QuerySet[Ward]) -> Ward | None:
    found = list(wards[:2])
    return found[0] if len(found) == 1 else None


def follow_ward(code: str) -> list[str]:
    """Return the units of today that an old unit went to, the crosswalk's default first."""
    links = WardLink.objects.filter(old__code=code, old__edition=WardEdition.OLD)
    return list(links.order_by("-is_default", "new__code").values_list("new__code", flat=True))


def name_any_wards(codes: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return the names of wards of every edition, by edition and code."""
    wards = Ward.objects.filter(code__in=set(codes)).values_list("edition", "code", "name")
    return {(edition, code): name for edition, code, name in wards}
