"""The alerts of the people's room, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.apps.core.choices import AlertKind
from banyan.apps.core.presenters.alert import add_alert_words
from banyan.apps.core.rules.figures import format_figure, format_moment
from banyan.apps.people.choices import GlassReason


def tell_glass(facts: Mapping[str, Any]) -> tuple[str, str]:
    words = _(
        "%(who)s, %(where)s đã mở khẩn cấp hồ sơ %(number)s đến %(until)s. Lý do: %(reason)s; %(words)s"
    ) % {
        **facts,
        "reason": GlassReason(facts["reason"]).label,
        "until": format_moment(datetime.fromisoformat(facts["until"])),
    }
    return words, reverse("person", args=[facts["number"]])


def tell_breach(facts: Mapping[str, Any]) -> tuple[str, str]:
    until = format_moment(datetime.fromisoformat(facts["until"]))
    words = _("Sự cố dữ liệu %(number)s vừa được ghi; phải báo cơ quan chức năng trước %(until)s.") % {
        "number": facts["number"],
        "until": until,
    }
    return words, reverse("breach", args=[facts["number"]])


def tell_retention(facts: Mapping[str, Any]) -> tuple[str, str]:
    words = _("%(count)s bản ghi đã giữ đủ thời hạn và chờ người quyết định.") % {
        "count": format_figure(facts["count"])
    }
    return words, reverse("retention")


def add_people_alerts() -> None:
    """Called from the app's `ready`."""
    add_alert_words(AlertKind.GLASS, tell_glass)
    add_alert_words(AlertKind.BREACH, tell_breach)
    add_alert_words(AlertKind.RETENTION, tell_retention)
