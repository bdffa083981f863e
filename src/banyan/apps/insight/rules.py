"""What a figure may say and show: the thresholds, each with where it comes from."""

import math
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

# Fewer cases than this in a ward are not shown on a map or a list that people publish: a rate on four cases says
# little about a ward and may say too much about four people.
SMALLEST_COUNT = 5
# A registry hears of a year's last cases during the whole of the next year, and needs a second one to trace the
# deaths: figures of a year are provisional until then.
MONTHS_TO_CLOSE = 24
# "Much higher" and "much lower" on the map: a quarter above the city's rate, a fifth below, the same ratio.
MUCH = 1.25


@dataclass(frozen=True)
class Target:
    """What a measure of quality should reach. `source` says who asks for it."""

    limit: float
    at_least: bool
    digits: int
    source: str

    def is_missed(self, value: float | None) -> bool:
        """Compare as printed, so that no page says 90,0 beside a missed ≥ 90."""
        if value is None or math.isnan(value):
            return False
        shown = round(value, self.digits)
        return shown < self.limit if self.at_least else shown > self.limit


CI5 = _("IARC, Cancer Incidence in Five Continents: các chỉ số so sánh")
OURS = _("đích của hệ thống này, chưa có chuẩn quốc tế")
TARGETS = {
    "mv": Target(75.0, at_least=True, digits=1, source=OURS),
    "dco": Target(5.0, at_least=False, digits=1, source=CI5),
    "unknown_stage": Target(20.0, at_least=False, digits=1, source=OURS),
    "unknown_age": Target(1.0, at_least=False, digits=1, source=OURS),
    "sources": Target(1.5, at_least=True, digits=1, source=OURS),
}
GRADES = "ABCD"


def grade_quality(missed: int) -> str:
    """Return A where every target is met, one letter lower for each that is missed, D for three and more."""
    return GRADES[min(missed, len(GRADES) - 1)]


def is_provisional(year: int, today: date) -> bool:
    """Tell whether cases of a year may still come in: until two years after it ended."""
    return (today.year - year - 1) * 12 + today.month - 1 < MONTHS_TO_CLOSE


def place_against(lower: float, upper: float, reference: float) -> int:
    """Return 1 where the whole interval lies above the reference, -1 below, 0 where the two cannot be told apart."""
    return int(lower > reference) - int(upper < reference)
