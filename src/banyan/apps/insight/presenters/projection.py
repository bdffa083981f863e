"""The page "Dự báo": cases and rates until 2050, what changes them, and how such projections would have done."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval, format_percent
from banyan.apps.insight.presenters.fan import (
    STOPS,
    find_row,
    list_totals,
    name_periods,
    name_topic,
    say_people,
    show_fan,
)
from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.finding import (
    say_check,
    say_held,
    say_parts,
    write_points,
)
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks, write_period
from banyan.apps.insight.queries.projection import (
    HORIZON,
    ProjectionAnswer,
)
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.trend import FEW, FEWEST_YEARS, HELD
from banyan.science.burden.chart import draw_parts

PARTS = ("risk", "size", "structure")


def show_projection_answers(answer: ProjectionAnswer) -> list[Answer]:
    """Lay out the cases and the rate of the last year, and of the horizon."""
    if answer.projection is None:
        label = _("Số ca năm %(year)s") % {"year": HORIZON}
        return [Answer(label=label, value="–", unit=say_lack(answer))]
    totals = list_totals(answer)
    seen = totals.filter(~pl.col("projected")).row(-1, named=True)
    ends = [find_row(totals, year) for year in (STOPS[0], HORIZON)]
    return [
        *(make_expected(row, "cases", 0, _("Số ca mỗi năm, %(year)s")) for row in ends[::-1]),
        make_expected(ends[1], "asr", 1, _("ASR, %(year)s")),
        Answer(
            label=_("Số ca mỗi năm, %(year)s") % {"year": seen["name"]},
            value=format_figure(seen["cases"]),
            unit=_("đã ghi nhận"),
        ),
    ]


def make_expected(row: dict[str, Any], name: str, digits: int, label: str) -> Answer:
    lower, upper = row[f"{name}_lower"], row[f"{name}_upper"]
    return Answer(
        label=label % {"year": row["name"]},
        value=format_figure(row[name], digits),
        interval=format_interval(lower, upper, digits),
        note=_("khoảng dự báo"),
    )


def say_lack(answer: ProjectionAnswer) -> str:
    if answer.fault:
        return (
            answer.fault.message_vi if (get_language() or "vi").startswith("vi") else answer.fault.message_en
        )
    if answer.lack == FEW:
        words = {"years": answer.last - answer.first + 1, "fewest": FEWEST_YEARS}
        return _("Không dự báo: cần ít nhất %(fewest)s năm trọn vẹn liền nhau.") % words
    return say_held() if answer.lack == HELD else ""


def build_projection(answer: ProjectionAnswer, quality: QualityAnswer, scope: Scope) -> Iterator[Figure]:
    if answer.projection is None:
        yield tell_lack(answer, quality, scope)
        return
    yield show_fan(answer, "cases", quality, scope)
    yield show_fan(answer, "asr", quality, scope)
    yield show_change(answer, quality, scope)
    if answer.check is not None:
        yield show_check(answer, quality, scope)


def tell_lack(answer: ProjectionAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    finding = say_lack(answer)
    return Figure(
        slug="cases",
        topic=name_topic(answer, _("Số ca mỗi năm")),
        finding=finding,
        label=f"{scope.title}. {finding}",
        draw=None,
        frame=pl.DataFrame(schema={"year": pl.Int64, "cases": pl.Float64}),
        table=DataTable(
            title=_("Bảng dự báo"), columns=[(_("Năm"), False), (_("Ca mỗi năm"), True)], rows=[]
        ),
        method="projection",
        trust=say_trust(quality, scope),
    )


def show_change(answer: ProjectionAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Set beside each other what risk, size and ages of the population add to the cases."""
    frame = list_parts(answer)
    base = list_totals(answer).filter(~pl.col("projected")).row(-1, named=True)
    end = find_row(frame, HORIZON)
    finding = say_parts(end["name"], base["name"], *(end[f"{name}_percent"] for name in ("change", *PARTS)))
    topic = _("Vì sao số ca đổi · %% số ca năm %(base)s") % {"base": base["name"]}
    chosen = pl.DataFrame([find_row(frame, year) for year in STOPS]).unique("name", maintain_order=True)
    label = f"{scope.title}. {topic}"
    return Figure(
        slug="change",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=partial(draw_parts, shape_parts(chosen), language=speaks(), label=label),
        frame=frame.drop("name"),
        table=tabulate_parts(chosen),
        method="projection",
        trust=[
            _("Các phần là của số dự báo ở giữa, không kèm khoảng"),
            say_people(answer),
            *say_trust(quality, scope),
        ],
        width="w6",
        table_open=True,
    )


