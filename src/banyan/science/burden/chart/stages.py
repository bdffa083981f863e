"""Stage at diagnosis by year: shares that add up to the whole, the unknown among them."""

import altair as alt
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import INK_2, SEQUENTIAL, SURFACE

# Stages I to IV from light to dark; the unknown is white with an outline: it is no stage.
FILLS = (*SEQUENTIAL[1:], SURFACE)


def draw_stages(shares: pl.DataFrame, *, names: tuple[str, ...], language: str, label: str) -> str:
    """Draw one bar a year, divided into stages I, II, III, IV and unknown.

    Parameters
    ----------
    shares : polars.DataFrame
        ``year``, ``order`` (0 to 3 for stages I to IV, 4 for unknown), ``share`` in per cent; a row for each.
    names : five texts
        Written beside the last bar.
    language, label : as in :func:`draw_svg`
    """
    stacked = (
        shares.sort("year", "order")
        .with_columns(
            end=pl.col("share").cum_sum().over("year"),
            fill=pl.col("order").replace_strict(dict(enumerate(FILLS))),
        )
        .with_columns(start=pl.col("end") - pl.col("share"))
    )
    last = stacked.filter(pl.col("year") == pl.col("year").max(), pl.col("share") > 4)
    labels = last.select(
        "year",
        value=(pl.col("start") + pl.col("end")) / 2,
        text=pl.col("order").map_elements(lambda number: names[number], return_dtype=pl.String),
    )
    return draw_svg(build_stages, {"shares": stacked, "labels": labels}, language=language, label=label)


def build_stages(language: str) -> alt.TopLevelMixin:
    """Specify the stage figure over the data sets shares and labels."""
    del language
    year = alt.X("year:O").axis(labelAngle=0, labelOverlap=True)
    shares, labels = alt.Chart(alt.NamedData("shares")), alt.Chart(alt.NamedData("labels"))
    bars = shares.mark_bar(stroke=INK_2, strokeWidth=0.7, width={"band": 0.82}).encode(
        year,
        alt.Y("start:Q").scale(domain=[0, 100]).axis(tickCount=5),
        alt.Y2("end:Q"),
        fill=alt.Fill("fill:N").scale(None),
    )
    words = labels.mark_text(align="left", dx=24, fontWeight=600, color=INK_2).encode(
        year, alt.Y("value:Q"), text="text:N"
    )
    return alt.layer(bars, words).properties(width=440, height=240)
