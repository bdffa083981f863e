"""What a change is made of: a bar for each part, side by side at each of some years."""

import altair as alt
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import INK, INK_2
from banyan.science.burden.chart.series import LOOKS

GAP = 4


def draw_parts(rows: pl.DataFrame, *, language: str, label: str) -> str:
    """Draw up to three parts of a change, rising or falling from nothing.

    Parameters
    ----------
    rows : polars.DataFrame
        ``group`` (a year or period, as text), ``name`` of the part, ``part`` (its number, from 0), ``value``, ``text``
        (the value as the reader writes it); groups and parts in order.
    language, label : as in :func:`draw_svg`

    Returns
    -------
    str
        SVG: each part named below its bar, its value written at the bar's end.
    """
    return draw_svg(build_parts, {"rows": rows}, language=language, label=label)


def build_parts(language: str) -> alt.TopLevelMixin:
    """Specify the parts over the data set rows."""
    del language  # numbers follow the locale; words come with the data
    name = alt.X("name:N").sort(None).axis(labelAngle=0, labelFontSize=11, ticks=False, domain=False)
    value = alt.Y("value:Q").scale(zero=True).axis(tickCount=5)
    rows = alt.Chart()
    bars = [
        rows.transform_filter(f"datum.part === {number}")
        .mark_bar(color=look.colour, size=26)
        .encode(name, value)
        for number, look in enumerate(LOOKS[:3])
    ]
    zero = alt.Chart().mark_rule(color=INK_2, strokeWidth=1).encode(y=alt.datum(0))
    ends = [
        rows.transform_filter(f"datum.value {sign} 0")
        .mark_text(dy=offset, fontWeight=600, color=INK)
        .encode(name, value, text="text:N")
        for sign, offset in ((">=", -8), ("<", 9))
    ]
    header = alt.Header(title=None, labelOrient="top", labelFontSize=12, labelColor=INK)
    return (
        alt.layer(*bars, zero, *ends, data=alt.NamedData("rows"))
        .properties(width=150, height=190)
        .facet(column=alt.Column("group:N").sort(None).header(header), spacing=GAP)
    )
