"""Prevalence as bars: how many live, shaded by how long ago their cancer was found."""

import altair as alt
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import INK, INK_2, SEQUENTIAL

ROW = 24
# The latest diagnoses darkest: they need most care.
SHADES = SEQUENTIAL[::-1]


def draw_prevalence(parts: pl.DataFrame, totals: pl.DataFrame, *, language: str, label: str) -> str:
    """Draw one bar for each name, divided by years since diagnosis, with the interval of the whole.

    Parameters
    ----------
    parts : polars.DataFrame
        ``name``, ``order`` (0 for the latest diagnoses, up to 4), ``value`` (of that part alone), in the order of the bars.
    totals : polars.DataFrame
        ``name``, ``lower``, ``upper`` of the whole bar (null: no whisker), ``text`` (its value as the reader writes it).
    language, label : as in :func:`draw_svg`
    """
    fill = pl.col("order").cast(pl.Int64).replace_strict(dict(enumerate(SHADES)), return_dtype=pl.String)
    placed = parts.with_row_index("place").with_columns(pl.col("place").min().over("name"), fill=fill)
    stacked = placed.sort("place", "order").with_columns(end=pl.col("value").cum_sum().over("name"))
    laid = stacked.with_columns(start=pl.col("end") - pl.col("value")).drop("place")
    return draw_svg(build_prevalence, {"parts": laid, "totals": totals}, language=language, label=label)


def build_prevalence(language: str) -> alt.TopLevelMixin:
    """Specify the bars over the data sets parts and totals."""
    del language
    parts, totals = alt.Chart(alt.NamedData("parts")), alt.Chart(alt.NamedData("totals"))
    name = alt.Y("name:N").sort(None).axis(labelColor=INK, labelPadding=66, grid=False)
    value = alt.X("start:Q").scale(zero=True).axis(tickCount=5, grid=True)
    bars = parts.mark_bar(height=14, stroke=INK_2, strokeWidth=0.6).encode(
        value, alt.X2("end:Q"), name, fill=alt.Fill("fill:N").scale(None)
    )
    whiskers = totals.mark_rule(color=INK, strokeWidth=1.6).encode(alt.X("lower:Q"), alt.X2("upper:Q"), name)
    words = totals.mark_text(align="right", dx=-10, fontWeight=600, color=INK).encode(
        y=name, x=alt.value(0), text="text:N"
    )
    return alt.layer(bars, whiskers, words).properties(width=520, height=alt.Step(ROW))
