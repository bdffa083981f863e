"""Clocks in words: what is due, when, how much is left, and how pressing that is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.apps.core.rules.figures import format_date, format_moment
from banyan.apps.people.models import Breach
from banyan.apps.people.queries.breach import time_left
from banyan.apps.people.queries.request import Clock
from banyan.apps.people.rules.terms import breach_limit

SOON = 2  # days


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A status with its words, and the day or moment itself."""

    status: str
    words: str
    due: str


def describe_clock(clock: Clock) -> Deadline:
    """Say what a request waits for and how many days are left."""
    due = format_date(clock.due)
    if clock.step == "closed":
        return Deadline(status="quiet", words=_("đã khép lại"), due=due)
    if clock.left < 0:
        days = -clock.left
        words = ngettext("quá hạn %(days)d ngày", "quá hạn %(days)d ngày", days) % {"days": days}
        return Deadline(status="urgent", words=words, due=due)
    deed = _("trả lời") if clock.step == "answer" else _("làm xong")
    if clock.left == 0:
        return Deadline(status="urgent", words=_("%(deed)s trong hôm nay") % {"deed": deed}, due=due)
    words = ngettext("%(deed)s trong %(days)d ngày", "%(deed)s trong %(days)d ngày", clock.left) % {
        "deed": deed,
        "days": clock.left,
    }
    return Deadline(status="warn" if clock.left <= SOON else "info", words=words, due=due)


def describe_breach_clock(breach: Breach, now: datetime) -> Deadline:
    """Say how many hours are left to tell the authority, or when it was told."""
    due = format_moment(breach_limit(breach.detected_at))
    if breach.authority_told_at:
        told = format_moment(breach.authority_told_at)
        late = breach.authority_told_at > breach_limit(breach.detected_at)
        words = _("đã báo, muộn: %(at)s") if late else _("đã báo %(at)s")
        return Deadline(status="warn" if late else "ok", words=words % {"at": told}, due=due)
    left = time_left(breach, now)
    if left < timedelta(0):
        words = _("quá hạn báo %(hours)d giờ") % {"hours": count_hours(-left)}
        return Deadline(status="urgent", words=words, due=due)
    words = _("còn %(hours)d giờ để báo") % {"hours": count_hours(left)}
    return Deadline(status="urgent" if left < timedelta(hours=24) else "warn", words=words, due=due)


def count_hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)
