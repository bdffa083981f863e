"""What a reader asks of the figures, and the cases and people that answer it."""

from dataclasses import dataclass, replace

import polars as pl
from django.utils.http import urlencode

from banyan.apps.insight.choices import ALL_SITES, WHOLE_CITY, SexAsked, StandardAsked
from banyan.apps.insight.queries.register import SKIN, Register
from banyan.science.coding import SiteGroup, site_groups

SEX_OF = {"male": SexAsked.MALE.value, "female": SexAsked.FEMALE.value}
PERIOD = 5


@dataclass(frozen=True)
class Question:
    """The whole state of a figures page; as long as it is equal, so are the figures.

    `skin` counts non-melanoma skin cancer among all sites, `early` counts D09.0 and D41.4 with the bladder.
    """

    first: int
    last: int
    site: str = ALL_SITES
    sex: str = SexAsked.BOTH.value
    place: str = WHOLE_CITY
    standard: str = StandardAsked.SEGI.value
    skin: bool = False
    early: bool = False

    @property
    def group(self) -> SiteGroup | None:
        return find_site(self.site)

    @property
    def sexes(self) -> tuple[str, ...]:
        return ("1", "2") if self.sex == SexAsked.BOTH else (self.sex,)

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def query(self) -> str:
        """Return the state as it stands in an address."""
        state: dict[str, str | int] = {
            "site": self.site,
            "sex": self.sex,
            "place": self.place,
            "first": self.first,
            "last": self.last,
            "standard": self.standard,
            "skin": int(self.skin),
            "early": int(self.early),
        }
        return urlencode(state)


def find_site(key: str) -> SiteGroup | None:
    return next((group for group in site_groups() if group.key == key), None)


def default_question(years: tuple[int, ...], *, every_year: bool = False) -> Question:
    """Return the question asked by who asks nothing: all sites, everybody, the last five years, or all there are."""
    first, last = years[0], years[-1]
    return Question(first=first if every_year else max(first, last - PERIOD + 1), last=last)


def settle_sex(question: Question) -> Question:
    """A cancer of one sex is asked of that sex, whatever stands in the address beside it."""
    group = question.group
    only = SEX_OF.get(group.sex) if group else None
    return replace(question, sex=only) if only and question.sex == SexAsked.BOTH else question


def earlier_period(question: Question, years: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the years before, as many as asked for; None where the register does not reach back so far."""
    first, last = question.first - question.length, question.first - 1
    return (first, last) if first >= years[0] else None


def choose_cases(register: Register, question: Question, *, every_year: bool = False) -> pl.LazyFrame:
    """Return the tumours that answer a question; `every_year` leaves the period open.

    Lazy, so that only the columns that a figure needs are read.
    """
    conditions = [_choose_site(question)]
    if question.sex != SexAsked.BOTH:
        conditions.append(pl.col("sex") == question.sex)
    if not question.early:
        conditions.append(~pl.col("early"))
    if question.place != WHOLE_CITY:
        conditions.append(pl.col("ward_code") == question.place)
    if not every_year:
        conditions.append(pl.col("year").is_between(question.first, question.last))
    return register.cases.lazy().filter(conditions)


def _choose_site(question: Question) -> pl.Expr:
    if question.site != ALL_SITES:
        return pl.col("site") == question.site
    return pl.lit(value=True) if question.skin else pl.col("site").ne_missing(SKIN)


def choose_people(register: Register, question: Question, *, every_year: bool = False) -> pl.DataFrame:
    """Return the people among whom those cases arose: ward_code, year, sex, age_group, person_years."""
    conditions = [pl.col("sex").is_in(question.sexes), pl.col("year").is_in(register.years)]
    if question.place != WHOLE_CITY:
        conditions.append(pl.col("ward_code") == question.place)
    if not every_year:
        conditions.append(pl.col("year").is_between(question.first, question.last))
    return register.people.filter(conditions)
