"""One course of yearly rates: its line, its words, its table."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval, format_percent
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import (
    SURE,
    Estimate,
    say_held_trend,
    say_trend,
)
from banyan.apps.insight.presenters.incidence import mark_note
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.queries.projection import HORIZON
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.trend import (
    FEW,
    FEWEST_YEARS,
    HELD,
    ZERO,
    Course,
)
from banyan.science.burden.chart import draw_joinpoints, draw_trend
from banyan.science.burden.chart.palette import COBALT, INK_2

COLUMNS = ("year", "cases", "asr", "asr_lower", "asr_upper", "provisional", "fitted")


def write_change(value: float | None) -> str:
    """Write a change with its sign: "+3,2 %"."""
    sign = "+" if value is not None and round(value, 1) > 0 else ""
    return sign + format_percent(value, 1)


def mark_sure(p_value: float | None) -> str:
    """Return the star that says that a change is told apart from none."""
    return "*" if p_value is not None and p_value < SURE else ""


def say_star() -> str:
    return _("* khác 0 với p < 0,05")


def say_lack(course: Course) -> str:
    """Say why there is no line, and from when on there would be."""
    words = {
        HELD: say_held_trend(),
        FEW: _("Có %(years)s năm trọn vẹn; cần ít nhất %(fewest)s năm để nói về xu hướng.")
        % {"years": course.years, "fewest": FEWEST_YEARS},
        ZERO: _("Có năm tỷ suất bằng 0, không lấy được logarit: không khớp đường nào."),
    }
    return " ".join(part for part in (words[course.lack], say_crude(course)) if part)


def say_crude(course: Course) -> str:
    """Say how the crude rate changes, where the standardised one has no line."""
    change = course.crude
    if change is None:
        return ""
    said = say_trend(
        Estimate(change.percent, change.lower, change.upper), min(change.years), max(change.years)
    )
    return _("Tỷ suất thô, %(sentence)s") % {"sentence": said}


def name_topic(scope: Scope, sex: str) -> str:
    words = {"sex": sex, "years": scope.period, "standard": scope.standard_words}
    return _("ASR trên 100.000 · %(standard)s · %(sex)s · %(years)s") % words


def show_course(course: Course, quality: QualityAnswer, scope: Scope) -> Figure:
    topic = name_topic(scope, scope.sex_words)
    finding = say_course(course)
    return Figure(
        slug="trend",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=draw_courses([course], ("",), f"{scope.title}. {topic}"),
        frame=shape_file(course.rates),
        table=tabulate_years(course, scope),
        method="joinpoint",
        key=list_keys(course),
        trust=[*say_room(course), *say_trust(quality, scope)],
        links=link_on(scope),
        width="w7" if course.model else "w12",
        table_open=True,
    )


def link_on(scope: Scope) -> list[tuple[str, str]]:
    """Lead on to what the rates would become."""
    return [
        (
            _("Dự báo đến %(year)s") % {"year": HORIZON},
            f"{reverse('figures-projection')}?{scope.question.query()}",
        )
    ]


def say_course(course: Course) -> str:
    """Say each segment's change, judged on its own interval."""
    if course.model is None:
        return say_lack(course)
    said = [
        say_trend(
            Estimate(row["apc"], row["apc_lower"], row["apc_upper"]), int(row["start"]), int(row["end"])
        )
        for row in course.model.segments().to_dicts()
    ]
    return " ".join(said)


def say_room(course: Course) -> list[str]:
    """Say under the figure how many joinpoints the years leave room for, and which are not fitted."""
    note = mark_note(course.rates["provisional"])
    if course.model is None:
        return [note] if note else []
    words = {"years": course.years, "most": len(course.model.fits) - 1}
    room = (
        _("%(years)s năm trọn vẹn cho phép thử đến %(most)s điểm gãy (1 từ 7 năm, 2 từ 12, 3 từ 17)") % words
    )
    return [room, *([note] if note else [])]


def draw_courses(courses: Sequence[Course], names: Sequence[str], label: str) -> Any:
    """Return what draws the courses that have lines; the rates alone where there is none, nothing without rates."""
    rates = pl.concat([shape_rates(number, course) for number, course in enumerate(courses)])
    models = [course.model for course in courses if course.model]
    if rates["value"].is_null().all():
        return None
    if len(models) < len(courses):
        alone = rates.filter(pl.col("series") == 0).with_columns(provisional=~pl.col("fitted"))
        none = pl.DataFrame(schema={"year": pl.Float64, "value": pl.Float64})
        return partial(draw_trend, alone, none, language=speaks(), label=label)
    return partial(draw_joinpoints, models, names=names, language=speaks(), label=label, rates=rates)


def shape_rates(number: int, course: Course) -> pl.DataFrame:
    return course.rates.select(
        pl.lit(number).alias("series"),
        "year",
        value="asr",
        lower="asr_lower",
        upper="asr_upper",
        fitted=~pl.col("provisional"),
    )


def list_keys(course: Course) -> list[tuple[SafeString, str]]:
    keys = [(draw_key("point", COBALT), _("Từng năm, kèm KTC 95 %"))]
    if course.model:
        keys.append((draw_key("line", COBALT), _("Đường khớp")))
    if course.model and course.model.joinpoints:
        keys.append((draw_key("hollow", INK_2), _("Điểm gãy")))
    if course.rates["provisional"].any():
        keys.append((draw_key("hollow", COBALT), _("Tạm tính, không tính vào đường khớp")))
    return keys


def shape_file(rates: pl.DataFrame) -> pl.DataFrame:
    return rates.select(name for name in (*COLUMNS, "suppressed") if name in rates.columns)


def tabulate_years(course: Course, scope: Scope) -> DataTable:
    columns = [
        (_("Năm"), False), (_("Ca mới"), True), ("ASR", True), (_("KTC 95 %"), True), (_("Đường khớp"), True),
    ]  # fmt: skip
    rows = [
        [
            f"{row['year']} *" if row["provisional"] else str(row["year"]),
            format_figure(row["cases"]),
            format_figure(row["asr"], 1),
            format_interval(row["asr_lower"], row["asr_upper"]),
        ]
        for row in course.rates.to_dicts()
    ]
    hidden = scope.mark_hidden(rows)
    lines = [format_figure(value, 1) for value in course.rates["fitted"]]
    return DataTable(
        title=_("Bảng số từng năm"),
        columns=columns,
        rows=[[*row, line] for row, line in zip(hidden, lines, strict=True)][::-1],
    )
