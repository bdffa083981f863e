"""Two questions of the same site and sex that are held against each other: two periods, or two places."""

from dataclasses import dataclass, replace

from django.utils.http import urlencode

from banyan.apps.insight.choices import OTHER_PERIOD, REST, WHOLE_CITY
from banyan.apps.insight.queries.question import Question

Period = tuple[int, int]


@dataclass(frozen=True)
class Contrast(Question):
    """The question of the first side, and what it is held against.

    `against` is the code of a ward, REST (all the city but the place asked for) or OTHER_PERIOD (the same place from
    `other_first` to `other_last`).
    """

    against: str = OTHER_PERIOD
    other_first: int = 0
    other_last: int = 0

    @property
    def one(self) -> Question:
        return Question(
            first=self.first,
            last=self.last,
            site=self.site,
            sex=self.sex,
            place=self.place,
            standard=self.standard,
            skin=self.skin,
            early=self.early,
        )

    @property
    def two(self) -> Question:
        """The question of the other side; of the rest of the city, that of the whole, from which the place is taken."""
        if self.of_periods:
            return replace(self.one, first=self.other_first, last=self.other_last)
        return replace(self.one, place=WHOLE_CITY if self.of_rest else self.against)

    @property
    def of_periods(self) -> bool:
        return self.against == OTHER_PERIOD

    @property
    def of_rest(self) -> bool:
        return self.against == REST

    def query(self) -> str:
        state: dict[str, str | int] = {
            "against": self.against,
            "other_first": self.other_first,
            "other_last": self.other_last,
        }
        return f"{super().query()}&{urlencode(state)}"


def settle_places(contrast: Contrast) -> Contrast:
    """The whole city against one of its wards is that ward against the rest: what is compared may have nothing in common."""
    if contrast.place == WHOLE_CITY and not contrast.of_periods and not contrast.of_rest:
        return replace(contrast, place=contrast.against, against=REST)
    return contrast


def choose_other(first: int, last: int, years: tuple[int, ...], bands: list[Period] | None) -> Period:
    """Return the period to compare with when none is stated: that before, as long where there is room; else that after.

    With `bands` it is made of whole ones. Where the register has no other year it is the same period.
    """
    before = [year for year in years if year < first][-(last - first + 1) :]
    after = [year for year in years if year > last][: last - first + 1]
    chosen = before or after or [first, last]
    if bands is None:
        return chosen[0], chosen[-1]
    inside = [band for band in bands if chosen[0] <= band[0] and band[1] <= chosen[-1]]
    return (inside[0][0], inside[-1][1]) if inside else (first, last)
