"""The page "Phát hiện muộn"."""

from collections.abc import Iterator
from functools import partial

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval, format_percent
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import (
    Estimate,
    say_held,
    say_late,
    say_late_change,
    say_late_sites,
)
from banyan.apps.insight.presenters.incidence import mark_note
from banyan.apps.insight.presenters.quality import name_site, say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.register import STAGES
from banyan.apps.insight.queries.stage import FEWEST_STAGED, StageAnswer
from banyan.apps.insight.queries.trend import mark_provisional
from banyan.science.burden.chart import draw_bars, draw_stages, draw_trend
from banyan.science.burden.chart.palette import COBALT, SEQUENTIAL, SURFACE


def is_held(by_year: pl.DataFrame) -> bool:
    """Tell whether the years are hidden from this reader."""
    return "suppressed" in by_year.columns and bool(by_year["suppressed"].all())


def show_stage_answers(answer: StageAnswer) -> list[Answer]:
    total = answer.total
    if total.get("suppressed"):
        labels = (
            _("Giai đoạn III–IV, trên ca rõ giai đoạn"),
            _("Ca rõ giai đoạn"),
            _("Không rõ giai đoạn"),
        )
        return [Answer(label=label, value=_("ẩn"), unit=_("ít ca")) for label in labels]
    return [
        Answer(
            label=_("Giai đoạn III–IV, trên ca rõ giai đoạn"),
            value=format_percent(total["share"], 1),
            interval=format_interval(total["lower"], total["upper"]),
            ends=None if total["share"] is None else (total["lower"], total["share"], total["upper"]),
        ),
        Answer(label=_("Ca rõ giai đoạn"), value=format_figure(total["staged"])),
        Answer(
            label=_("Không rõ giai đoạn"),
            value=format_percent(total["unknown"], 1),
            note=_("%(count)s ca") % {"count": format_figure(total["unknown_cases"])},
        ),
    ]


def build_stage(answer: StageAnswer, quality: QualityAnswer, scope: Scope) -> Iterator[Figure]:
    yield show_shares(answer, quality, scope)
    yield show_late_trend(answer, quality, scope)
    if answer.by_site is not None:
        yield show_late_sites(answer.by_site, quality, scope)


