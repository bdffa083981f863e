"""The page "So sánh": two rates beside each other, the test between them, their ages, and all wards in the funnel."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.choices import WHOLE_CITY
from banyan.apps.insight.presenters.age import name_periods, tabulate_ages
from banyan.apps.insight.presenters.contrast import (
    ContrastScope,
    capitalise,
    read_estimate,
    read_ratio,
    say_against_city,
    say_difference,
    say_funnel,
    say_nothing,
    say_sides,
)
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import RATIO_DIGITS, say_held, say_periods, write_p
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import speaks, write_period
from banyan.apps.insight.queries.comparison import Comparison, Side
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.rules import SMALLEST_COUNT
from banyan.science.burden.chart import draw_ages, draw_bars, draw_funnel
from banyan.science.burden.chart.palette import COBALT, HIGHER, LOWER, MUCH_HIGHER, MUCH_LOWER, NEAR, TURMERIC

Qualities = tuple[QualityAnswer, QualityAnswer]
RATES = (
    "cases", "person_years", "crude_rate", "crude_rate_lower", "crude_rate_upper", "asr", "asr_lower", "asr_upper",
)  # fmt: skip
RATIO = {
    "expected": "expected",
    "ratio": "sir",
    "ratio_lower": "sir_lower",
    "ratio_upper": "sir_upper",
    "p_value": "sir_p",
}
BESIDE = ("ratio", "difference")


def build_comparison(
    answer: Comparison, qualities: Qualities, whole: QualityAnswer, scope: ContrastScope
) -> Iterator[Figure]:
    """Give the figures one by one; `whole` is the quality of the city in the first side's period."""
    trust = say_sides(qualities, answer, scope)
    yield show_rates(answer, trust, scope)
    yield show_test(answer, trust, scope)
    if answer.ages["rate"].is_not_null().any():
        yield show_both_ages(answer, trust, scope)
    if answer.by_ward.height > 1:
        yield show_funnel(answer, whole, scope)


def say_finding(answer: Comparison, scope: ContrastScope) -> str:
    ratio = read_ratio(answer)
    if ratio is None:
        return capitalise(say_against_city(answer, scope))
    return capitalise(say_periods(ratio, *scope.names))


def frame_sides(answer: Comparison, scope: ContrastScope) -> pl.DataFrame:
    rows = [
        {
            "side": name,
            **{key: side.total[key] for key in RATES},
            **{new: side.ratio.get(key) for key, new in RATIO.items()},
            "suppressed": side.total["cases"] is None,
        }
        for side, name in zip(answer.sides, scope.names, strict=True)
    ]
    floats = dict.fromkeys((*RATES[1:], *RATIO.values()), pl.Float64)
    return pl.DataFrame(rows, schema_overrides={"cases": pl.Int64, **floats})


def show_rates(answer: Comparison, trust: list[str], scope: ContrastScope) -> Figure:
    frame = frame_sides(answer, scope)
    told = frame.drop_nulls("asr")
    rows = told.select(
        pl.col("side").alias("name"),
        pl.Series("text", [format_figure(value, 1) for value in told["asr"]], dtype=pl.String),
        value="asr",
        lower="asr_lower",
        upper="asr_upper",
    )
    topic = _("Hai bên · ASR trên 100.000 · %(sex)s · %(period)s") % {
        "sex": scope.sex_words,
        "period": scope.period,
    }
    finding = say_finding(answer, scope)
    return Figure(
        slug="rates",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=partial(draw_bars, rows, language=speaks(), label=f"{scope.title}. {topic}")
        if told.height
        else None,
        frame=frame,
        table=tabulate_sides(answer, scope),
        method="comparison",
        key=[(draw_key("line", COBALT), _("KTC 95 %"))] if told.height else [],
        trust=[
            _("Tỷ suất: khoảng Fay và Feuer (1997); SIR: khoảng Poisson chính xác (Breslow và Day 1987)"),
            *trust,
        ],
        table_open=True,
    )


def tabulate_sides(answer: Comparison, scope: ContrastScope) -> DataTable:
    # the whole city is what an SIR is taken against
    is_judged = any(side.ratio for side in answer.sides)
    columns = [
        ("", False),
        (_("Ca mới"), True),
        (_("Thô"), True),
        (_("KTC 95 %"), True),
        ("ASR", True),
        (_("KTC 95 %"), True),
        *([(_("Ca mong đợi"), True), ("SIR", True), (_("KTC 95 %"), True)] if is_judged else []),
    ]
    rows = [
        [name, *write_rates(side, scope), *(write_ratio(side, scope) if is_judged else [])]
        for side, name in zip(answer.sides, scope.names, strict=True)
    ]
    return DataTable(title=_("Bảng hai bên"), columns=columns, rows=rows)


