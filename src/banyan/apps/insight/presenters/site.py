"""The ranking of sites by their standardised rate."""

from functools import partial

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import Estimate, say_ranking
from banyan.apps.insight.presenters.quality import name_site, say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.queries.incidence import TOP_SITES
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.science.burden.chart import draw_bars
from banyan.science.burden.chart.palette import COBALT


def show_sites(by_site: pl.DataFrame, quality: QualityAnswer, scope: Scope) -> Figure:
    language = speaks()
    frame = by_site.with_columns(
        name=pl.Series([name_site(key, language) for key in by_site["site"]], dtype=pl.String)
    ).filter(pl.col("person_years") > 0)
    estimates = [
        Estimate(row["asr"], row["asr_lower"], row["asr_upper"], row["name"])
        for row in frame.drop_nulls("asr").iter_rows(named=True)
    ]
    top = frame.drop_nulls("asr").filter(pl.col("cases") > 0).head(TOP_SITES)
    rows = top.select(
        "name",
        pl.Series("text", [format_figure(value, 1) for value in top["asr"]], dtype=pl.String),
        value="asr",
        lower="asr_lower",
        upper="asr_upper",
    )
    topic = _("Theo vị trí u · ASR trên 100.000 · %(sex)s · %(period)s") % {
        "sex": scope.sex_words,
        "period": scope.period,
    }
    finding = say_ranking(estimates)
    return Figure(
        slug="sites",
        topic=topic,
        finding=finding,
        label=f"{topic}. {finding}",
        draw=partial(draw_bars, rows, language=language, label=topic),
        frame=frame.select("site", "name", pl.exclude("site", "name")),
        table=tabulate_sites(frame, scope),
        method="rates",
        key=[(draw_key("line", COBALT), _("KTC 95 %"))],
        trust=[
            _("%(count)s vị trí nhiều nhất trong hình; tất cả trong bảng") % {"count": top.height},
            *say_trust(quality, scope),
        ],
    )


def tabulate_sites(frame: pl.DataFrame, scope: Scope) -> DataTable:
    columns = [
        (_("Vị trí u"), False),
        (_("Ca mới"), True),
        (_("Thô"), True),
        ("ASR", True),
        (_("KTC 95 %"), True),
        (_("Nguy cơ đến tuổi 74, %"), True),
    ]
    rows = [
        [
            row["name"],
            format_figure(row["cases"]),
            format_figure(row["crude_rate"], 1),
            format_figure(row["asr"], 1),
            format_interval(row["asr_lower"], row["asr_upper"]),
            format_figure(row["cumulative_risk"], 2),
        ]
        for row in frame.iter_rows(named=True)
    ]
    return DataTable(title=_("Bảng mọi vị trí u"), columns=columns, rows=scope.mark_hidden(rows))
