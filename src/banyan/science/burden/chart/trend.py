"""A rate by year with its interval and the fitted change."""

from typing import Any

import altair as alt
import polars as pl

from banyan.science.burden.chart.axes import lay_years
from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import BAND, COBALT, INK_2, SURFACE

WORDS = {"provisional": {"vi": "tạm tính", "en": "provisional"}}


def draw_trend(
    rates: pl.DataFrame,
    fitted: pl.DataFrame,
    *,
    language: str,
    label: str,
    note: tuple[str, str] = ("", ""),
    target: tuple[float, str] | None = None,
    width: int = 470,
) -> str:
    """Draw a rate by year: points, their interval as a band, a fitted line, the last value in words.

    Parameters
    ----------
    rates : polars.DataFrame
        ``year``, ``value``, ``lower``, ``upper``, ``provisional`` (a provisional point is hollow).
    fitted : polars.DataFrame
        ``year``, ``value`` of the fitted line; may have no rows.
    language, label : as in :func:`draw_svg`
    note : two texts
        The fitted change and, below it, its interval.
    target : number and text, optional
        A horizontal line, and what it is.
    width : int
        Of the plot, pixels: 470, 310 or 230 for the columns of a page.

    Returns
    -------
    str
        SVG.
    """
    last = rates.drop_nulls("value").tail(1)
    ends = last.with_columns(
        what=pl.when(pl.col("provisional")).then(pl.lit(WORDS["provisional"][language])).otherwise(pl.lit(""))
    )
    datasets = {
        "rates": rates.drop_nulls("value"),
        "fitted": fitted,
        "ends": ends,
        "notes": _place_note(rates, note),
        "targets": _place_target(rates, target),
    }
    return draw_svg(BUILDS[width], datasets, language=language, label=label)


def _place_target(rates: pl.DataFrame, target: tuple[float, str] | None) -> pl.DataFrame:
    """Write what the target is on the side of its line where the points are not."""
    rows = [] if target is None else [(*target, bool((rates["value"].mean() or 0) > target[0]))]  # type: ignore[operator]
    return pl.DataFrame(
        rows, schema={"value": pl.Float64, "text": pl.String, "under": pl.Boolean}, orient="row"
    )


def _place_note(rates: pl.DataFrame, note: tuple[str, str]) -> pl.DataFrame:
    """Put the note in the empty half of the plot: below the band where it runs high, above where it runs low."""
    schema = {"year": pl.Float64, "value": pl.Float64, "main": pl.String, "sub": pl.String}
    seen = rates.drop_nulls("value")
    if not note[0] or seen.is_empty():
        return pl.DataFrame(schema=schema)
    years, top = seen["year"], float(seen["upper"].max() or 0)  # type: ignore[arg-type]
    middle = (float(years.min()) + float(years.max())) / 2  # type: ignore[arg-type]
    lowest = float(seen["lower"].min() or 0)  # type: ignore[arg-type]
    return pl.DataFrame(
        {"year": [middle], "value": [min(lowest / 2, top * 0.45)], "main": [note[0]], "sub": [note[1]]},
        schema=schema,
    )


def build_trend(language: str) -> alt.TopLevelMixin:
    """Specify the trend figure over the data sets rates, fitted, ends, notes and targets."""
    del language  # numbers follow the locale; words come with the data
    return _layer_trend(ticks=10).properties(width=470, height=200)


def build_middle_trend(language: str) -> alt.TopLevelMixin:
    """Specify the same for five twelfths of the page."""
    del language
    return _layer_trend(ticks=5).properties(width=310, height=226)


def build_narrow_trend(language: str) -> alt.TopLevelMixin:
    """Specify the same for a third of the page."""
    del language
    return _layer_trend(ticks=4).properties(width=230, height=150)


BUILDS = {470: build_trend, 310: build_middle_trend, 230: build_narrow_trend}


def _layer_trend(ticks: int) -> Any:
    year = lay_years("year", ticks=ticks)
    rate = alt.Y("value:Q").scale(zero=True).axis(tickCount=5)
    rates, fitted = alt.Chart(alt.NamedData("rates")), alt.Chart(alt.NamedData("fitted"))
    band = rates.mark_area(color=COBALT, fillOpacity=BAND).encode(year, alt.Y("lower:Q"), alt.Y2("upper:Q"))
    line = fitted.mark_line(color=COBALT, strokeWidth=2.5).encode(year, rate)
    points = rates.mark_circle(size=50, opacity=1, stroke=COBALT, strokeWidth=2).encode(
        year,
        rate,
        fill=alt.condition("datum.provisional", alt.value(SURFACE), alt.value(COBALT)),
    )
    return alt.layer(
        *_draw_target(rate), band, line, points, *_write_ends(year, rate), *_write_note(year, rate)
    )


def _draw_target(rate: alt.Y) -> list[alt.Chart]:
    target = alt.Chart(alt.NamedData("targets"))
    rule = target.mark_rule(color=INK_2, strokeWidth=1, strokeDash=[2, 3]).encode(rate)
    sides: dict[str, dict[str, Any]] = {
        "datum.under": {"baseline": "top", "dy": 4},
        "!datum.under": {"baseline": "bottom", "dy": -3},
    }
    words = [
        target.transform_filter(which).mark_text(color=INK_2, fontSize=11, align="left", **side)
        for which, side in sides.items()
    ]
    return [rule, *(word.encode(y=rate, x=alt.value(2), text="text:N") for word in words)]


def _write_ends(year: alt.X, rate: alt.Y) -> list[alt.Chart]:
    ends = alt.Chart(alt.NamedData("ends")).encode(year, rate)
    value = ends.mark_text(align="left", dx=10, fontWeight=700, color=COBALT).encode(
        text=alt.Text("value:Q", format=",.1f")
    )
    return [value, ends.mark_text(align="left", dx=10, dy=14, fontSize=11).encode(text="what:N")]


def _write_note(year: alt.X, rate: alt.Y) -> list[alt.Chart]:
    note = alt.Chart(alt.NamedData("notes")).encode(year, rate)
    return [
        note.mark_text(fontWeight=700, color=COBALT).encode(text="main:N"),
        note.mark_text(dy=15, color=INK_2).encode(text="sub:N"),
    ]
