from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.network.models import Posting, Staff
from banyan.apps.network.queries.facility import manageable_facilities
from banyan.science.linkage.names import fold_name, sort_key


def manageable_staff(viewer: Viewer) -> QuerySet[Staff]:
    """Return whose accounts the viewer keeps: everybody's, or those who have worked at her facility."""
    if viewer.whole_city:
        return Staff.objects.all()
    here = Posting.objects.filter(staff=OuterRef("pk"), facility_id=viewer.facility_id)
    return Staff.objects.filter(Exists(here))


def manageable_postings(viewer: Viewer) -> QuerySet[Posting]:
    return Posting.objects.filter(facility__in=manageable_facilities(viewer))


def holds_account_alone(viewer: Viewer, staff: Staff) -> bool:
    """Say whether no other facility relies on the account: only then may one facility lock it or set its password."""
    elsewhere = Posting.objects.filter(staff=staff, period__endswith__isnull=True) | Posting.objects.filter(
        staff=staff, period__endswith__gt=timezone.localdate()
    )
    return viewer.whole_city or not elsewhere.exclude(facility_id=viewer.facility_id).exists()


def order_by_name(staff: QuerySet[Staff], text: str = "") -> list[int]:
    """Return the keys of who matches every word of `text`, in Vietnamese order of given names.

    A network has some thousands of staff: names are folded and sorted here, with no column for it.
    """
    words = fold_name(text).split()
    named = list(staff.values_list("pk", "full_name", "email"))
    found = [
        (sort_key(name), pk)
        for pk, name, email in named
        if all(word in f"{fold_name(name)} {email}" for word in words)
    ]
    return [pk for _, pk in sorted(found)]


def with_postings(keys: Iterable[int]) -> list[tuple[Staff, list[Posting]]]:
    """Return staff in the order of `keys`, each with the postings in force today and their facilities."""
    today = timezone.localdate()
    in_force = Posting.objects.filter(period__contains=today).select_related("facility").order_by("id")
    found = Staff.objects.prefetch_related(Prefetch("postings", in_force)).in_bulk(keys)
    return [(found[key], list(found[key].postings.all())) for key in keys if key in found]


def postings_of(staff: Staff) -> QuerySet[Posting]:
    return staff.postings.select_related("facility").order_by("-period")


def has_posting(*, staff: Staff, facility_id: int, role: str, period: object) -> bool:
    """Say whether the same role at the same facility overlaps `period`."""
    same = Posting.objects.filter(staff=staff, facility_id=facility_id, role=role)
    return same.filter(period__overlap=period).exists()


def is_email_taken(email: str) -> bool:
    return Staff.objects.filter(email=email).exists()
