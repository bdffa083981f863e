from collections.abc import Iterable
from dataclasses import dataclass

from banyan.apps.core.choices import Role
from banyan.apps.network.models import Posting
from banyan.apps.network.queries.facility import name_facility


@dataclass(frozen=True, kw_only=True)
class Place:
    """One of a person's own roles, as the switch in the header shows it."""

    posting_id: int
    facility: str
    level: int
    role: str
    is_chosen: bool


def list_places(postings: Iterable[Posting], chosen: int | None) -> list[Place]:
    return [
        Place(
            posting_id=posting.pk,
            facility=name_facility(posting.facility),
            level=posting.facility.level,
            role=str(Role(posting.role).label),
            is_chosen=posting.pk == chosen,
        )
        for posting in postings
    ]
