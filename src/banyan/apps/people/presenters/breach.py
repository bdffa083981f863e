from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.apps.core.rules.figures import format_moment
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.people.choices import BreachKind
from banyan.apps.people.models import Breach
from banyan.apps.people.presenters.deadline import Deadline, describe_breach_clock


@dataclass(frozen=True, kw_only=True)
class BreachLine:
    number: str
    kind: str
    detected: str
    what: str
    count: str
    closed: bool
    deadline: Deadline


def describe_breaches(breaches: Iterable[Breach], now: datetime) -> list[BreachLine]:
    return [
        BreachLine(
            number=breach.number,
            kind=str(BreachKind(breach.kind).label),
            detected=format_moment(breach.detected_at),
            what=breach.what,
            count="–" if breach.people_count is None else str(breach.people_count),
            closed=breach.closed_at is not None,
            deadline=describe_breach_clock(breach, now),
        )
        for breach in breaches
    ]


def list_report(breach: Breach) -> list[tuple[Any, str]]:
    """Return the report for the authority, line by line: label, value."""
    return [
        (_("Số sổ"), breach.number),
        (_("Nơi xảy ra"), name_facility(breach.facility)),
        (_("Phát hiện lúc"), format_moment(breach.detected_at)),
        (_("Xảy ra lúc"), format_moment(breach.happened_at)),
        (_("Loại sự cố"), str(BreachKind(breach.kind).label)),
        (_("Chuyện gì đã xảy ra"), breach.what),
        (_("Dữ liệu của ai"), breach.whose),
        (_("Số người"), "–" if breach.people_count is None else str(breach.people_count)),
        (_("Hậu quả"), breach.consequences or "–"),
        (_("Đã và đang làm gì"), breach.measures or "–"),
        (_("Báo cơ quan chức năng lúc"), format_moment(breach.authority_told_at)),
        (_("Lý do báo muộn"), breach.late_reason or "–"),
        (_("Báo người bệnh lúc"), format_moment(breach.people_told_at)),
        (_("Khép lại lúc"), format_moment(breach.closed_at)),
    ]


def export_breach(breach: Breach) -> dict[str, Any]:
    """Return the report as a machine reads it: times in UTC, words as they were written."""
    moments = ("detected_at", "happened_at", "authority_told_at", "people_told_at", "closed_at")
    return {
        "number": breach.number,
        "facility": breach.facility.code,
        **{name: told.isoformat() if (told := getattr(breach, name)) else None for name in moments},
        **{
            name: getattr(breach, name)
            for name in ("kind", "what", "whose", "people_count", "consequences", "measures", "late_reason")
        },
    }
