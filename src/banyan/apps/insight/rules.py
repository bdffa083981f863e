"""What a figure may say and show: the thresholds, each with where it comes from."""

import math
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.science.burden.quality import INDICES, OWN

# Fewer cases than this in a ward are not shown on a map or a list that people publish: a rate on four cases says
# little about a ward and may say too much about four people.
SMALLEST_COUNT = 5
# A standardised rate on fewer cases is not told without identified access: it says little, and by its digits more than
# it should of the ages behind it (the limit of the United States Cancer Statistics).
FEWEST_FOR_RATE = 16
# A registry hears of a year's last cases during the whole of the next year, and needs a second one to trace the
# deaths: figures of a year are provisional until then.
MONTHS_TO_CLOSE = 24
# "Much higher" and "much lower" on the map: a quarter above the city's rate, a fifth below, the same ratio.
MUCH = 1.25


def smallest_count() -> int:
    """Return the smallest count that is told without identified access; a site that publishes may set it higher."""
    return int(getattr(settings, "SMALLEST_COUNT", SMALLEST_COUNT))


def sees_every_count(viewer: Viewer) -> bool:
    """Tell who may see every figure as it is: identified access to the whole city.

    Whoever sees the names of one hospital's patients knows no more of the others' than a reader without names.
    """
    return viewer.whole_city and viewer.can(Capability.VIEW_PERSONS)


@dataclass(frozen=True)
class Target:
    """The limits within which a measure of quality should lie, and who says so."""

    low: float | None
    high: float | None
    source: str

    def is_missed(self, value: float | None) -> bool:
        """Compare as printed, so that no page says 75,0 beside a missed ≥ 75."""
        if value is None or math.isnan(value):
            return False
        shown = round(value, 1)
        return (self.low is not None and shown < self.low) or (self.high is not None and shown > self.high)

    @property
    def limit(self) -> float:
        """The limit that a bar shows: the lower one where there are two."""
        return self.low if self.low is not None else self.high or 0.0


def read_targets() -> dict[str, Target]:
    """Take the limits that the statistics package knows; sources a case are ours alone."""
    found = {index.key: Target(index.low, index.high, index.source) for index in INDICES}
    chosen = {key: found[key] for key in ("mv", "dco", "unknown_stage", "unknown_age")}
    return {**chosen, "sources": Target(1.5, None, OWN)}


TARGETS = read_targets()
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
