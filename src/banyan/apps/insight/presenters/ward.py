"""The map of the wards, with the list that is part of it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import say_wards
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.rules import SMALLEST_COUNT
from banyan.science.burden.chart import draw_dots, draw_points, draw_polygons
from banyan.science.burden.chart.palette import HIGHER, LOWER, MUCH_HIGHER, MUCH_LOWER, NEAR, SURFACE

LISTED = 6
FILLS = {(1, True): MUCH_HIGHER, (1, False): HIGHER, (-1, False): LOWER, (-1, True): MUCH_LOWER}
SHOWN = ("asr", "asr_lower", "asr_upper", "smoothed", "smoothed_lower", "smoothed_upper", "cases")


def show_wards(
    by_ward: pl.DataFrame, quality: QualityAnswer, scope: Scope, boundaries: tuple[Mapping[str, Any], str]
) -> Figure:
    frame = hide_small(by_ward)
    above, below = (frame.filter(pl.col("side") == side).height for side in (1, -1))
    hidden, city = int(frame["hidden"].sum()), float(frame["city"][0])
    topic = _("Theo nơi cư trú · %(count)s phường, xã · %(period)s") % {
        "count": frame.height,
        "period": scope.period,
    }
    finding = say_wards(above, below, frame.height - above - below - hidden)
    polygons, source = boundaries
    ends = choose_ends(frame)
    label = f"{scope.title}. {topic}"
    return Figure(
        slug="wards",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=draw_map(frame, polygons, label),
        aside=partial(
            draw_points,
            ends,
            city,
            _("thành phố %(rate)s") % {"rate": format_figure(city, 1)},
            language=speaks(),
            label=_("Nơi cao nhất và thấp nhất, so với toàn thành phố"),
        ),
        aside_words=(
            _("%(count)s nơi cao nhất và %(count)s nơi thấp nhất: ASR đã làm trơn và KTC 95 %%")
            % {"count": LISTED},
            _(
                "Cao không có nghĩa là nguy hiểm hơn: nơi gần bệnh viện được chẩn đoán nhiều hơn. Đọc cùng tỷ lệ giai đoạn muộn."
            ),
        ),
        frame=frame.drop("hidden").with_columns(suppressed=frame["hidden"]),
        table=tabulate_wards(frame),
        method="wards",
        key=[*key_classes(), *([] if polygons else [(draw_key("dot", NEAR), _("Chấm to: đông dân hơn"))])],
        trust=[
            _("Làm trơn Bayes thực nghiệm"),
            _("Ẩn nơi dưới %(limit)s ca: %(count)s nơi") % {"limit": SMALLEST_COUNT, "count": hidden},
            _("Ranh giới: %(source)s") % {"source": source}
            if polygons
            else _("Chưa nhập ranh giới: mỗi chấm là tâm một phường, xã"),
            *say_trust(quality, scope),
        ],
    )


def hide_small(wards: pl.DataFrame) -> pl.DataFrame:
    """Take the numbers of wards with too few cases out, before they reach page or file."""
    return wards.with_columns(
        pl.when(~pl.col("hidden")).then(pl.col(name)).alias(name) for name in SHOWN
    ).sort("smoothed", "ward_code", descending=[True, False], nulls_last=True)


def paint(frame: pl.DataFrame) -> pl.Series:
    fills = [
        SURFACE if hidden else FILLS.get((side, much), NEAR) if side else NEAR
        for hidden, side, much in frame.select("hidden", "side", "much").iter_rows()
    ]
    return pl.Series("fill", fills, dtype=pl.String)


def draw_map(frame: pl.DataFrame, polygons: Mapping[str, Any], label: str) -> Any:
    wards = frame.with_columns(paint(frame), clear=pl.col("side") != 0)
    if polygons:
        return partial(draw_polygons, wards, polygons, language=speaks(), label=label)
    inset = _("Nơi đông nhất, phóng to")
    return partial(draw_dots, wards, inset_text=inset, language=speaks(), label=label)


def choose_ends(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the highest and the lowest wards, as the list beside the map wants them."""
    seen = frame.drop_nulls("smoothed")
    ends = pl.concat([seen.head(LISTED), seen.tail(min(LISTED, max(0, seen.height - LISTED)))])
    return ends.select(
        name=pl.Series(
            [abbreviate(kind, name) for kind, name in ends.select("kind", "name").iter_rows()],
            dtype=pl.String,
        ),
        value="smoothed",
        lower="smoothed_lower",
        upper="smoothed_upper",
        text=pl.Series([format_figure(value, 1) for value in ends["smoothed"]], dtype=pl.String),
        colour=paint(ends),
    )


def abbreviate(kind: str, name: str) -> str:
    """Write P. and X. before names of wards and communes, as lists in print do."""
    bare = name.removeprefix("Phường ").removeprefix("Xã ")
    mark = (kind or name)[:1].upper()
    return f"{mark}. {bare}" if mark in ("P", "X") else bare


def key_classes() -> list[tuple[Any, str]]:
    return [
        (draw_key("dot", MUCH_HIGHER), _("Cao hơn trên 25 %")),
        (draw_key("dot", HIGHER), _("Cao hơn")),
        (draw_key("dot", NEAR), _("Chưa phân biệt được")),
        (draw_key("dot", LOWER), _("Thấp hơn")),
        (draw_key("dot", MUCH_LOWER), _("Thấp hơn trên 20 %")),
        (draw_key("empty", SURFACE), _("Ẩn vì ít ca")),
    ]


def tabulate_wards(frame: pl.DataFrame) -> DataTable:
    columns = [
        (_("Nơi cư trú"), False),
        (_("Ca mới"), True),
        ("ASR", True),
        (_("KTC 95 %"), True),
        (_("Đã làm trơn"), True),
        (_("KTC 95 %"), True),
        (_("So với thành phố"), False),
    ]
    sides = {1: _("cao hơn"), 0: _("chưa phân biệt được"), -1: _("thấp hơn")}
    rows = [
        [
            row["name"],
            _("dưới %(count)s") % {"count": SMALLEST_COUNT} if row["hidden"] else format_figure(row["cases"]),
            format_figure(row["asr"], 1),
            format_interval(row["asr_lower"], row["asr_upper"]),
            format_figure(row["smoothed"], 1),
            format_interval(row["smoothed_lower"], row["smoothed_upper"]),
            _("ẩn") if row["hidden"] else sides[row["side"]],
        ]
        for row in frame.iter_rows(named=True)
    ]
    return DataTable(title=_("Bảng %(count)s nơi") % {"count": frame.height}, columns=columns, rows=rows)
