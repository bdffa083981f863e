"""Every number of days and hours that the law or the house sets: settings with a default, never words of the code.

Law 91/2025/QH15 and Decree 356/2025/ND-CP were read in secondary sources only. A site sets its own with
`BANYAN_TERMS="answer=2,finish=15"` and `BANYAN_HOLIDAYS="2027-02-05,2027-02-08"` after asking a lawyer.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LAW = _("Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP; đọc qua nguồn thứ cấp")
HOUSE = _("cơ sở tự đặt")
WORKING_DAYS, DAYS, HOURS, TIMES = _("ngày làm việc"), _("ngày"), _("giờ"), _("lần")
SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class Term:
    """One limit: what it is for, how much, of what, and where the number comes from."""

    key: str
    label: Promise
    amount: int
    unit: Promise
    source: Promise = LAW


DEFAULTS = (
    Term(key="answer", label=_("Trả lời yêu cầu của người bệnh"), amount=2, unit=WORKING_DAYS),
    Term(key="finish", label=_("Làm xong yêu cầu"), amount=15, unit=DAYS),
    Term(key="finish_third", label=_("Làm xong yêu cầu khi có bên thứ ba giữ dữ liệu"), amount=20, unit=DAYS),
    Term(key="extension", label=_("Gia hạn, một lần, có lý do"), amount=15, unit=DAYS),
    Term(key="breach", label=_("Báo cơ quan chức năng từ lúc phát hiện sự cố"), amount=72, unit=HOURS),
    Term(key="glass", label=_("Mở khẩn cấp có hiệu lực"), amount=4, unit=HOURS, source=HOUSE),
    Term(key="judge", label=_("Duyệt lại một lần mở khẩn cấp"), amount=7, unit=DAYS, source=HOUSE),
    Term(key="attempts", label=_("Thử mở khẩn cấp trong một giờ"), amount=10, unit=TIMES, source=HOUSE),
)
# the same day each year: Labour Code 45/2019/QH14, article 112
FIXED_HOLIDAYS = {(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)}
# those that follow the moon are announced each year
MOON_HOLIDAYS = {
    *(date(2026, 2, day) for day in range(16, 21)),
    date(2026, 4, 27),
}


def read_terms() -> dict[str, Term]:
    """Return the terms as this site has set them."""
    given = dict(part.split("=", 1) for part in settings.TERMS.split(",") if "=" in part)
    return {
        term.key: Term(
            key=term.key,
            label=term.label,
            amount=int(given.get(term.key, term.amount)),
            unit=term.unit,
            source=term.source,
        )
        for term in DEFAULTS
    }


def read_term(key: str) -> int:
    return read_terms()[key].amount


def read_holidays() -> set[date]:
    """Return the days off that are not the same each year."""
    given = {date.fromisoformat(text.strip()) for text in settings.HOLIDAYS.split(",") if text.strip()}
    return MOON_HOLIDAYS | given


def is_working_day(day: date, holidays: set[date]) -> bool:
    return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED_HOLIDAYS and day not in holidays


def add_working_days(day: date, number: int) -> date:
    """Return the day on which `number` working days have passed after `day`, which itself does not count."""
    holidays = read_holidays()
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day, holidays)
    return day


def lacks_new_year(year: int) -> bool:
    """Say whether nobody has written down yet which days of that year's Tết are off."""
    return not any(day.year == year and day.month <= 2 for day in read_holidays())


def answer_day(received: date) -> date:
    return add_working_days(received, read_term("answer"))


def finish_day(received: date, *, third_party: bool) -> date:
    return received + timedelta(days=read_term("finish_third" if third_party else "finish"))


def breach_limit(detected_at: datetime) -> datetime:
    """Return until when the authority must have been told."""
    return detected_at + timedelta(hours=read_term("breach"))
