"""What every template can say without loading anything."""

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import DatePrecision
from banyan.apps.core.rules import figures

register = template.Library()

STATUSES = {"urgent", "warn", "info", "ok", "quiet"}
LEVELS = {1: _("cấp ban đầu"), 2: _("cấp cơ bản"), 3: _("cấp chuyên sâu")}


@register.filter
def figure(value: Any, digits: int = 0) -> str:
    return figures.format_figure(value, int(digits))


@register.filter
def percent(value: Any, digits: int = 0) -> str:
    return figures.format_percent(value, int(digits))


@register.simple_tag
def interval(lower: Any, upper: Any, digits: int = 1) -> str:
    return figures.format_interval(lower, upper, int(digits))


@register.filter
def partial_date(value: date | None, precision: str = DatePrecision.DAY) -> str:
    return figures.format_date(value, precision or DatePrecision.DAY)


@register.filter
def moment(value: datetime | None) -> str:
    return figures.format_moment(value)


@register.filter
def plain(value: Any) -> str:
    """Write a year or a key with no marks: 2026, not 2.026."""
    return str(value)


@register.filter
def masked(number: str) -> str:
    return figures.mask_number(number)


@register.filter
def initials(full_name: str) -> str:
    return figures.take_initials(full_name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a symbol of `core/icons.html`: a filled mark (s-…) or an outline (o-…)."""
    size = "i" if name.startswith("s-") else "io"
    return format_html('<svg class="{}" aria-hidden="true"><use href="#{}"></use></svg>', size, name)


@register.simple_tag
def badge(status: str, words: str, shape: str = "") -> SafeString:
    """Say a status with its shape, its word and its colour; `shape` where another mark says it better."""
    if status not in STATUSES:
        raise template.TemplateSyntaxError(f"no status {status!r}; there are {', '.join(sorted(STATUSES))}")
    mark = icon(shape or f"s-{status}")
    return format_html('<span class="st st-{} tag">{}{}</span>', status, mark, words)


@register.simple_tag
def level(number: int) -> SafeString:
    """Draw the three bars of the level of care, with the word for who cannot see them."""
    return format_html(
        '<svg class="lvl" role="img" aria-label="{}"><use href="#level-{}"></use></svg>',
        LEVELS[number],
        number,
    )


@register.inclusion_tag("core/interval_bar.html")
def interval_bar(lower: float, value: float, upper: float, low: float, high: float) -> dict[str, str]:
    """Draw an interval on a fixed scale from `low` to `high`; the numbers stand beside it as text."""
    return figures.place_interval(lower, value, upper, (low, high))


@register.inclusion_tag("core/bar.html")
def bar(value: float, label: str, target: float | None = None, *, missed: bool = False) -> dict[str, Any]:
    """Draw how full something is, 0 to 100, with a tick where the target is."""
    shares = {"value": value, "target": target}
    placed = {
        name: None if share is None else f"{min(100, max(0, share)):.1f}" for name, share in shares.items()
    }
    return {**placed, "label": label, "missed": missed}


@register.simple_tag
def demo_mode() -> bool:
    """For pages with no context of their own (500, a failed form token)."""
    return settings.DEMO
