"""Named values with their intervals, one below the other: bars from zero, or points about a reference."""

import altair as alt
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import COBALT, GRID, INK, INK_2

ROW = 22


def draw_bars(rows: pl.DataFrame, *, language: str, label: str) -> str:
    """Draw a ranking: a bar from zero for each name, its interval as a whisker, its value in figures.

    Parameters
    ----------
    rows : polars.DataFrame
        ``name``, ``value``, ``lower``, ``upper``, and ``text`` (the value as the reader writes it), in order.
    language, label : as in :func:`draw_svg`
    """
    return draw_svg(build_bars, {"rows": rows}, language=language, label=label)


def draw_shares(rows: pl.DataFrame, *, language: str, label: str) -> str:
    """Draw shares in per cent as bars on the whole scale from 0 to 100, for half the width of a page.

    Parameters
    ----------
    rows : polars.DataFrame
        As in :func:`draw_bars`. Values and limits outside 0 to 100 are cut in the drawing only.
    language, label : as in :func:`draw_svg`
    """
    cut = rows.with_columns(pl.col("value", "lower", "upper").clip(0, 100))
    return draw_svg(build_shares, {"rows": cut}, language=language, label=label)


def draw_points(
    rows: pl.DataFrame, reference: float | None, reference_text: str, *, language: str, label: str
) -> str:
    """Draw points with whiskers about a reference line.

    Parameters
    ----------
    rows : polars.DataFrame
        ``name``, ``value``, ``lower``, ``upper``, ``text``, ``colour`` (of the palette), in order.
    reference : float or None
        Where the vertical line stands, in the unit of ``value``.
    reference_text : str
        What the line is.
    language, label : as in :func:`draw_svg`
    """
    line = pl.DataFrame(
        {"value": [reference], "text": [reference_text]}, schema={"value": pl.Float64, "text": pl.String}
    ).drop_nulls("value")
    return draw_svg(build_points, {"rows": rows, "reference": line}, language=language, label=label)


def _encode() -> tuple[alt.Chart, alt.X, alt.Y]:
    rows = alt.Chart(alt.NamedData("rows"))
    value = alt.X("value:Q").axis(tickCount=5, grid=True)
    name = alt.Y("name:N").sort(None).axis(labelColor=INK, labelPadding=58, grid=False)
    return rows, value, name


def _write_values(rows: alt.Chart, name: alt.Y) -> alt.Chart:
    return rows.mark_text(align="right", dx=-10, fontWeight=600, color=INK).encode(
        y=name, x=alt.value(0), text="text:N"
    )


def _draw_whiskers(rows: alt.Chart, name: alt.Y, colour: str, width: float) -> alt.Chart:
    return rows.mark_rule(color=colour, strokeWidth=width).encode(alt.X("lower:Q"), alt.X2("upper:Q"), name)


def build_bars(language: str) -> alt.TopLevelMixin:
    """Specify the ranking over the data set rows."""
    del language
    return _layer_bars(alt.Scale(zero=True), width=600)


def build_shares(language: str) -> alt.TopLevelMixin:
    """Specify bars from 0 to 100 over the data set rows."""
    del language
    return _layer_bars(alt.Scale(domain=[0, 100]), width=290)


def _layer_bars(scale: alt.Scale, *, width: int) -> alt.TopLevelMixin:
    rows, value, name = _encode()
    bars = rows.mark_bar(color=COBALT, fillOpacity=0.3, height=12).encode(value.scale(scale), name)
    whiskers = _draw_whiskers(rows, name, COBALT, 2)
    ticks = rows.mark_tick(color=COBALT, thickness=2, size=12).encode(value, name)
    return alt.layer(bars, whiskers, ticks, _write_values(rows, name)).properties(
        width=width, height=alt.Step(ROW)
    )


def build_points(language: str) -> alt.TopLevelMixin:
    """Specify the points over the data sets rows and reference."""
    del language
    rows, value, name = _encode()
    reference = alt.Chart(alt.NamedData("reference"))
    scale = value.scale(zero=False).axis(tickCount=4, grid=True, gridColor=GRID)
    rule = reference.mark_rule(color=INK, strokeWidth=1).encode(alt.X("value:Q"))
    words = reference.mark_text(dy=-10, color=INK_2, baseline="bottom").encode(
        x="value:Q", y=alt.value(4), text="text:N"
    )
    points = rows.mark_circle(size=70, opacity=1, stroke=INK_2, strokeWidth=0.8).encode(
        scale, name, color=alt.Color("colour:N").scale(None)
    )
    return alt.layer(
        rule, words, _draw_whiskers(rows, name, INK_2, 1.4), points, _write_values(rows, name)
    ).properties(width=210, height=alt.Step(ROW))
