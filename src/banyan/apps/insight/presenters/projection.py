"""The page "Dự báo": cases and rates until 2050, what changes them, and how such projections would have done."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval, format_percent
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import (
    Estimate,
    say_check,
    say_expected,
    say_held,
    say_parts,
    write_points,
)
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks, write_period
from banyan.apps.insight.queries.projection import (
    AGED,
    DRAWS,
    FORECAST,
    HORIZON,
    SEED,
    STAYS,
    ProjectionAnswer,
)
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.trend import FEW, FEWEST_YEARS, HELD
from banyan.science.burden.chart import draw_fan, draw_parts
from banyan.science.burden.chart.palette import COBALT

STOPS = (2030, 2040, 2050)
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


def list_totals(answer: ProjectionAnswer) -> pl.DataFrame:
    """Return a row a period: name, first, last, middle, projected; cases a year and asr, each with both pairs of limits."""
    width = answer.recipe.width if answer.recipe else 1
    limits = {
        "cases_lower": "lower",
        "cases_upper": "upper",
        "cases_lower_50": "lower_50",
        "cases_upper_50": "upper_50",
    }
    last = pl.col("period") + width - 1
    found = answer.projection.totals if answer.projection else pl.DataFrame()
    rates = ("asr", "asr_lower", "asr_upper", "asr_lower_50", "asr_upper_50")
    return found.select(
        name=pl.when(width == 1)
        .then(pl.col("period").cast(pl.String))
        .otherwise(pl.format("{}–{}", "period", last)),
        first="period",
        last=last,
        middle=pl.col("period") + (width - 1) / 2,
        projected="projected",
        cases="cases_per_year",
        **{new: pl.col(old) / width for new, old in limits.items()},
        **{rate: pl.col(rate) for rate in rates},
        crude_rate="crude_rate",
        person_years=pl.col("person_years") / width,
    )


def find_row(totals: pl.DataFrame, year: int) -> dict[str, Any]:
    """Return the period that holds a year, or the last one."""
    holds = totals.filter(pl.lit(year).is_between(pl.col("first"), pl.col("last")))
    return (holds if holds.height else totals.tail(1)).row(0, named=True)


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


def name_topic(answer: ProjectionAnswer, what: str) -> str:
    words = {"what": what, "first": answer.first, "last": answer.last, "horizon": HORIZON}
    return _("%(what)s · từ số liệu %(first)s–%(last)s · dự báo đến %(horizon)s") % words


def show_fan(answer: ProjectionAnswer, name: str, quality: QualityAnswer, scope: Scope) -> Figure:
    """Draw cases or rates as a fan."""
    totals, digits = list_totals(answer), 0 if name == "cases" else 1
    what = (
        _("Số ca mỗi năm")
        if name == "cases"
        else _("ASR trên 100.000 (%(standard)s)") % {"standard": scope.standard_words}
    )
    topic = name_topic(answer, what)
    base = totals.filter(~pl.col("projected")).row(-1, named=True)
    end = find_row(totals, HORIZON)
    expected = Estimate(end[name], end[f"{name}_lower"], end[f"{name}_upper"], end["name"])
    finding = say_expected(expected, base[name], base["name"], digits)
    return Figure(
        slug="cases" if name == "cases" else "rates",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=partial(
            draw_fan,
            shape_fan(totals, name),
            language=speaks(),
            label=f"{scope.title}. {topic}",
            digits=digits,
        ),
        frame=totals.drop("name", "middle"),
        table=tabulate_fan(totals, name, digits),
        method="projection",
        key=[
            (draw_key("point", COBALT), _("Đã ghi nhận")),
            (draw_key("dashed", COBALT), _("Dự báo")),
            (draw_key("band", COBALT), _("Khoảng dự báo 95 %, phần đậm: 50 %")),
        ],
        trust=[*say_method(answer), *say_trust(quality, scope)],
        links=link_back(scope) if name == "asr" else (),
        width="w6",
        table_open=True,
    )


def link_back(scope: Scope) -> list[tuple[str, str]]:
    """Lead back to the rates that were counted."""
    return [(_("Xu hướng đã qua"), f"{reverse('figures-trend')}?{scope.question.query()}")]


def shape_fan(totals: pl.DataFrame, name: str) -> pl.DataFrame:
    ends = {end: f"{name}_{end}" for end in ("lower", "upper", "lower_50", "upper_50")}
    return totals.select("projected", year="middle", value=name, **ends)


def tabulate_fan(totals: pl.DataFrame, name: str, digits: int) -> DataTable:
    """Write the last observed period, and those to come that hold the stops; all are in the file."""
    stops = [find_row(totals, year) for year in range(STOPS[0] - 5, HORIZON + 1, 5)]
    base = totals.filter(~pl.col("projected")).row(-1, named=True)
    chosen = {row["name"]: row for row in [base, *stops]}
    columns = [
        (_("Năm"), False),
        (_("Ca mỗi năm") if name == "cases" else "ASR", True),
        (_("Khoảng 95 %"), True),
        (_("Khoảng 50 %"), True),
    ]
    rows = [
        [
            row["name"],
            format_figure(row[name], digits),
            format_interval(row[f"{name}_lower"], row[f"{name}_upper"], digits),
            format_interval(row[f"{name}_lower_50"], row[f"{name}_upper_50"], digits),
        ]
        for row in chosen.values()
    ]
    return DataTable(title=_("Bảng dự báo"), columns=columns, rows=rows)


def say_method(answer: ProjectionAnswer) -> list[str]:
    """Say under the fan what made it: method, cut, people, room for error."""
    return [
        say_recipe(answer),
        _("Xu hướng giảm dần: giữ nguyên 5 năm đầu, rồi bớt 25, 50, 75 %"),
        say_people(answer),
        _("Khoảng dự báo từ %(draws)s lần mô phỏng, mầm %(seed)s; sai số xu hướng %(error)s %% mỗi năm")
        % {"draws": format_figure(DRAWS), "seed": SEED, "error": format_figure(100 * answer.trend_error, 2)},
        *(
            [_("Ca theo tuổi từng năm suy từ các tổng được nêu, vì số riêng bị ẩn")]
            if answer.by_margins
            else []
        ),
    ]


def say_recipe(answer: ProjectionAnswer) -> str:
    """Say which method the years allow, and why no other."""
    years = answer.last - answer.first + 1
    method = answer.recipe.method if answer.recipe else ""
    words: dict[str, Any] = {"years": years}
    if method == "nordpred":
        return _("Nordpred (tuổi–thời kỳ–đoàn hệ, lũy thừa 5) trên các giai đoạn 5 năm") % words
    if method == "apc":
        return _("Mô hình tuổi–thời kỳ–đoàn hệ trơn: %(years)s năm, nordpred cần 20") % words
    facts = answer.projection.facts if answer.projection else {}
    if facts.get("slopes") == "own":
        return _("Mỗi nhóm tuổi một xu hướng log-tuyến tính: %(years)s năm, nordpred cần 20") % words
    return _("Một xu hướng log-tuyến tính chung cho mọi tuổi: %(years)s năm, nordpred cần 20") % words


def say_people(answer: ProjectionAnswer) -> str:
    words = {"known": answer.known}
    return {
        FORECAST: _("Dân số: dự báo có trong bộ dân số (đến %(known)s)"),
        AGED: _(
            "Giả định dân số: từ %(known)s kéo dài theo hệ số đoàn hệ (Hamilton–Perry); chưa nhập dự báo dân số"
        ),
        STAYS: _("Giả định dân số: giữ như năm %(known)s; hãy nhập dự báo dân số"),
    }[answer.population] % words


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
    last = pl.col("period") + width - 1
    return found.select(
        name=pl.when(width == 1)
        .then(pl.col("period").cast(pl.String))
        .otherwise(pl.format("{}–{}", "period", last)),
        first="period",
        last=last,
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