def name_parts() -> dict[str, str]:
    return {"risk": _("Nguy cơ"), "size": _("Quy mô"), "structure": _("Tuổi")}


def shape_parts(chosen: pl.DataFrame) -> pl.DataFrame:
    """Return a row a period and part, as `draw_parts` reads them."""
    rows = [
        {
            "group": row["name"],
            "name": words,
            "part": number,
            "value": row[f"{part}_percent"],
            "text": write_points(row[f"{part}_percent"]),
        }
        for row in chosen.to_dicts()
        for number, (part, words) in enumerate(name_parts().items())
    ]
    return pl.DataFrame(rows)


def tabulate_parts(chosen: pl.DataFrame) -> DataTable:
    columns = [
        (_("Năm"), False),
        (_("Thay đổi, %"), True),
        *((words, True) for words in name_parts().values()),
    ]
    rows = [
        [row["name"], *(write_points(row[f"{name}_percent"]) for name in ("change", *PARTS))]
        for row in chosen.to_dicts()
    ]
    return DataTable(title=_("Bảng các phần thay đổi"), columns=columns, rows=rows)


def list_parts(answer: ProjectionAnswer) -> pl.DataFrame:
    """Return a row a period to come: name, first, last, the change of cases a year and its parts, in per cent too."""
    width = answer.recipe.width if answer.recipe else 1
    found = answer.projection.change if answer.projection else pl.DataFrame()
    return found.select(
        **name_periods(width),
        **{name: pl.col(name) / width for name in ("change", *PARTS)},
        **{f"{name}_percent": pl.col(f"{name}_percent") for name in ("change", *PARTS)},
    )


def show_check(answer: ProjectionAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Show what would have been projected from earlier years beside what was then counted."""
    frame = answer.check.totals if answer.check else pl.DataFrame()
    width = answer.recipe.width if answer.recipe else 1
    finding = say_check(int(frame["inside"].sum()), frame.height)
    columns = [
        (_("Đứng ở năm"), False), (_("Cho năm"), False), (_("Đã ghi nhận"), True), (_("Dự báo"), True),
        (_("Khoảng 95 %"), True), (_("Sai số"), True), (_("Trong khoảng"), False),
    ]  # fmt: skip
    rows = [
        [
            str(row["origin"] + width - 1),
            write_period(row["period"], row["period"] + width - 1),
            format_figure(row["observed"]),
            format_figure(row["projected"]),
            format_interval(row["lower"], row["upper"], 0),
            format_percent(row["error_percent"], 1),
            _("có") if row["inside"] else _("không"),
        ]
        for row in frame.to_dicts()
    ]
    topic = _("Kiểm tra lùi: dự báo từ các năm trước, so với số đã ghi nhận")
    return Figure(
        slug="check",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=None,
        frame=frame,
        table=DataTable(title=_("Bảng kiểm tra lùi"), columns=columns, rows=rows),
        method="projection",
        trust=[
            _("Chỉ thử được vài năm: không nói gì về sai số sau hai mươi năm"),
            _("Dân số ở đây là dân số thật của những năm ấy"),
            *say_trust(quality, scope),
        ],
        width="w6",
        table_open=True,
    )
