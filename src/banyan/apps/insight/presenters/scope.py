"""What a page is about, in words: its title, its scope, its versions, its citation."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.apps.core.rules.figures import NONE, format_date
from banyan.apps.insight.choices import ALL_SITES, WHOLE_CITY, SexAsked, StandardAsked
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.rules import is_provisional
from banyan.science.coding import SiteGroup

# A name that begins with one of these says already that it is a cancer (after the glossary).
COMPLETE = ("U ", "Sarcoma", "Bệnh", "Hội chứng", "Ung thư", "Đa u")


def speaks() -> str:
    """Return "vi" or "en", the two languages that figures are drawn in."""
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def name_cancer(group: SiteGroup | None) -> str:
    """Name a disease, not an organ: "Ung thư vú", "Bệnh bạch cầu"."""
    if group is None:
        return _("Mọi ung thư")
    name = group.name(speaks())
    if speaks() != "vi":
        return name
    return name if name.startswith(COMPLETE) else f"Ung thư {name[0].lower()}{name[1:]}"


@dataclass(frozen=True)
class Scope:
    """One question at one version of the register, ready to be put into words."""

    question: Question
    register: Register

    def mark_hidden(self, rows: Sequence[Sequence[str]]) -> list[list[str]]:
        """Write "ẩn" for a number that is not there, for a reader from whom some are hidden."""
        if self.register.disclosure is None:
            return [list(row) for row in rows]
        return [[_("ẩn") if cell == NONE else cell for cell in row] for row in rows]

    @property
    def sex_words(self) -> str:
        words = {SexAsked.BOTH: _("cả hai giới"), SexAsked.MALE: _("nam"), SexAsked.FEMALE: _("nữ")}
        return words[SexAsked(self.question.sex)]

    @property
    def place_words(self) -> str:
        if self.question.place == WHOLE_CITY:
            return _("toàn thành phố")
        names = dict(self.register.wards.select("ward_code", "name").iter_rows())
        return str(names.get(self.question.place, self.question.place))

    @property
    def period(self) -> str:
        return write_period(self.question.first, self.question.last)

    @property
    def title(self) -> str:
        cancer, sex = name_cancer(self.question.group), self.question.sex
        place = self.place_words
        if sex == SexAsked.BOTH:
            return _("%(cancer)s, %(place)s") % {"cancer": cancer, "place": place}
        return _("%(cancer)s ở %(sex)s, %(place)s") % {
            "cancer": cancer,
            "sex": self.sex_words,
            "place": place,
        }

    @property
    def codes_words(self) -> str:
        group = self.question.group
        if group:
            return f"ICD-10 {group.icd10.replace(' ', ', ')}"
        return _("mọi vị trí, có C44") if self.question.skin else _("mọi vị trí, không kể C44")

    @property
    def provisional_years(self) -> list[int]:
        today = timezone.localdate()
        return [year for year in self.register.years if is_provisional(year, today)]

    @property
    def provisional_words(self) -> str:
        years = [str(year) for year in self.provisional_years]
        return _("Số tạm tính: năm %(years)s.") % {"years": ", ".join(years)} if years else ""

    @property
    def lede(self) -> str:
        """One line: what is counted, where, when."""
        words = {"codes": self.codes_words, "period": self.period, "place": self.place_words}
        said = _("Ca mới mắc, u ác tính, %(codes)s, mọi tuổi, %(place)s, %(period)s.") % words
        early = _("Có tính D09.0 và D41.4.") if self.question.early and self.counts_bladder else ""
        return " ".join(part for part in (said, early, self.provisional_words) if part)

    @property
    def counts_bladder(self) -> bool:
        return self.question.site in (ALL_SITES, "bladder")

    @property
    def standard_words(self) -> str:
        return str(StandardAsked(self.question.standard).label)

    @property
    def population_words(self) -> str:
        return self.register.population_vi if speaks() == "vi" else self.register.population_en

    @property
    def version_words(self) -> str:
        return format_date(self.register.version.date)

    def cite(self, address: str) -> str:
        """Return the reference to print under a figure that leaves the house."""
        words = {
            "title": self.title,
            "period": self.period,
            "date": self.version_words,
            "mark": self.register.version.fingerprint,
            "population": self.population_words,
            "today": format_date(timezone.localdate()),
            "address": address,
        }
        return (
            _(
                "%(title)s, %(period)s. Banyan, bản dữ liệu %(date)s (dấu vân %(mark)s); dân số: %(population)s. "
                "Lập ngày %(today)s. %(address)s"
            )
            % words
        )

    def state(self) -> list[tuple[str, str]]:
        """Return scope and versions as lines of a sheet: label, value."""
        return [
            (_("Nội dung"), f"{self.title}, {self.period}"),
            (_("Ca được đếm"), self.lede),
            (_("Dân số chuẩn"), self.standard_words),
            (_("Dân số"), f"{self.population_words} ({self.register.population_source})"),
            (_("Bản dữ liệu"), f"{self.version_words}, {self.register.version.fingerprint}"),
            (_("Lập ngày"), format_date(timezone.localdate())),
        ]


def write_period(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