def write_rates(side: Side, scope: ContrastScope) -> list[str]:
    total = side.total
    cells = [
        format_figure(total["cases"]),
        format_figure(total["crude_rate"], 1),
        format_interval(total["crude_rate_lower"], total["crude_rate_upper"]),
        format_figure(total["asr"], 1),
        format_interval(total["asr_lower"], total["asr_upper"]),
    ]
    return scope.mark_hidden([cells])[0]


def write_ratio(side: Side, scope: ContrastScope) -> list[str]:
    ratio = side.ratio
    cells = [
        format_figure(ratio.get("expected"), 1),
        format_figure(ratio.get("ratio"), RATIO_DIGITS),
        format_interval(ratio.get("ratio_lower"), ratio.get("ratio_upper"), RATIO_DIGITS),
    ]
    return scope.mark_hidden([cells])[0] if ratio else cells


def show_test(answer: Comparison, trust: list[str], scope: ContrastScope) -> Figure:
    topic = _("Tỷ số, hiệu và kiểm định · %(period)s") % {"period": scope.period}
    finding = say_nothing(scope)
    difference = read_estimate(answer.against, "difference")
    if difference is not None:
        finding = say_difference(difference, answer.against["p_value"], scope.names[0])
    names = [name for name in answer.against if name not in ("side", "interval")]
    row = {name: answer.against[name] for name in names}
    printed = scope.register.disclosure is not None
    return Figure(
        slug="test",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=None,
        frame=pl.DataFrame([row], schema=dict.fromkeys(names, pl.Float64)),
        table=tabulate_test(answer, scope),
        method="comparison",
        trust=[
            _("Tính từ các tỷ suất như được in ra: tỷ số với khoảng log-chuẩn") if printed
            else _("Tỷ số: khoảng F (Fay 1999)"),
            _("Hiệu và kiểm định: gần đúng chuẩn, hai bên độc lập"),
            *trust,
        ],
        table_open=True,
    )  # fmt: skip


def tabulate_test(answer: Comparison, scope: ContrastScope) -> DataTable:
    against = answer.against
    columns = [(_("So sánh"), False), (_("Giá trị"), True), (_("KTC 95 %"), True)]
    labels = {"ratio": _("Tỷ số ASR"), "difference": _("Hiệu ASR trên 100.000")}
    digits = {"ratio": RATIO_DIGITS, "difference": 1}
    rows = [
        [
            labels[name],
            format_figure(against[name], digits[name]),
            format_interval(against[f"{name}_lower"], against[f"{name}_upper"], digits[name]),
        ]
        for name in BESIDE
    ]
    tests = [
        [_("z: hiệu chia cho sai số chuẩn"), format_figure(against["z"], 2)],
        [_("p, hai phía"), write_p(against["p_value"])],
    ]
    marked = [*scope.mark_hidden(rows), *([*line, ""] for line in scope.mark_hidden(tests))]
    return DataTable(title=_("Bảng so sánh"), columns=columns, rows=marked)


def show_both_ages(answer: Comparison, trust: list[str], scope: ContrastScope) -> Figure:
    topic = _("Theo tuổi · ca trên 100.000 người mỗi năm · %(sex)s") % {"sex": scope.sex_words}
    names = scope.names
    finding = _("Hai bên theo nhóm tuổi 5 năm, với khoảng tin cậy.")
    rates = answer.ages.select("series", "age_group", "rate", lower="rate_lower", upper="rate_upper")
    marks = zip(("line", "dashed"), (COBALT, TURMERIC), names, strict=True)
    return Figure(
        slug="ages",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=partial(draw_ages, rates, names=names, language=speaks(), label=f"{scope.title}. {topic}"),
        frame=name_periods(answer.ages, names).rename({"period": "side"}),
        table=tabulate_ages(answer.ages, names, scope),
        method="ages",
        key=[
            *((draw_key(kind, colour), name) for kind, colour, name in marks),
            (draw_key("band", COBALT), _("KTC 95 % chính xác (Poisson)")),
        ],
        trust=trust,
    )


