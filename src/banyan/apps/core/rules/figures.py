"""How numbers, intervals and dates are written, in Vietnamese and in English."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite, isnan

from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from banyan.apps.core.choices import DatePrecision

NO_BREAK = "\u00a0"
MINUS = "\u2212"
NONE = "–"
HIDDEN = "•" * 8
VIETNAMESE = "vi"


def format_figure(value: float | Decimal | None, digits: int = 0, language: str | None = None) -> str:
    """Write a number: 9.070 and 34,4 in Vietnamese, 9,070 and 34.4 in English.

    Halves go up, as in a spreadsheet. What is not known is a dash; no limit is ∞.
    """
    if value is None or isnan(value):
        return NONE
    if not isfinite(value):
        return "∞" if value > 0 else MINUS + "∞"
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return sign + localise_marks(f"{abs(rounded):,f}", language)


def localise_marks(text: str, language: str | None) -> str:
    """Swap the marks of 1,234.5 for those of the language."""
    if speaks_vietnamese(language):
        return text.translate(str.maketrans(",.", ".,"))
    return text


def speaks_vietnamese(language: str | None) -> bool:
    return (language or translation.get_language() or VIETNAMESE).startswith(VIETNAMESE)


def format_percent(value: float | Decimal | None, digits: int = 0, language: str | None = None) -> str:
    """Write a value that is in per cent already: "95 %" with a no-break space, or "95%"."""
    text = format_figure(value, digits, language)
    if text == NONE:
        return text
    return text + (NO_BREAK if speaks_vietnamese(language) else "") + "%"


def format_interval(
    lower: float | None, upper: float | None, digits: int = 1, language: str | None = None
) -> str:
    """Write 33,7–35,1; with a negative end the dash would read as a minus: "−0,8 đến 2,3"."""
    ends = [format_figure(end, digits, language) for end in (lower, upper)]
    if ends == [NONE, NONE]:
        return NONE
    if not any(MINUS in end for end in ends):
        return "–".join(ends)
    return (" đến " if speaks_vietnamese(language) else " to ").join(ends)


def format_date(value: date | None, precision: str = DatePrecision.DAY, language: str | None = None) -> str:
    """Write 24/11/2026, or 10/2026, or 2026 by what is known; never a day 00."""
    if value is None:
        with translation.override(language or translation.get_language()):
            return gettext("không rõ")
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    if precision == DatePrecision.YEAR:
        return f"{value.year:04d}"
    month = f"{value.month:02d}/{value.year:04d}"
    return month if precision == DatePrecision.MONTH else f"{value.day:02d}/{month}"


def format_moment(value: datetime | None) -> str:
    """Write 24/11/2026 14:30 in the time of the city."""
    if value is None:
        return NONE
    local = timezone.localtime(value)
    return f"{format_date(local)} {local:%H:%M}"


def format_duration(seconds: float) -> str:
    """Write a time that is left in one unit, never more exact than it is known."""
    if seconds < 60:
        count = max(1, round(seconds / 5) * 5)
        return ngettext("%(count)d giây", "%(count)d giây", count) % {"count": count}
    if seconds < 60 * 60:
        count = round(seconds / 60)
        return ngettext("%(count)d phút", "%(count)d phút", count) % {"count": count}
    count = round(seconds / (60 * 60))
    return ngettext("%(count)d giờ", "%(count)d giờ", count) % {"count": count}


def mask_number(number: str) -> str:
    """Show enough of an identity number to compare it, not to use it: •••••••• 4127.

    The first digits of a citizen number say where, when and as what somebody was born: they are hidden too.
    """
    if len(number) < 9:
        return HIDDEN if number else NONE
    return f"{HIDDEN} {number[-4:]}"


def take_initials(full_name: str) -> str:
    """Return the letters of family and given name: "Trần Thu Hà" is TH."""
    words = full_name.split()
    return "".join(word[0].upper() for word in ([words[0], words[-1]] if len(words) > 1 else words))


def place_interval(
    lower: float, value: float, upper: float, scale: tuple[float, float], width: float = 200.0
) -> dict[str, str]:
    """Return where an interval stands on a scale drawn `width` wide, as SVG wants its numbers."""
    low, high = scale
    reach = (high - low) or 1.0
    at = {"lower": lower, "value": value, "upper": upper}
    placed = {name: width * min(1.0, max(0.0, (end - low) / reach)) for name, end in at.items()}
    return {name: f"{place:.1f}" for name, place in placed.items()} | {"mark": f"{placed['value'] - 1.5:.1f}"}
