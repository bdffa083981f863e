"""Alerts in words: each room says how its own kinds are told and where they lead."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from banyan.apps.core.choices import AlertKind
from banyan.apps.core.models import Alert
from banyan.apps.core.rules.figures import format_moment

# from the facts of an alert to its sentence and the address it leads to
Tell = Callable[[Mapping[str, Any]], tuple[str, str]]
TELLERS: dict[str, Tell] = {}


def add_alert_words(kind: str, tell: Tell) -> None:
    """Called from an app's `ready`."""
    TELLERS[kind] = tell


@dataclass(frozen=True, kw_only=True)
class AlertView:
    pk: int
    at: str
    kind: str
    words: str
    address: str
    read: str


def describe_alerts(alerts: Iterable[Alert]) -> list[AlertView]:
    return [describe_alert(alert) for alert in alerts]


def describe_alert(alert: Alert) -> AlertView:
    tell = TELLERS.get(alert.kind)
    words, address = tell(alert.facts) if tell and alert.facts else ("", "")
    reader = alert.read_by
    return AlertView(
        pk=alert.pk,
        at=format_moment(alert.at),
        kind=str(AlertKind(alert.kind).label),
        words=words or _("Nội dung đã xóa theo yêu cầu của người bệnh."),
        address=address,
        read=f"{reader}, {format_moment(alert.read_at)}" if reader else "",
    )
