"""How likely two records are one person: each part of the identity weighed, and the sum explained.

Weights are in bits, as in Fellegi and Sunter (1969): the base-2 logarithm of how much more often a part agrees so far
in two records of one person than in records of two. They are set by judgement from what the parts can tell (365 days
by 80 years is 15 bits, less what is mistyped), not fitted; a part that one of the records lacks weighs nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from banyan.science.linkage.dates import Birth, compare_births
from banyan.science.linkage.levels import Level
from banyan.science.linkage.likeness import compare_names

# A name, a day of birth and a sex are 20 bits together, and of two people in a city often enough: sure takes a number.
# From LIKELY on somebody should decide; below POSSIBLE nobody is shown.
SURE, LIKELY, POSSIBLE = 21.0, 12.0, 4.0
SEXES = frozenset({"1", "2"})

NAME_BITS = {
    Level.SAME: 9.0,
    Level.FOLDED: 8.5,
    Level.SPELT: 7.5,
    Level.ORDER: 6.5,
    Level.BEGUN: 4.0,
    Level.CLOSE: 5.0,
    Level.PARTLY: 2.0,
    Level.OTHER: -8.0,
}
BIRTH_BITS = {
    Level.SAME: 10.0,
    Level.SWAPPED: 7.5,
    Level.MONTH: 6.0,
    Level.CLOSE: 5.5,
    Level.YEAR: 3.0,
    Level.PARTLY: -2.0,
    Level.OTHER: -9.0,
}
SEX_BITS = {Level.SAME: 1.0, Level.OTHER: -5.0}
CITIZEN_BITS = {Level.SAME: 22.0, Level.CLOSE: 8.0, Level.OTHER: -6.0}
INSURANCE_BITS = {Level.SAME: 18.0, Level.CLOSE: 6.0, Level.OTHER: -3.0}


class Part(StrEnum):
    """What two records are compared by."""

    CITIZEN = "citizen_id"
    INSURANCE = "insurance_number"
    NAME = "full_name"
    BIRTH = "birth_date"
    SEX = "sex"


BITS = {
    Part.CITIZEN: CITIZEN_BITS,
    Part.INSURANCE: INSURANCE_BITS,
    Part.NAME: NAME_BITS,
    Part.BIRTH: BIRTH_BITS,
    Part.SEX: SEX_BITS,
}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What is known of somebody; empty texts and None are not known. `birth_precision` is "day", "month" or "year"."""

    full_name: str = ""
    birth_date: date | None = None
    birth_precision: str = ""
    sex: str = ""
    citizen_id: str = ""
    insurance_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Score:
    """The sum in bits, and the level of each part that both records have."""

    bits: float
    levels: dict[Part, Level]

    @property
    def agreeing(self) -> list[Part]:
        return [part for part, level in self.levels.items() if BITS[part][level] > 0]

    @property
    def differing(self) -> list[Part]:
        return [part for part, level in self.levels.items() if BITS[part][level] < 0]


def score_pair(one: Identity, other: Identity) -> Score:
    """Compare two identities; the order of the two does not matter."""
    levels = {
        part: level
        for part, level in (
            (Part.CITIZEN, compare_numbers(one.citizen_id, other.citizen_id)),
            (Part.INSURANCE, compare_numbers(one.insurance_number[-10:], other.insurance_number[-10:])),
            (Part.NAME, compare_names(one.full_name, other.full_name)),
            (Part.BIRTH, compare_births(birth_of(one), birth_of(other))),
            (Part.SEX, compare_sexes(one.sex, other.sex)),
        )
        if level is not None
    }
    return Score(bits=sum(BITS[part][level] for part, level in levels.items()), levels=levels)


def best_score(one: Identity, others: Iterable[Identity]) -> Score:
    """Return the best of several forms of one record (her name, her other names)."""
    return max((score_pair(one, other) for other in others), key=lambda score: score.bits)


def birth_of(identity: Identity) -> Birth | None:
    return Birth(identity.birth_date, identity.birth_precision or "day") if identity.birth_date else None


def compare_sexes(one: str, other: str) -> Level | None:
    if one not in SEXES or other not in SEXES:
        return None
    return Level.SAME if one == other else Level.OTHER


def compare_numbers(one: str, other: str) -> Level | None:
    """Compare numbers of one kind; one of nine and one of twelve digits may both be hers, and say nothing."""
    if not one or not other or len(one) != len(other):
        return None
    if one == other:
        return Level.SAME
    return Level.CLOSE if is_one_slip(one, other) else Level.OTHER


def is_one_slip(one: str, other: str) -> bool:
    """Say whether two texts of one length differ in one character, or in two neighbours that changed places."""
    wrong = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        first, second = wrong
        return one[first] == other[second] and one[second] == other[first]
    return len(wrong) == 1
