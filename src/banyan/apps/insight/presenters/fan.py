"""Cases and rates to come, as fans: the picture, its table, and what made it."""

from functools import partial
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import (
    Estimate,
    say_expected,
)
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
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
from banyan.science.burden.chart import draw_fan
from banyan.science.burden.chart.palette import COBALT

STOPS = (2030, 2040, 2050)


def name_periods(width: int) -> dict[str, pl.Expr]:
    """Return name, first and last year of the period that begins in the column `period`."""
    first = pl.col("period")
    last = first + width - 1
    name = first.cast(pl.String) if width == 1 else pl.format("{}–{}", first, last)
    return {"name": name, "first": first, "last": last}


def list_totals(answer: ProjectionAnswer) -> pl.DataFrame:
    """Return a row a period: name, first, last, middle, projected; cases a year and asr, each with both pairs of limits."""
    width = answer.recipe.width if answer.recipe else 1
    limits = {
        "cases_lower": "lower",
        "cases_upper": "upper",
        "cases_lower_50": "lower_50",
        "cases_upper_50": "upper_50",
    }
    found = answer.projection.totals if answer.projection else pl.DataFrame()
    rates = ("asr", "asr_lower", "asr_upper", "asr_lower_50", "asr_upper_50")
    return found.select(
        **name_periods(width),
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
