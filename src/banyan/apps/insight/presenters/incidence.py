"""The page "Bao nhiêu ca mới?": the answer, the trend, the ages, the sites."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval, format_percent
from banyan.apps.insight.choices import WHOLE_CITY
from banyan.apps.insight.presenters.age import show_ages
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import Estimate, say_held_trend, say_trend, write_limits
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks, write_period
from banyan.apps.insight.presenters.site import show_sites
from banyan.apps.insight.presenters.ward import show_wards
from banyan.apps.insight.queries.incidence import Incidence
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.trend import mark_provisional
from banyan.apps.insight.rules import SMALLEST_COUNT
from banyan.science.burden import poisson_interval
from banyan.science.burden.chart import draw_trend
from banyan.science.burden.chart.palette import COBALT

# Each interval of the answer is drawn on the same scale: a fifth of the value to either side. A short bar is a sure one.
REACH = 0.2
DASH = "–"


def show_answers(answer: Incidence, scope: Scope) -> list[Answer]:
    """Lay out rate, cases, crude rate and risk, each with its interval."""
    total = answer.total
    if total.get("suppressed"):
        return hide_answers(scope)
    lower, upper = poisson_interval(total["cases"])
    rate = _("ca trên 100.000 người mỗi năm") if len(answer.question.sexes) == 2 else one_sex_unit(answer)
    few = _("dưới %(count)s ca: không công bố ra ngoài") % {"count": SMALLEST_COUNT}
    return [
        make_answer(_("Mới mắc chuẩn hóa theo tuổi"), total, "asr", unit=rate),
        Answer(
            label=_("Số ca mới, %(period)s") % {"period": scope.period},
            value=format_figure(total["cases"]),
            interval=format_interval(float(lower), float(upper), 0),
            note=few if total["cases"] < SMALLEST_COUNT else "",
            **bar(total["cases"], float(lower), float(upper)),
        ),
        make_answer(_("Tỷ suất thô"), total, "crude_rate"),
        make_answer(
            _("Nguy cơ đến tuổi 74"),
            total,
            "cumulative_risk",
            digits=2,
            per_cent=True,
            note=say_one_in(total),
        ),
    ]


def hide_answers(scope: Scope) -> list[Answer]:
    """Keep the places of the four numbers, and say why they are not told."""
    labels = (
        _("Mới mắc chuẩn hóa theo tuổi"),
        _("Số ca mới, %(period)s") % {"period": scope.period},
        _("Tỷ suất thô"),
        _("Nguy cơ đến tuổi 74"),
    )
    return [Answer(label=label, value=_("ẩn"), unit=_("ít ca")) for label in labels]


def one_sex_unit(answer: Incidence) -> str:
    female = answer.question.sexes == ("2",)
    return _("ca trên 100.000 phụ nữ mỗi năm") if female else _("ca trên 100.000 nam giới mỗi năm")


def say_one_in(total: Mapping[str, Any]) -> str:
    risk = total["cumulative_risk"]
    return _("cứ %(count)s người có 1") % {"count": format_figure(100 / risk)} if risk else ""


def make_answer(
    label: str,
    total: Mapping[str, Any],
    name: str,
    *,
    digits: int = 1,
    per_cent: bool = False,
    unit: str = "",
    note: str = "",
) -> Answer:
    value, lower, upper = (total[key] for key in (name, f"{name}_lower", f"{name}_upper"))
    write = format_percent if per_cent else format_figure
    return Answer(
        label=label,
        value=write(value, digits),
        unit=unit,
        interval=format_interval(lower, upper, digits),
        note=note,
        **bar(value, lower, upper),
    )


def bar(value: float | None, lower: float | None, upper: float | None) -> dict[str, Any]:
    """Place an interval on the common scale; nothing to draw where there is no case."""
    if not value or lower is None or upper is None:
        return {}
    return {"ends": (lower, value, upper), "scale": (value * (1 - REACH), value * (1 + REACH))}


def build_incidence(
    answer: Incidence,
    quality: QualityAnswer,
    scope: Scope,
    read_boundaries: Callable[[], tuple[Mapping[str, Any], str]],
) -> Iterator[Figure]:
    """Give the figures one by one, each as soon as its numbers are known: it is drawn while the next is worked out."""
    if not answer.by_year.is_empty():
        yield show_trend(answer, quality, scope)
    if not answer.ages.is_empty():
        yield show_ages(answer, quality, scope)
    if answer.by_site is not None and not answer.by_site.is_empty():
        yield show_sites(answer.by_site, quality, scope)
    if answer.by_ward is not None:
        yield show_wards(answer.by_ward, quality, scope, read_boundaries())


def show_trend(answer: Incidence, quality: QualityAnswer, scope: Scope) -> Figure:
    frame = join_quality(answer.by_year, quality.by_year)
    provisional = mark_provisional(frame["year"])
    rates = frame.select("year", value="asr", lower="asr_lower", upper="asr_upper", provisional=provisional)
    trend = answer.trend
    change = Estimate(trend.percent, trend.lower, trend.upper) if trend else None
    years = scope.register.years
    held = scope.register.disclosure is not None and frame["asr"].is_null().any()
    finding = (
        say_held_trend()
        if held
        else say_trend(change, *((trend.first, trend.last) if trend else (years[0], years[-1])))
    )
    topic = _("Xu hướng · ASR trên 100.000 · %(sex)s · %(years)s") % {
        "sex": scope.sex_words,
        "years": write_period(years[0], years[-1]),
    }
    return Figure(
        slug="trend",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=partial(
            draw_trend,
            rates,
            trend.fitted if trend else rates.head(0).select("year", "value"),
            language=speaks(),
            label=f"{scope.title}. {topic}",
            note=note_change(change),
        ),
        frame=frame,
        table=tabulate_years(frame, provisional, scope),
        method="trend",
        key=[
            (draw_key("point", COBALT), _("Từng năm")),
            (draw_key("band", COBALT), _("KTC 95 %")),
            *([(draw_key("line", COBALT), _("Đường khớp"))] if trend else []),
            *(
                [(draw_key("hollow", COBALT), _("Tạm tính, không tính vào đường khớp"))]
                if provisional.any()
                else []
            ),
        ],
        trust=[line for line in (mark_note(provisional), *say_trust(quality, scope)) if line],
        links=link_trend(scope),
        width="w7",
        table_open=True,
    )


def link_trend(scope: Scope) -> list[tuple[str, str]]:
    """Lead on to the page that looks for the years where the trend changed; it has no wards for some readers."""
    if scope.register.disclosure and scope.question.place != WHOLE_CITY:
        return []
    asked = replace(scope.question, first=scope.register.years[0], last=scope.register.years[-1])
    return [(_("Điểm gãy, nam và nữ"), f"{reverse('figures-trend')}?{asked.query()}")]


def mark_note(provisional: pl.Series) -> str:
    return _("* tạm tính: ca của năm này còn có thể báo về") if provisional.any() else ""


def note_change(change: Estimate | None) -> tuple[str, str]:
    """Write the change inside the plot; a reader must not see a direction that the heading does not claim."""
    if change is None:
        return "", ""
    sign = "+" if change.value > 0 else ""
    percent = f"{sign}{format_percent(change.value, 1)}"
    return _("%(percent)s mỗi năm") % {"percent": percent}, f"({write_limits(change.lower, change.upper)})"


def join_quality(by_year: pl.DataFrame, quality: pl.DataFrame) -> pl.DataFrame:
    """Set the quality of a year beside its rate; MV and DCO in per cent."""
    return by_year.join(quality.select("year", "mv", "dco", "unknown_age"), on="year", how="left")


def tabulate_years(frame: pl.DataFrame, provisional: pl.Series, scope: Scope) -> DataTable:
    columns = [
        (_("Năm"), False),
        (_("Ca mới"), True),
        (_("Thô"), True),
        ("ASR", True),
        (_("KTC 95 %"), True),
        (_("Mô bệnh học, %"), True),
        (_("Chỉ giấy tử, %"), True),
    ]
    rows = [
        [
            f"{row['year']} *" if open_year else str(row["year"]),
            format_figure(row["cases"]),
            format_figure(row["crude_rate"], 1),
            format_figure(row["asr"], 1),
            format_interval(row["asr_lower"], row["asr_upper"]),
            format_figure(row["mv"], 1),
            format_figure(row["dco"], 1),
        ]
        for row, open_year in zip(frame.iter_rows(named=True), provisional, strict=True)
    ]
    return DataTable(title=_("Bảng số từng năm"), columns=columns, rows=scope.mark_hidden(rows[::-1]))