def show_funnel(answer: Comparison, quality: QualityAnswer, scope: ContrastScope) -> Figure:
    frame = blank_hidden(answer.by_ward)
    shown = frame.filter(~pl.col("suppressed"))
    question, hidden = answer.sides[0].question, frame.height - shown.height
    topic = _("Mọi phường, xã so với thành phố · SIR theo số ca mong đợi · %(period)s") % {
        "period": write_period(question.first, question.last)
    }
    finding = say_ward_funnel(shown)
    label = f"{scope.title}. {topic}"
    asked = [side.question.place for side in answer.sides if side.question.place != WHOLE_CITY]
    points = shown.select("name", size="expected", value="sir", marked=pl.col("ward_code").is_in(asked))
    draw = partial(draw_funnel, points, size_text=_("số ca mong đợi"), language=speaks(), label=label)
    return Figure(
        slug="funnel",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=draw if shown.height else None,
        frame=frame,
        table=tabulate_funnel(frame, scope),
        method="funnel",
        key=key_funnel() if shown.height else [],
        trust=[
            _("Phễu Spiegelhalter (2005): trong giới hạn là điều ngẫu nhiên có thể làm ra"),
            _("SIR: ca quan sát chia cho ca mong đợi theo tỷ suất từng tuổi của toàn thành phố"),
            _("Ẩn nơi dưới %(limit)s ca: %(count)s nơi") % {"limit": SMALLEST_COUNT, "count": hidden},
            *say_trust(quality, scope),
        ],
    )


def blank_hidden(by_ward: pl.DataFrame) -> pl.DataFrame:
    """Take the numbers of wards with too few cases out, before they reach page or file."""
    named = by_ward.rename(RATIO, strict=False)
    held = [
        pl.when(~pl.col("hidden")).then(pl.col(name)).alias(name)
        for name in ("cases", *RATIO.values(), "place")
    ]
    blanked = named.with_columns(held).drop("hidden").with_columns(named["hidden"].alias("suppressed"))
    return blanked.sort("sir", "ward_code", descending=[True, False], nulls_last=True)


def say_ward_funnel(shown: pl.DataFrame) -> str:
    if shown.is_empty():
        return say_held()
    counts: dict[Any, int] = dict(shown.group_by("place").len().iter_rows())
    return say_funnel(counts.get(2, 0), counts.get(-2, 0), shown.height)


def key_funnel() -> list[tuple[Any, str]]:
    return [
        (draw_key("line", COBALT), _("Giới hạn 95 %")),
        (draw_key("dashed", COBALT), _("Giới hạn 99,8 %")),
        (draw_key("dot", MUCH_HIGHER), _("Trên giới hạn 99,8 %")),
        (draw_key("dot", HIGHER), _("Trên giới hạn 95 %")),
        (draw_key("dot", NEAR), _("Trong giới hạn")),
        (draw_key("dot", LOWER), _("Dưới giới hạn 95 %")),
        (draw_key("dot", MUCH_LOWER), _("Dưới giới hạn 99,8 %")),
    ]


def tabulate_funnel(frame: pl.DataFrame, scope: ContrastScope) -> DataTable:
    columns = [
        (_("Nơi cư trú"), False),
        (_("Ca mới"), True),
        (_("Ca mong đợi"), True),
        ("SIR", True),
        (_("KTC 95 %"), True),
        (_("Trong phễu"), False),
    ]
    places = {
        2: _("trên giới hạn 99,8 %"), 1: _("trên giới hạn 95 %"), 0: _("trong giới hạn"),
        -1: _("dưới giới hạn 95 %"), -2: _("dưới giới hạn 99,8 %"),
    }  # fmt: skip
    few = _("dưới %(count)s") % {"count": SMALLEST_COUNT}
    held = few if scope.register.disclosure is None else _("ẩn")
    rows = [
        [
            row["name"],
            held if row["suppressed"] else format_figure(row["cases"]),
            format_figure(row["expected"], 1),
            format_figure(row["sir"], RATIO_DIGITS),
            format_interval(row["sir_lower"], row["sir_upper"], RATIO_DIGITS),
            _("ẩn") if row["suppressed"] else places[row["place"]],
        ]
        for row in frame.iter_rows(named=True)
    ]
    return DataTable(title=_("Bảng %(count)s nơi") % {"count": frame.height}, columns=columns, rows=rows)
