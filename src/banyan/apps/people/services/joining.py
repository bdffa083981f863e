"""What may be open only once a person, where two records become one: the stricter stands, the other is joined to it.

Joined, a row keeps all that it said. Once the two hang on different persons again, it opens as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import ErasureState, RequestState
from banyan.apps.people.models import Erasure, Restriction, RightsRequest
from banyan.apps.people.services.request import add_step, save_request


@dataclass(frozen=True, kw_only=True)
class Sole:
    """A table of which one row may be open a person; the first by `order` is the stricter.

    `apart` names the field by which open rows are told apart; where there is one, the database itself lets
    several stand.
    """

    model: type[Any]
    is_open: Mapping[str, Any]
    order: tuple[str, ...]
    shut: Callable[[Any, Viewer], None]
    reopen: Callable[[Any, Viewer], None]
    apart: str = ""


def join_open(*, kept_id: int, gone_id: int, by: Viewer) -> None:
    """Before the rows of one person move to the other: of two that are open, join the later to the earlier."""
    for sole in SOLES:
        rows = sole.model.objects.filter(person_id__in=(kept_id, gone_id), **sole.is_open)
        standing: dict[Any, Any] = {}
        for row in rows.select_for_update().order_by(*sole.order, "pk"):
            first = standing.setdefault(getattr(row, sole.apart) if sole.apart else "", row)
            # two that one person herself has open stay as they are
            if first.person_id != row.person_id:
                row.joined_to = first
                sole.shut(row, by)


def part_joined(*, people: tuple[int, int], by: Viewer) -> None:
    """After the rows have moved back: what is joined to a row of another person now opens again."""
    for sole in SOLES:
        joined = sole.model.objects.filter(person_id__in=people, joined_to__isnull=False)
        for row in (
            joined.select_for_update(of=("self",)).select_related("joined_to").order_by(*sole.order, "pk")
        ):
            if row.joined_to.person_id != row.person_id:
                part_row(sole, row, by)


def part_row(sole: Sole, row: Any, by: Viewer) -> None:
    """Open a row again, or join it to another of the same person that stands."""
    own = sole.model.objects.filter(person_id=row.person_id, **sole.is_open)
    row.joined_to = None if sole.apart else own.first()
    if row.joined_to:
        row.save(update_fields=["joined_to"])
    else:
        sole.reopen(row, by)


def shut_restriction(row: Restriction, by: Viewer) -> None:  # noqa: ARG001 -- every write names its author
    row.until = timezone.now()
    row.save(update_fields=["until", "joined_to"])


def reopen_restriction(row: Restriction, by: Viewer) -> None:  # noqa: ARG001 -- every write names its author
    row.until = None
    row.save(update_fields=["until", "joined_to"])


def shut_erasure(row: Erasure, by: Viewer) -> None:  # noqa: ARG001 -- every write names its author
    row.state = ErasureState.JOINED
    row.save(update_fields=["state", "joined_to"])


def reopen_erasure(row: Erasure, by: Viewer) -> None:  # noqa: ARG001 -- every write names its author
    row.state = ErasureState.ASKED
    row.save(update_fields=["state", "joined_to"])


def shut_request(row: RightsRequest, by: Viewer) -> None:
    row.state, row.closed_at = RequestState.JOINED, timezone.now()
    number = row.joined_to.number if row.joined_to else ""
    tell_step(row, _("Nhập vào yêu cầu %(number)s khi gộp hồ sơ") % {"number": number}, by)


def reopen_request(row: RightsRequest, by: Viewer) -> None:
    row.state = RequestState.ANSWERED if row.answered_at else RequestState.RECEIVED
    row.closed_at = None
    tell_step(row, _("Mở lại khi tách hồ sơ"), by)


def tell_step(row: RightsRequest, words: str, by: Viewer) -> None:
    add_step(row, by=by, words=words)
    save_request(row, by)


SOLES = (
    Sole(
        model=Restriction,
        is_open={"until": None},
        order=("since",),
        shut=shut_restriction,
        reopen=reopen_restriction,
    ),
    Sole(
        model=Erasure,
        is_open={"state": ErasureState.ASKED},
        order=("asked_at",),
        shut=shut_erasure,
        reopen=reopen_erasure,
    ),
    Sole(
        model=RightsRequest,
        is_open={"closed_at": None},
        order=("finish_by", "received_at"),
        shut=shut_request,
        reopen=reopen_request,
        apart="kind",
    ),
)
