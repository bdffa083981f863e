"""The card of survival in the ages of a standard."""

from functools import partial

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.finding import Estimate, say_held
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.presenters.survival.sentences import (
    cite_design,
    list_weights,
    name_standard,
    say_merged,
    say_standardised,
    say_whom,
)
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.survival import HORIZON, SurvivalAnswer, at_years
from banyan.science.burden.chart import draw_shares


def name_stage(stage: str | None) -> str:
    return _("Giai đoạn %(stage)s") % {"stage": stage} if stage else _("Mọi giai đoạn")


def show_standardised(answer: SurvivalAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Lay out standardised survival of all and of each stage, beside what it is without standardising."""
    topic = _("Chuẩn hóa theo tuổi · %(standard)s · %(whom)s") % {
        "standard": name_standard(answer.standard),
        "whom": say_whom(answer, scope.period),
    }
    last = answer.standardised.filter(pl.col("years") == HORIZON).drop_nulls("survival")
    whole = last.filter(pl.col("stage_group").is_null()).select("survival", "lower", "upper")
    held = answer.standardised.is_empty() and scope.register.disclosure is not None
    finding = say_held() if held else say_standardised(Estimate(*whole.row(0)) if whole.height else None)
    label = f"{scope.title}. {topic}"
    return Figure(
        slug="standardised",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=None
        if last.is_empty()
        else partial(draw_shares, lay_bars(last), language=speaks(), label=f"{label}. {finding}"),
        frame=answer.standardised.rename({"stage_group": "stage"}),
        table=tabulate_standardised(answer),
        method="standardised",
        trust=[*say_rules(answer), *say_trust(quality, scope)],
        width="w6",
        table_open=True,
    )


def lay_bars(last: pl.DataFrame) -> pl.DataFrame:
    return last.select(
        pl.Series("name", [name_stage(stage) for stage in last["stage_group"]], dtype=pl.String),
        "lower",
        "upper",
        value="survival",
        text=pl.Series([format_figure(value, 1) for value in last["survival"]], dtype=pl.String),
    )


def say_rules(answer: SurvivalAnswer) -> list[str]:
    """State weights, the rule for a missing age group, and what it came to."""
    merged = answer.standardised.filter(pl.col("merged") != "").unique("stage_group", maintain_order=True)
    return [
        _("Trọng số: %(weights)s") % {"weights": list_weights(answer.standard)},
        _(
            "Nhóm tuổi không có ai, hoặc theo dõi dừng trước 5 năm, được gộp cả trọng số vào nhóm trẻ hơn kề bên (nhóm trẻ nhất: vào nhóm già hơn)"
        ),
        *(
            say_merged(text, name_stage(stage))
            for stage, text in merged.select("stage_group", "merged").iter_rows()
        ),
        _("Pohar–Perme từng nhóm tuổi, trung bình theo trọng số: Corazziari và cộng sự 2004"),
        *filter(None, [cite_design(answer)]),
    ]


def tabulate_standardised(answer: SurvivalAnswer) -> DataTable:
    plain = pl.concat(
        [
            at_years(answer.overall).select(
                stage_group=pl.lit(None, pl.String), years="years", plain="survival"
            ),
            at_years(answer.by_stage).select("stage_group", "years", plain="survival"),
        ]
    ).with_columns(pl.col("years").round())
    rows = answer.standardised.join(
        plain, on=["stage_group", "years"], how="left", nulls_equal=True, maintain_order="left"
    )
    return DataTable(
        title=_("Bảng 1, 3, 5 năm"),
        columns=[
            (_("Giai đoạn"), False),
            (_("Năm"), False),
            (_("Chuẩn hóa, %"), True),
            (_("KTC 95 %"), True),
            (_("Không chuẩn hóa, %"), True),
        ],
        rows=[
            [
                name_stage(row["stage_group"]),
                format_figure(row["years"]),
                format_figure(row["survival"], 1),
                format_interval(row["lower"], row["upper"]),
                format_figure(row["plain"], 1),
            ]
            for row in rows.iter_rows(named=True)
        ],
    )
