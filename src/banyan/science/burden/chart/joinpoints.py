"""Trends with their joinpoints: rates as marks, fitted lines, what each segment says."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import polars as pl

from banyan.science.burden.chart.axes import lay_years
from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import INK_2, SURFACE
from banyan.science.burden.chart.series import LOOKS, mark_line, write_labels
from banyan.science.burden.trend import JoinpointTrend

SIGNIFICANT = 0.05
# A segment is short, as a share of the series, where its words are wider than it is.
SHORT = 0.25
WORDS = {
    "vi": {"change": "{} %/năm{}", "note": "* khác 0 với p < 0,05", "sign": ","},
    "en": {"change": "{}% a year{}", "note": "* other than 0, p < 0.05", "sign": "."},
}
RATES = {
    "series": pl.Int64, "year": pl.Float64, "value": pl.Float64, "lower": pl.Float64, "upper": pl.Float64,
    "fitted": pl.Boolean,
}  # fmt: skip
MARKS = {"series": pl.Int64, "year": pl.Float64, "value": pl.Float64, "text": pl.String}


def draw_joinpoints(
    trends: Sequence[JoinpointTrend],
    *,
    names: Sequence[str],
    language: str,
    label: str,
    rates: pl.DataFrame | None = None,
) -> str:
    """Draw up to five series: each rate a mark, the model a line, a ring and its year at each joinpoint.

    Each segment bears its annual percentage change, with a star where it differs from 0; in a linear model its change
    in the unit of the rate.

    Parameters
    ----------
    trends : sequence of JoinpointTrend
    names : texts
        The name of each, written at its end.
    language, label : as in :func:`draw_svg`
    rates : polars.DataFrame, optional
        What the lines were fitted to and what not: ``series`` (from 0), ``year``, ``value``, ``lower``, ``upper``,
        ``fitted`` (bool). Intervals are drawn as bars, rates that are not fitted with a broken outline.

    Returns
    -------
    str
        SVG.
    """
    shown = pl.DataFrame(schema=RATES) if rates is None else rates.select(*RATES).cast(RATES)  # type: ignore[arg-type]
    lines = pl.concat([_trace(number, trend) for number, trend in enumerate(trends)])
    ends = lines.group_by("series", maintain_order=True).last()
    starred = any(_find_stars(trend).any() for trend in trends)
    last = float(lines["year"].max() or 0)  # type: ignore[arg-type]
    datasets = {
        "observed": pl.concat([_list_rates(number, trend) for number, trend in enumerate(trends)]),
        "lines": lines,
        "bars": shown.drop_nulls(["lower", "upper"]),
        "apart": shown.filter(~pl.col("fitted")).drop_nulls("value"),
        "places": pl.concat([_list_places(number, trend) for number, trend in enumerate(trends)]),
        "changes": pl.concat([_list_changes(number, trend, language) for number, trend in enumerate(trends)]),
        "labels": ends.with_columns(
            text=pl.Series([names[number] for number in ends["series"]]), side=pl.lit("right")
        ),
        "notes": pl.DataFrame({"year": [last] * starred, "text": [WORDS[language]["note"]] * starred}),
    }
    return draw_svg(build_joinpoints, datasets, language=language, label=label)


def _trace(number: int, trend: JoinpointTrend) -> pl.DataFrame:
    """Follow the model by quarters of a year: between joinpoints a log-linear line is bent."""
    limits = trend.chosen.limits
    years = np.unique(np.concatenate([np.arange(limits[0], limits[-1], 0.25), limits]))
    values = trend.series.draw_back(trend.chosen.evaluate(years))
    return pl.DataFrame({"series": number, "year": years, "value": values})


def _list_rates(number: int, trend: JoinpointTrend) -> pl.DataFrame:
    return pl.DataFrame({"series": number, "year": trend.series.x, "value": trend.series.rate})


def _list_places(number: int, trend: JoinpointTrend) -> pl.DataFrame:
    years = np.array(trend.joinpoints, dtype=float)
    values = trend.series.draw_back(trend.chosen.evaluate(years))
    texts = [f"{year:g}" for year in years]
    series = [number] * len(texts)
    return pl.DataFrame({"series": series, "year": years, "value": values, "text": texts}, schema=MARKS)


def _find_stars(trend: JoinpointTrend) -> pl.Series:
    return (trend.segments()["p_value"] < SIGNIFICANT).fill_null(value=False)


def _list_changes(number: int, trend: JoinpointTrend, language: str) -> pl.DataFrame:
    """Say each segment's change at its middle, by turns above and below the line, so that neighbours do not meet.

    Below it, in a short segment, there are the years of its joinpoints.
    """
    segments = trend.segments()
    middle = ((segments["start"] + segments["end"]) / 2).to_numpy()
    change = segments["apc" if trend.series.logarithmic else "slope"]
    words = WORDS[language] if trend.series.logarithmic else {**WORDS[language], "change": "{}{}"}
    texts = [_say_change(value, star, words) for value, star in zip(change, _find_stars(trend), strict=True)]
    values = trend.series.draw_back(trend.chosen.evaluate(middle))
    series = [number] * len(texts)
    marks = pl.DataFrame({"series": series, "year": middle, "value": values, "text": texts}, schema=MARKS)
    short = segments["end"] - segments["start"] < SHORT * (segments["end"].max() - segments["start"].min())  # type: ignore[operator]
    turn = pl.int_range(pl.len()) % 2 == 1
    side = pl.when(~turn).then(pl.lit("above")).when(short).then(pl.lit("far")).otherwise(pl.lit("below"))
    return marks.with_columns(side=side)


def _say_change(value: float, star: bool, words: dict[str, str]) -> str:  # noqa: FBT001 -- private, named by its only caller
    # a change that is written as 0 has no sign
    number = (f"{value:+.1f}" if abs(value) >= 0.05 else "0.0").replace("-", "−").replace(".", words["sign"])
    return words["change"].format(number, "*" if star else "")


def build_joinpoints(language: str) -> alt.TopLevelMixin:
    """Specify the figure over the data sets observed, bars, apart, lines, places, changes, labels and notes."""
    del language  # numbers follow the locale; words come with the data
    year = lay_years("year", ticks=10)
    rate = alt.Y("value:Q").scale(zero=True).axis(tickCount=5)
    labels = alt.Chart(alt.NamedData("labels"))
    return alt.layer(
        *_draw_bars(year),
        *_draw_lines(year, rate),
        *_draw_apart(year, rate),
        *_ring_places(year, rate),
        *_write_changes(year, rate),
        *write_labels(labels, year, rate),
        _write_note(year),
    ).properties(width=560, height=300)


def _draw_bars(year: alt.X) -> list[alt.Chart]:
    bars = alt.Chart(alt.NamedData("bars"))
    ends = {"y": alt.Y("lower:Q"), "y2": alt.Y2("upper:Q")}
    return [
        bars.transform_filter(f"datum.series === {number}")
        .mark_rule(color=look.colour, strokeWidth=1, opacity=0.55)
        .encode(year, **ends)
        for number, look in enumerate(LOOKS)
    ]


def _draw_apart(year: alt.X, rate: alt.Y) -> list[alt.Chart]:
    apart = alt.Chart(alt.NamedData("apart"))
    return [
        apart.transform_filter(f"datum.series === {number}")
        .mark_point(
            shape=look.shape, size=40, opacity=1, fill=SURFACE, stroke=look.colour, strokeDash=[1.5, 1.5]
        )
        .encode(year, rate)
        for number, look in enumerate(LOOKS)
    ]


def _draw_lines(year: alt.X, rate: alt.Y) -> list[alt.Chart]:
    layers = []
    for number, look in enumerate(LOOKS):
        wanted = f"datum.series === {number}"
        rows = alt.Chart(alt.NamedData("observed")).transform_filter(wanted)
        mark: dict[str, Any] = {"fill": SURFACE if look.hollow else look.colour, "stroke": look.colour}
        layers.append(rows.mark_point(shape=look.shape, size=22, opacity=1, **mark).encode(year, rate))
        lines = alt.Chart(alt.NamedData("lines")).transform_filter(wanted)
        layers.append(mark_line(lines, look).encode(year, rate))
    return layers


def _ring_places(year: alt.X, rate: alt.Y) -> list[alt.Chart]:
    places = alt.Chart(alt.NamedData("places")).encode(year, rate)
    ring = places.mark_point(shape="circle", size=90, opacity=1, fill=SURFACE, stroke=INK_2, strokeWidth=2)
    return [ring, places.mark_text(dy=18, fontSize=11, color=INK_2).encode(text="text:N")]


def _write_changes(year: alt.X, rate: alt.Y) -> list[alt.Chart]:
    sides = {"above": -20, "below": 24, "far": 36}
    changes = alt.Chart(alt.NamedData("changes"))
    return [
        changes.transform_filter(f"datum.series === {number} && datum.side === '{side}'")
        .mark_text(color=look.colour, fontWeight=700, dy=offset)
        .encode(year, rate, text="text:N")
        for number, look in enumerate(LOOKS)
        for side, offset in sides.items()
    ]


def _write_note(year: alt.X) -> alt.Chart:
    """Explain the star below the last year."""
    note = alt.Chart(alt.NamedData("notes"))
    return note.mark_text(align="right", dy=34, fontSize=11, color=INK_2).encode(
        year, y=alt.value(300), text="text:N"
    )
