"""Somebody who may be the one typed: who she is, and what of both agrees and differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.presenters.identifier import show_number
from banyan.apps.core.rules import Viewer
from banyan.apps.core.rules.figures import NONE
from banyan.apps.people.choices import Sex
from banyan.apps.people.presenters.person import name_person, tell_birth
from banyan.apps.people.queries.duplicates import Alike
from banyan.science.linkage import Level, Part, Score

PARTS: dict[Part, Promise] = {
    Part.CITIZEN: _("số căn cước"),
    Part.INSURANCE: _("số thẻ bảo hiểm"),
    Part.NAME: _("họ tên"),
    Part.BIRTH: _("ngày sinh"),
    Part.SEX: _("giới"),
}
LEVELS: dict[Level, Promise] = {
    Level.FOLDED: _("khác dấu"),
    Level.SPELT: _("khác cách viết"),
    Level.ORDER: _("khác thứ tự hoặc thiếu tên đệm"),
    Level.BEGUN: _("giống phần đầu"),
    Level.SWAPPED: _("đảo ngày và tháng"),
    Level.MONTH: _("cùng tháng, năm"),
    Level.YEAR: _("cùng năm"),
    Level.CLOSE: _("sai một chữ"),
    Level.PARTLY: _("gần giống"),
    Level.OTHER: _("khác"),
}
GRADES: dict[str, tuple[str, Promise]] = {
    "sure": ("urgent", _("gần như chắc là một người")),
    "likely": ("warn", _("nhiều khả năng là một người")),
    "possible": ("info", _("có thể là một người")),
}


@dataclass(frozen=True, kw_only=True)
class AlikeView:
    number: str
    name: str
    facts: str
    citizen_id: str
    ward: str
    status: str
    grade: str
    agrees: str
    differs: str


def list_alike(found: Iterable[Alike], wards: Mapping[int, str], viewer: Viewer) -> list[AlikeView]:
    return [describe_alike(alike, wards.get(alike.person.pk, NONE), viewer) for alike in found]


def describe_alike(alike: Alike, ward: str, viewer: Viewer) -> AlikeView:
    person = alike.person
    status, grade = GRADES[alike.grade]
    return AlikeView(
        number=person.number,
        name=name_person(person),
        facts=f"{Sex(person.sex).label} · {tell_birth(person)}",
        citizen_id=show_number(person.citizen_id, viewer),
        ward=ward,
        status=status,
        grade=str(grade),
        agrees=tell_parts(alike.score, alike.score.agreeing),
        differs=tell_parts(alike.score, alike.score.differing),
    )


def tell_parts(score: Score, parts: Iterable[Part]) -> str:
    """Return "họ tên (khác dấu), ngày sinh": the parts, and how far each agrees."""
    return ", ".join(tell_part(part, score.levels[part]) for part in parts)


def tell_part(part: Part, level: Level) -> str:
    return f"{PARTS[part]} ({LEVELS[level]})" if level not in {Level.SAME, Level.OTHER} else str(PARTS[part])
