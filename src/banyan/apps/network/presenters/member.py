from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from banyan.apps.core.choices import Role
from banyan.apps.core.rules.figures import format_date
from banyan.apps.network.models import Posting
from banyan.apps.network.queries.facility import name_facility


@dataclass(frozen=True, kw_only=True)
class PostingLine:
    """A role at a facility as a list shows it."""

    pk: int
    facility: str
    level: int
    role: str
    period: str
    goes_on: bool
    can_end: bool


def list_postings(
    postings: Iterable[Posting], today: date, endable: frozenset[int] = frozenset()
) -> list[PostingLine]:
    return [describe_posting(posting, today, posting.pk in endable) for posting in postings]


def describe_posting(posting: Posting, today: date, endable: bool) -> PostingLine:  # noqa: FBT001 -- private step
    last = last_day(posting)
    goes_on = last is None or last >= today
    return PostingLine(
        pk=posting.pk,
        facility=name_facility(posting.facility),
        level=posting.facility.level,
        role=str(Role(posting.role).label),
        period=write_period(posting.period.lower, last),
        goes_on=goes_on,
        can_end=goes_on and endable,
    )


def last_day(posting: Posting) -> date | None:
    """Return the last day worked: the range in the database ends before its upper bound."""
    upper = posting.period.upper
    return upper - timedelta(days=1) if upper else None


def write_period(first: date, last: date | None) -> str:
    if last is None:
        return _("từ %(first)s") % {"first": format_date(first)}
    return f"{format_date(first)}–{format_date(last)}"
