"""Age-specific rates: this period, and as many years before it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import Estimate, say_ages, say_held, say_held_ages
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks, write_period
from banyan.apps.insight.queries.incidence import Incidence
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.science.burden.chart import draw_ages
from banyan.science.burden.chart.palette import COBALT, TURMERIC


def show_ages(answer: Incidence, quality: QualityAnswer, scope: Scope) -> Figure:
    now, before = scope.period, write_period(*answer.before) if answer.before else ""
    shown = answer.ages.filter(pl.col("series") == 0)
    groups = [
        Estimate(
            row["rate"] or 0.0, row["rate_lower"] or 0.0, row["rate_upper"] or 0.0, name_age(row["age_group"])
        )
        for row in shown.drop_nulls("rate").iter_rows(named=True)
    ]
    ratio = Estimate(*answer.ratio) if answer.ratio else None
    topic = _("Theo tuổi · ca trên 100.000 người mỗi năm · %(sex)s") % {"sex": scope.sex_words}
    names = (now, before) if before else (now,)
    key = [(draw_key("line", COBALT), now), (draw_key("dashed", TURMERIC), before)][: len(names)]
    finding = say_ages(groups, ratio, now, before) if groups else say_held()
    held = [
        name_age(row["age_group"]) for row in shown.filter(pl.col("rate").is_null()).iter_rows(named=True)
    ]
    if held and groups:
        finding = f"{finding} {say_held_ages()}"
    rates = answer.ages.select("series", "age_group", "rate", lower="rate_lower", upper="rate_upper")
    unknown = answer.total.get("unknown_age_cases")
    return Figure(
        slug="ages",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=None
        if not groups
        else partial(draw_ages, rates, names=names, language=speaks(), label=f"{scope.title}. {topic}"),
        frame=name_periods(answer.ages, names),
        table=tabulate_ages(answer.ages, names, scope),
        method="ages",
        key=[*key, (draw_key("band", COBALT), _("KTC 95 % chính xác (Poisson)"))],
        trust=[
            *say_unknown_ages(unknown),
            _("So sánh hai giai đoạn bằng tỷ số ASR"),
            *say_trust(quality, scope),
        ],
        width="w5",
    )


def say_unknown_ages(count: int | None) -> list[str]:
    """Count those that no age group holds, where that may be told."""
    if count is None:
        return []
    return [_("Không rõ tuổi: %(count)s ca, không có trong hình") % {"count": format_figure(count)}]


def name_age(group: int) -> str:
    return f"{group}+" if group >= 85 else f"{group}–{group + 4}"


def name_periods(ages: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return the ages for a file: the period by name instead of by number."""
    period = pl.Series("period", [names[series] for series in ages["series"]], dtype=pl.String)
    return ages.select(period, pl.exclude("series"))


def tabulate_ages(ages: pl.DataFrame, names: Sequence[str], scope: Scope) -> DataTable:
    columns = [(_("Tuổi"), False)]
    for name in names:
        columns += [
            (_("Ca, %(period)s") % {"period": name}, True),
            (_("Tỷ suất"), True),
            (_("KTC 95 %"), True),
        ]
    periods = [ages.filter(pl.col("series") == series).to_dicts() for series in range(len(names))]
    rows = [
        [name_age(cells[0]["age_group"]), *(text for cell in cells for text in write_age_cells(cell))]
        for cells in zip(*periods, strict=True)
    ]
    return DataTable(title=_("Bảng số theo tuổi"), columns=columns, rows=scope.mark_hidden(rows))


def write_age_cells(cell: Mapping[str, Any]) -> list[str]:
    return [
        format_figure(cell["cases"]),
        format_figure(cell["rate"], 1),
        format_interval(cell["rate_lower"], cell["rate_upper"]),
    ]
