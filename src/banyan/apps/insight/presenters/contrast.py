"""What a comparison is about, in words: its two sides, and how sure it is that they differ."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, QualityStrip
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.choices import WHOLE_CITY
from banyan.apps.insight.presenters.finding import (
    RATE_DIGITS,
    RATIO_DIGITS,
    Estimate,
    judge,
    say_held,
    say_periods,
    write_limits,
    write_p,
)
from banyan.apps.insight.presenters.quality import say_grade, say_limits, show_strip
from banyan.apps.insight.presenters.scope import Scope, write_period
from banyan.apps.insight.queries.comparison import Comparison, Side
from banyan.apps.insight.queries.contrast import Contrast
from banyan.apps.insight.queries.quality import QualityAnswer


@dataclass(frozen=True)
class ContrastScope(Scope):
    """One contrast at one version of the register, ready to be put into words."""

    question: Contrast

    @property
    def place_words(self) -> str:
        if self.question.of_periods:
            return super().place_words
        return _("%(one)s so với %(two)s") % {"one": super().place_words, "two": self.other_place}

    @property
    def other_place(self) -> str:
        if self.question.of_rest:
            return _("phần còn lại của thành phố")
        return Scope(self.question.two, self.register).place_words

    @property
    def period(self) -> str:
        own = super().period
        if not self.question.of_periods:
            return own
        return _("%(one)s so với %(two)s") % {"one": own, "two": self.other_period}

    @property
    def other_period(self) -> str:
        return write_period(self.question.other_first, self.question.other_last)

    @property
    def names(self) -> tuple[str, str]:
        """What tells the two sides apart: their periods, or their places."""
        if self.question.of_periods:
            return super().period, self.other_period
        return super().place_words, self.other_place


def read_ratio(answer: Comparison) -> Estimate | None:
    return read_estimate(answer.against, "ratio")


def read_estimate(row: dict[str, Any], name: str) -> Estimate | None:
    value, lower, upper = (row.get(key) for key in (name, f"{name}_lower", f"{name}_upper"))
    return None if value is None or lower is None or upper is None else Estimate(value, lower, upper)


def show_contrast_answers(answer: Comparison, scope: ContrastScope) -> list[Answer]:
    """Lay out ratio, difference, test, and how the first place stands against the city."""
    one, two = scope.names
    against = answer.against
    return [
        make_contrast_answer(
            _("Tỷ số ASR"), read_ratio(answer), scope, RATIO_DIGITS,
            unit=_("%(one)s so với %(two)s") % {"one": one, "two": two},
        ),
        make_contrast_answer(
            _("Hiệu ASR"), read_estimate(against, "difference"), scope, 1, unit=_("ca trên 100.000 người mỗi năm")
        ),
        Answer(
            label=_("Kiểm định hai phía: p"),
            value=say_none(scope) if against["p_value"] is None else write_p(against["p_value"]),
            unit="" if against["z"] is None else _("z = %(z)s") % {"z": format_figure(against["z"], 2)},
        ),
        *show_place_answers(answer, scope),
    ]  # fmt: skip


def show_place_answers(answer: Comparison, scope: ContrastScope) -> list[Answer]:
    """The ratio to the city has its place only where a ward is asked for."""
    if answer.sides[0].question.place == WHOLE_CITY:
        return []
    found = read_estimate(answer.sides[0].ratio, "ratio")
    unit = _("%(one)s so với toàn thành phố") % {"one": Scope(scope.question.one, scope.register).place_words}
    return [make_contrast_answer(_("Tỷ số chuẩn hóa gián tiếp (SIR)"), found, scope, RATIO_DIGITS, unit=unit)]


def make_contrast_answer(
    label: str, found: Estimate | None, scope: Scope, digits: int, *, unit: str
) -> Answer:
    if found is None:
        return Answer(label=label, value=say_none(scope), unit=unit)
    return Answer(
        label=label,
        value=format_figure(found.value, digits),
        unit=unit,
        interval=format_interval(found.lower, found.upper, digits),
    )


def say_none(scope: Scope) -> str:
    """A number that is not there is hidden from a reader from whom some are; else it cannot be worked out."""
    return "–" if scope.register.disclosure is None else _("ẩn")


def show_strips(
    qualities: tuple[QualityAnswer, QualityAnswer], answer: Comparison, scope: ContrastScope
) -> list[QualityStrip]:
    """Set the quality of the two sides below each other: a rate may differ because the registration does."""
    strips = []
    for quality, side, name in zip(qualities, answer.sides, name_measured(answer, scope), strict=True):
        strip = show_strip(quality, Scope(side.question, scope.register))
        strips.append(replace(strip, words=f"{name}. {strip.words}"))
    return strips


def name_measured(answer: Comparison, scope: ContrastScope) -> list[str]:
    """Name the sides whose quality is measured: in place of the rest of the city, which nobody asks for, the whole."""
    pairs = zip(answer.sides, scope.names, strict=True)
    return [_("toàn thành phố") if side.is_rest else name for side, name in pairs]


def say_sides(
    qualities: tuple[QualityAnswer, QualityAnswer], answer: Comparison, scope: ContrastScope
) -> list[str]:
    """Say under a figure what it may be trusted for: cases and quality of each side, the version of the data."""
    version = {"date": scope.version_words, "mark": scope.register.version.fingerprint}
    counts = [f"{name}: {say_cases(side)}" for side, name in zip(answer.sides, scope.names, strict=True)]
    measured = zip(name_measured(answer, scope), qualities, strict=True)
    return [
        *counts,
        *(f"{name}: {say_grade(quality)}" for name, quality in measured),
        *say_provisional(scope),
        _("Bản dữ liệu %(date)s, dấu vân %(mark)s") % version,
        *say_limits(scope),
    ]


def say_provisional(scope: ContrastScope) -> list[str]:
    """Warn where cases of one side may still come in: it is then lower than it will be."""
    sides = (scope.question.one, scope.question.two)
    open_years = [
        year for year in scope.provisional_years if any(side.first <= year <= side.last for side in sides)
    ]
    return [scope.provisional_words] if open_years else []


def say_cases(side: Side) -> str:
    cases = side.total["cases"]
    return _("Số ca: ẩn") if cases is None else _("%(count)s ca") % {"count": format_figure(cases)}


def say_nothing(scope: ContrastScope) -> str:
    """Say why there is no comparison to read."""
    if scope.register.disclosure is None:
        return _("Chưa đủ ca để so sánh.")
    if scope.question.of_rest:
        return _("Không nêu ASR của phần còn lại: từ đó tính ra được tuổi của các ca ở nơi kia.")
    return say_held()


def say_against_city(answer: Comparison, scope: ContrastScope) -> str:
    """Say how the ward asked for stands against the city, where only that may be told."""
    found = read_estimate(answer.sides[0].ratio, "ratio")
    if found is None or not scope.question.of_rest:
        return say_nothing(scope)
    return say_periods(found, scope.names[0], _("toàn thành phố"))


def say_difference(found: Estimate, p_value: float, one: str) -> str:
    """Say by how much the two rates differ; in which direction only where the printed interval leaves out 0."""
    side, p = judge(found, 0.0, RATE_DIGITS), write_p(p_value)
    words = {"one": one, "p": p if p.startswith("<") else f"= {p}"}
    words |= {"difference": format_figure(abs(found.value), RATE_DIGITS)}
    words |= {"interval": write_limits(found.lower, found.upper)}
    if side < 0:
        words["interval"] = write_limits(-found.upper, -found.lower)
    sentences = {
        1: _("%(one)s: cao hơn %(difference)s ca trên 100.000 người mỗi năm (%(interval)s; p %(p)s)."),
        0: _("Chưa phân biệt được hai bên: hiệu %(interval)s ca trên 100.000 người mỗi năm (p %(p)s)."),
        -1: _("%(one)s: thấp hơn %(difference)s ca trên 100.000 người mỗi năm (%(interval)s; p %(p)s)."),
    }
    return capitalise(sentences[side] % words)


def say_funnel(above: int, below: int, count: int) -> str:
    """Say how many wards lie beyond the outer limits, and how many would by chance: 2 in 1000."""
    chance = 0.002 * count
    few = "< " if chance < 0.1 else ""
    words = {
        "count": count,
        "above": above,
        "below": below,
        "chance": few + format_figure(max(chance, 0.1), 1),
    }
    if above == 0 and below == 0:
        return (
            _("Chưa phân biệt được nơi nào với toàn thành phố: cả %(count)s nơi trong giới hạn 99,8 %%.")
            % words
        )
    return (
        _(
            "Ngoài giới hạn 99,8 %%: %(above)s nơi cao hơn và %(below)s nơi thấp hơn, trong %(count)s nơi; "
            "ngẫu nhiên thì trung bình %(chance)s nơi."
        )
        % words
    )


def capitalise(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
