"""A projection as a fan: what was observed, what is expected, and between which limits."""

from typing import Any

import altair as alt
import polars as pl

from banyan.science.burden.chart.axes import lay_years
from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import BAND, COBALT, INK_2

WORDS = {"projected": {"vi": "dự báo", "en": "projected"}}
OUTER, INNER = BAND, 0.28


def draw_fan(values: pl.DataFrame, *, language: str, label: str, digits: int | None = None) -> str:
    """Draw a projection.

    Parameters
    ----------
    values : polars.DataFrame
        ``year``, ``value``, ``projected`` (bool); ``lower``, ``upper`` and the inner limits ``lower_50``,
        ``upper_50``, null where observed. Years are the middles of periods; cases or rates, of any unit.
    language, label : as in :func:`draw_svg`
    digits : int, optional
        Decimals of the last value and its limits; three significant digits if nobody says.

    Returns
    -------
    str
        SVG: observed values as marks on a line, expected ones dashed, two bands, the last value written at its end.
    """
    seen = values.drop_nulls("value").sort("year")
    observed = seen.filter(~pl.col("projected"))
    # band and dashes start from the last observed value, so that the fan opens where knowledge ends
    hinge = observed.tail(1).with_columns(
        pl.col("value").alias(name) for name in ("lower", "upper", "lower_50", "upper_50")
    )
    fan = pl.concat([hinge, seen.filter("projected")], how="diagonal_relaxed")
    datasets = {
        "observed": observed.select("year", "value"),
        "fan": fan.select("year", "value", "lower", "upper", "lower_50", "upper_50"),
        "ends": _say_ends(seen.filter("projected").tail(1), language, digits),
        "start": hinge.select("year", "value", text=pl.lit(WORDS["projected"][language])),
    }
    return draw_svg(build_fan, datasets, language=language, label=label)


def _say_ends(last: pl.DataFrame, language: str, digits: int | None) -> pl.DataFrame:
    """Write the last value and its limits as the language does."""

    def write(number: float) -> str:
        text = f"{float(f'{number:.3g}'):,}".removesuffix(".0") if digits is None else f"{number:,.{digits}f}"
        return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text

    names = ("value", "lower", "upper")
    words = {f"{name}_text": pl.col(name).map_elements(write, return_dtype=pl.String) for name in names}
    return last.select("year", *names, **words)


def build_fan(language: str) -> alt.TopLevelMixin:
    """Specify the fan over the data sets observed, fan, ends and start."""
    del language  # numbers follow the locale; words come with the data
    year = lay_years("year", ticks=8)
    value = alt.Y("value:Q").scale(zero=True).axis(tickCount=5)
    observed, fan = alt.Chart(alt.NamedData("observed")), alt.Chart(alt.NamedData("fan"))
    line: dict[str, Any] = {"color": COBALT, "strokeWidth": 2.2}
    return alt.layer(
        fan.mark_area(color=COBALT, fillOpacity=OUTER).encode(year, alt.Y("lower:Q"), alt.Y2("upper:Q")),
        fan.mark_area(color=COBALT, fillOpacity=INNER).encode(
            year, alt.Y("lower_50:Q"), alt.Y2("upper_50:Q")
        ),
        observed.mark_line(**line).encode(year, value),
        observed.mark_circle(size=36, opacity=1, color=COBALT).encode(year, value),
        fan.mark_line(**line, strokeDash=[6, 3]).encode(year, value),
        *_write_words(year, value),
    ).properties(width=470, height=240)


def _write_words(year: alt.X, value: alt.Y) -> list[alt.Chart]:
    ends = alt.Chart(alt.NamedData("ends"))
    bold = ends.mark_text(align="left", dx=8, fontWeight=700, color=COBALT)
    # limits stand clear of the value between them, however close they are
    thin: dict[str, Any] = {"align": "left", "dx": 8, "fontSize": 11, "color": INK_2}
    above, below = (
        ends.mark_text(baseline="bottom", dy=-5, **thin),
        ends.mark_text(baseline="top", dy=5, **thin),
    )
    start = alt.Chart(alt.NamedData("start")).mark_text(align="left", dx=6, dy=14, fontSize=11, color=INK_2)
    return [
        bold.encode(year, value, text="value_text:N"),
        above.encode(year, alt.Y("upper:Q"), text="upper_text:N"),
        below.encode(year, alt.Y("lower:Q"), text="lower_text:N"),
        start.encode(year, value, text="text:N"),
    ]
