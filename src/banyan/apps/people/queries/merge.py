"""What was merged, and what may be."""

from typing import Any

from django.db.models import Q, QuerySet

from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import PairState
from banyan.apps.people.models import (
    DuplicatePair,
    Erasure,
    Merge,
    Person,
    Restriction,
    RightsRequest,
)
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.queries.survivor import all_keys


def merged_records(person: Person) -> list[Person]:
    """Return the records that were merged into hers, directly or through another."""
    keys = [pk for pk in all_keys(person.pk) if pk != person.pk]
    return list(Person.objects.filter(pk__in=keys).order_by("pk"))


def merges_into(person: Person) -> QuerySet[Merge]:
    """Return the merges by which other records came into this one, undone ones too, the newest first."""
    return Merge.objects.filter(kept=person).select_related("gone", "merged_by", "undone_by")


def joined_by(merge: Merge) -> list[str]:
    """Return the kinds of rights, "people.erasure", that both records had open and of which one now stands."""
    kinds: list[type[Any]] = [Restriction, Erasure, RightsRequest]
    found = []
    for model in kinds:
        moved = merge.moved.get(f"{model._meta.label}.person", [])  # noqa: SLF001 -- documented model API
        joined = model.objects.filter(person=merge.kept_id, joined_to__isnull=False)
        if joined.filter(Q(pk__in=moved) | Q(joined_to__in=moved)).exists():
            found.append(model._meta.label_lower)  # noqa: SLF001 -- documented model API
    return found


def undoable_merges(viewer: Viewer) -> QuerySet[Merge]:
    """Return the merges that the viewer may undo: of records that she sees."""
    return Merge.objects.filter(undone_at=None, kept__in=visible_people(viewer)).select_related(
        "kept", "gone"
    )


def visible_pairs(viewer: Viewer) -> QuerySet[DuplicatePair]:
    """Return the pairs that wait for a decision, the likeliest first; both records are in the viewer's scope."""
    seen = visible_people(viewer)
    pairs = DuplicatePair.objects.filter(state=PairState.OPEN, first__in=seen, second__in=seen)
    both = pairs.select_related("first", "second")
    return both.prefetch_related("first__other_names", "second__other_names").order_by("-score", "id")
