from dataclasses import dataclass
from datetime import date

from django.db.models import Case, DateField, F, Q, QuerySet, When

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import RightsRequest


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What a request waits for next, by which day, and how many days are left (negative: over)."""

    step: str  # answer, finish or closed
    due: date
    left: int


def visible_requests(viewer: Viewer) -> QuerySet[RightsRequest]:
    """Return the requests that came to the viewer's facility; those of the whole city to its data officers."""
    if not viewer.can(Capability.RECORD_CONSENT):
        return RightsRequest.objects.none()
    requests = RightsRequest.objects.select_related("person", "facility")
    if viewer.whole_city and viewer.can(Capability.MANAGE_RIGHTS):
        return requests
    return requests.filter(facility_id=viewer.facility_id)


def by_deadline(requests: QuerySet[RightsRequest]) -> QuerySet[RightsRequest]:
    """Order open requests by what falls due first, so those over their day come first; closed ones follow."""
    due = Case(
        When(answered_at__isnull=True, then=F("answer_by")),
        default=F("finish_by"),
        output_field=DateField(),
    )
    is_open = Case(When(closed_at__isnull=True, then=0), default=1)
    return requests.annotate(due=due, shut=is_open).order_by("shut", "due", "id")


def count_overdue(viewer: Viewer, today: date) -> int:
    late = Q(answered_at__isnull=True, answer_by__lt=today) | Q(finish_by__lt=today)
    return visible_requests(viewer).filter(late, closed_at__isnull=True).count()


def read_clock(request: RightsRequest, today: date) -> Clock:
    if request.closed_at:
        return Clock(step="closed", due=request.finish_by, left=0)
    due = request.finish_by if request.answered_at else request.answer_by
    return Clock(step="finish" if request.answered_at else "answer", due=due, left=(due - today).days)
