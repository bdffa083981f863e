"""The cards of what lies ahead: survival of those who have lived for some years, and what people die of."""

from functools import partial
from typing import Any

import polars as pl
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import Estimate, say_held
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.presenters.survival.sentences import (
    cite_design,
    say_deaths,
    say_further,
    say_whom,
)
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.survival import HORIZON, SurvivalAnswer, at_years
from banyan.science.burden.chart import draw_bars, draw_crude, draw_shares
from banyan.science.burden.chart.palette import COBALT, TURMERIC

DRAWN = {"w6": draw_shares, "w12": draw_bars}


def show_further(answer: SurvivalAnswer, quality: QualityAnswer, scope: Scope, *, width: str) -> Figure:
    """Lay out five more years for those who have lived for 0, 1, 2, 3 and 5."""
    topic = _("Sống thêm có điều kiện · %(whom)s") % {"whom": say_whom(answer, scope.period)}
    known = answer.conditional.drop_nulls("survival")
    estimates = [
        Estimate(value, lower, upper, name_given(given) if given else "")
        for given, value, lower, upper in known.select(
            "given_years", "survival", "lower", "upper"
        ).iter_rows()
    ]
    held = answer.conditional.is_empty() and scope.register.disclosure is not None
    finding = say_held() if held else say_further(estimates)
    label = f"{scope.title}. {topic}. {finding}"
    return Figure(
        slug="conditional",
        topic=topic,
        finding=finding,
        label=label,
        draw=partial(DRAWN[width], lay_further(known), language=speaks(), label=label)
        if known.height
        else None,
        frame=answer.conditional,
        table=tabulate_further(answer.conditional),
        method="conditional",
        trust=[
            _("Tỷ số hai điểm của đường Pohar–Perme: Hieke và cộng sự 2015"),
            *filter(None, [cite_design(answer)]),
            *say_trust(quality, scope),
        ],
        width=width,
        table_open=True,
    )


def name_given(years: float) -> str:
    if years <= 1:
        return _("Sau 1 năm") if years else _("Lúc chẩn đoán")
    return _("Sau %(years)s năm") % {"years": format_figure(years)}


def lay_further(known: pl.DataFrame) -> pl.DataFrame:
    return known.select(
        pl.Series("name", [name_given(years) for years in known["given_years"]], dtype=pl.String),
        "lower",
        "upper",
        value="survival",
        text=pl.Series([format_figure(value, 1) for value in known["survival"]], dtype=pl.String),
    )


def tabulate_further(conditional: pl.DataFrame) -> DataTable:
    return DataTable(
        title=_("Bảng theo số năm đã sống"),
        columns=[(_("Còn sống"), False), (_("Sống thêm 5 năm nữa, %"), True), (_("KTC 95 %"), True)],
        rows=[
            [
                name_given(row["given_years"]),
                format_figure(row["survival"], 1),
                format_interval(row["lower"], row["upper"]),
            ]
            for row in conditional.iter_rows(named=True)
        ],
    )


def show_deaths(answer: SurvivalAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Lay out the crude probabilities of death."""
    topic = _("Tử vong do bệnh này và do nguyên nhân khác · %(whom)s") % {
        "whom": say_whom(answer, scope.period)
    }
    held = answer.crude.is_empty() and scope.register.disclosure is not None
    ends = {row["cause"]: row for row in find_ends(answer.crude)}
    finding = (
        say_held() if held else say_deaths(*(read_end(ends.get(cause)) for cause in ("cancer", "other")))
    )
    label = f"{scope.title}. {topic}. {finding}"
    return Figure(
        slug="deaths",
        topic=topic,
        finding=finding,
        label=label,
        draw=None
        if answer.crude.is_empty()
        else partial(draw_crude, answer.crude, language=speaks(), label=label),
        frame=answer.crude,
        table=tabulate_deaths(answer.crude),
        method="crude",
        key=[] if answer.crude.is_empty() else name_areas(),
        trust=[
            _("Xác suất thô, không cần biết nguyên nhân tử vong: Cronin, Feuer 2000"),
            *filter(None, [cite_design(answer)]),
            *say_trust(quality, scope),
        ],
        width="w6",
        table_open=True,
    )


def name_areas() -> list[tuple[SafeString, str]]:
    return [
        (draw_key("line", COBALT), _("Do bệnh này, %")),
        (draw_key("dashed", TURMERIC), _("Cộng do nguyên nhân khác, %")),
    ]


def find_ends(crude: pl.DataFrame) -> list[dict[str, Any]]:
    last = at_years(crude).filter(pl.col("years").round() == HORIZON).drop_nulls("probability")
    return last.to_dicts()


def read_end(row: dict[str, Any] | None) -> Estimate | None:
    return Estimate(row["probability"], row["lower"], row["upper"]) if row else None


def tabulate_deaths(crude: pl.DataFrame) -> DataTable:
    """Set the causes of 1, 3 and 5 years beside each other, and who is alive: what the two leave."""
    shown = at_years(crude)
    rows = shown.filter(pl.col("cause") == "cancer").join(
        shown.filter(pl.col("cause") == "other").select("years", "probability", "lower", "upper"),
        on="years",
        suffix="_other",
        maintain_order="left",
    )
    return DataTable(
        title=_("Bảng 1, 3, 5 năm"),
        columns=[
            (_("Năm"), False),
            (_("Do bệnh này, %"), True),
            (_("KTC 95 %"), True),
            (_("Do nguyên nhân khác, %"), True),
            (_("KTC 95 %"), True),
        ],
        rows=[
            [
                format_figure(row["years"]),
                format_figure(row["probability"], 1),
                format_interval(row["lower"], row["upper"]),
                format_figure(row["probability_other"], 1),
                format_interval(row["lower_other"], row["upper_other"]),
            ]
            for row in rows.iter_rows(named=True)
        ],
    )
