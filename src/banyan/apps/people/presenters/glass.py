from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from banyan.apps.core.choices import Role
from banyan.apps.core.rules import Viewer
from banyan.apps.core.rules.figures import format_date, format_moment
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.people.choices import GlassReason, GlassVerdict
from banyan.apps.people.models import GlassGrant


@dataclass(frozen=True, kw_only=True)
class GrantView:
    """One opening of a record, for who judges it."""

    pk: int
    number: str
    who: str
    where: str
    at: str
    until: str
    reason: str
    words: str
    judge_by: str
    late: bool
    own: bool
    verdict: str = ""
    status: str = "quiet"
    verdict_words: str = ""
    judged: str = ""


def describe_grants(grants: Iterable[GlassGrant], viewer: Viewer, today: date) -> list[GrantView]:
    return [describe_grant(grant, viewer, today) for grant in grants]


def describe_grant(grant: GlassGrant, viewer: Viewer, today: date) -> GrantView:
    judge = grant.judged_by
    return GrantView(
        pk=grant.pk,
        number=grant.person.number,
        who=f"{grant.staff.full_name} ({Role(grant.role).label})",
        where=name_facility(grant.facility),
        at=format_moment(grant.at),
        until=format_moment(grant.until),
        reason=str(GlassReason(grant.reason).label),
        words=grant.words,
        judge_by=format_date(grant.judge_by),
        late=not grant.verdict and grant.judge_by < today,
        own=grant.staff_id == viewer.staff_id,
        verdict=str(GlassVerdict(grant.verdict).label) if grant.verdict else "",
        status="ok" if grant.verdict == GlassVerdict.JUSTIFIED else "urgent",
        verdict_words=grant.verdict_words,
        judged=f"{judge.full_name}, {format_moment(grant.judged_at)}" if judge else "",
    )