def show_shares(answer: StageAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    total = answer.total
    share = None if total["share"] is None else Estimate(total["share"], total["lower"], total["upper"])
    topic = _("Giai đoạn lúc chẩn đoán · %% ca · theo năm · %(sex)s") % {"sex": scope.sex_words}
    finding = say_held() if total.get("suppressed") else f"{scope.period}: {say_late(share)}"
    label = f"{scope.title}. {topic}"
    names = (*STAGES, _("không rõ"))
    fills = (*SEQUENTIAL[1:], SURFACE)
    provisional = mark_provisional(answer.by_year["year"])
    return Figure(
        slug="shares",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=None
        if is_held(answer.by_year)
        else partial(draw_stages, stack_shares(answer.by_year), names=names, language=speaks(), label=label),
        frame=answer.by_year,
        table=tabulate_stages(answer.by_year, provisional, scope),
        method="stage",
        key=[(draw_key("box", fill), name) for fill, name in zip(fills, names, strict=True)],
        trust=[
            line
            for line in (
                mark_note(provisional),
                _("Không kể vị trí u không xếp giai đoạn I–IV"),
                *say_trust(quality, scope),
            )
            if line
        ],
        width="w7",
        table_open=True,
    )


def stack_shares(by_year: pl.DataFrame) -> pl.DataFrame:
    """Return year, order, share: one row a stage, the unknown last."""
    parts = [
        by_year.select("year", order=pl.lit(order, pl.Int64), share=100 * pl.col(name) / pl.col("cases"))
        for order, name in enumerate([*STAGES, "unknown_cases"])
    ]
    return pl.concat(parts).with_columns(pl.col("share").fill_nan(0.0))


def tabulate_stages(by_year: pl.DataFrame, provisional: pl.Series, scope: Scope) -> DataTable:
    columns = [
        (_("Năm"), False),
        (_("Ca mới"), True),
        *((stage, True) for stage in STAGES),
        (_("Không rõ"), True),
        (_("III–IV, %"), True),
        (_("KTC 95 %"), True),
    ]
    rows = [
        [
            f"{row['year']} *" if open_year else str(row["year"]),
            *(format_figure(row[name]) for name in ("cases", *STAGES, "unknown_cases")),
            format_figure(row["share"], 1),
            format_interval(row["lower"], row["upper"]),
        ]
        for row, open_year in zip(by_year.iter_rows(named=True), provisional, strict=True)
    ]
    return DataTable(title=_("Bảng số từng năm"), columns=columns, rows=scope.mark_hidden(rows[::-1]))


def show_late_trend(answer: StageAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    years = answer.by_year.select(
        "year", "lower", "upper", value="share", provisional=mark_provisional(answer.by_year["year"])
    )
    if is_held(answer.by_year):
        finding = say_held()
    elif answer.change is None:
        finding = say_late_change(None, 0, 0)
    else:
        first, last, *points = answer.change
        finding = say_late_change(Estimate(points[0], points[1], points[2]), first, last)
    topic = _("Phần phát hiện muộn · % ca rõ giai đoạn")
    label = f"{scope.title}. {topic}"
    return Figure(
        slug="late",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=None
        if is_held(answer.by_year)
        else partial(
            draw_trend,
            years,
            years.head(0).select("year", "value"),
            language=speaks(),
            label=label,
            width=310,
        ),
        frame=answer.by_year.select("year", "staged", "late", "share", "lower", "upper"),
        table=tabulate_late(answer.by_year, scope),
        method="stage",
        key=[
            (draw_key("point", COBALT), _("Từng năm")),
            (draw_key("band", COBALT), _("KTC 95 %")),
            (draw_key("hollow", COBALT), _("Tạm tính")),
        ],
        trust=[_("So năm trọn vẹn đầu với năm trọn vẹn cuối"), *say_trust(quality, scope)],
        width="w5",
        table_open=True,
    )


def tabulate_late(by_year: pl.DataFrame, scope: Scope) -> DataTable:
    columns = [
        (_("Năm"), False),
        (_("Ca rõ giai đoạn"), True),
        ("III–IV", True),
        ("%", True),
        (_("KTC 95 %"), True),
    ]
    rows = [
        [
            str(row["year"]),
            format_figure(row["staged"]),
            format_figure(row["late"]),
            format_figure(row["share"], 1),
            format_interval(row["lower"], row["upper"]),
        ]
        for row in by_year.iter_rows(named=True)
    ]
    return DataTable(title=_("Bảng số từng năm"), columns=columns, rows=scope.mark_hidden(rows[::-1]))


def show_late_sites(by_site: pl.DataFrame, quality: QualityAnswer, scope: Scope) -> Figure:
    language = speaks()
    frame = by_site.with_columns(
        name=pl.Series([name_site(key, language) for key in by_site["site"]], dtype=pl.String)
    )
    rows = frame.select(
        "name",
        "lower",
        "upper",
        pl.Series("text", [format_percent(value, 0) for value in frame["share"]], dtype=pl.String),
        value="share",
    )
    topic = _("Phần phát hiện muộn theo vị trí u · %(period)s") % {"period": scope.period}
    finding = say_late_sites(
        [Estimate(*row) for row in frame.select("share", "lower", "upper", "name").iter_rows()]
    )
    columns = [
        (_("Vị trí u"), False),
        (_("Ca rõ giai đoạn"), True),
        (_("III–IV, %"), True),
        (_("KTC 95 %"), True),
        (_("Không rõ, %"), True),
    ]
    cells = [
        [
            row["name"],
            format_figure(row["staged"]),
            format_figure(row["share"], 1),
            format_interval(row["lower"], row["upper"]),
            format_figure(row["unknown"], 1),
        ]
        for row in frame.iter_rows(named=True)
    ]
    return Figure(
        slug="sites",
        topic=topic,
        finding=finding,
        label=f"{topic}. {finding}",
        draw=partial(draw_bars, rows, language=language, label=topic),
        frame=frame.select("site", "name", pl.exclude("site", "name")),
        table=DataTable(title=_("Bảng theo vị trí u"), columns=columns, rows=cells),
        method="stage",
        key=[(draw_key("line", COBALT), _("KTC 95 %"))],
        trust=[
            _("Không xét vị trí u dưới %(count)s ca rõ giai đoạn") % {"count": FEWEST_STAGED},
            *say_trust(quality, scope),
        ],
    )
