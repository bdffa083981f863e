"""Events that exclude each other, as they come: lines with their intervals, or areas one upon the other."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.series import LOOKS, layer_series, mark_line, write_labels

AREA = 0.45
WORDS = {
    "vi": {"cancer": "do bệnh này", "other": "do nguyên nhân khác"},
    "en": {"cancer": "of this cancer", "other": "of other causes"},
}
CAUSES = ("cancer", "other")
EVENTS = {
    "series": pl.Int64, "years": pl.Float64, "value": pl.Float64, "lower": pl.Float64, "upper": pl.Float64,
}  # fmt: skip


def draw_incidence(
    curves: pl.DataFrame, *, names: Sequence[str], language: str, label: str, stacked: bool = False
) -> str:
    """Draw the cumulative incidence of up to five events that exclude each other.

    Parameters
    ----------
    curves : polars.DataFrame
        As :func:`cumulative_incidence` and its like give it, in per cent: ``event`` (1 to 5; 0, none yet, is not drawn), ``years``,
        ``incidence``, ``lower``, ``upper``. Every event begins at 0 on the day of diagnosis.
    names : texts
        The name of each event, of the first event first, written at its end.
    language, label : as in :func:`draw_svg`
    stacked : bool
        Areas one upon the other, whose upper edge is the probability of any of the events; intervals are not drawn.
        Otherwise a line with its band for each.

    Returns
    -------
    str
        SVG.

    References
    ----------
    .. [1] Aalen OO, Johansen S. An empirical transition matrix for nonhomogeneous Markov chains based on censored
       observations. Scand J Stat 1978;5:141-150.
    """
    happened = curves.filter(pl.col("event") > 0)
    values = happened.select(
        (pl.col("event").cast(pl.Int64) - 1).alias("series"),
        "years",
        pl.col("incidence").alias("value"),
        "lower",
        "upper",
    )
    return _draw(values, names, language=language, label=label, stacked=stacked)


def draw_crude(probabilities: pl.DataFrame, *, language: str, label: str) -> str:
    """Draw the crude probabilities of death as areas: of the cancer below, of other causes above it, the rest alive.

    Parameters
    ----------
    probabilities : polars.DataFrame
        As :func:`crude_probability` gives it, in per cent: ``cause`` ("cancer", "other"), ``years``, ``probability``.
    language, label : as in :func:`draw_svg`

    Returns
    -------
    str
        SVG. A probability below 0, where fewer died than in the population, is drawn as 0.

    References
    ----------
    .. [1] Cronin KA, Feuer EJ. Cumulative cause-specific mortality for cancer patients in the presence of other causes.
       Stat Med 2000;19:1729-1740.
    """
    order = {cause: number for number, cause in enumerate(CAUSES)}
    nothing = pl.lit(None, pl.Float64)
    values = probabilities.select(
        pl.col("cause").replace_strict(order, return_dtype=pl.Int64).alias("series"),
        "years",
        pl.col("probability").alias("value"),
        nothing.alias("lower"),
        nothing.alias("upper"),
    )
    words = [WORDS[language][cause] for cause in CAUSES]
    return _draw(values, words, language=language, label=label, stacked=True)


def _draw(values: pl.DataFrame, names: Sequence[str], *, language: str, label: str, stacked: bool) -> str:
    known = values.drop_nulls("value").with_columns(pl.col("value", "lower", "upper").clip(0, 100))
    begins = (
        known.select("series")
        .unique()
        .with_columns(years=pl.lit(0.0), value=pl.lit(0.0), lower=pl.lit(0.0), upper=pl.lit(0.0))
    )
    rows = pl.concat([begins, known.filter(pl.col("years") > 0)], how="diagonal_relaxed")
    rows = rows.select(*EVENTS).cast(EVENTS).sort("years", "series")  # type: ignore[arg-type]
    if stacked:
        rows = rows.with_columns(upper=pl.col("value").cum_sum().over("years")).with_columns(
            lower=pl.col("upper") - pl.col("value"), value=pl.col("upper")
        )
    ends = rows.group_by("series", maintain_order=True).last()
    place = (pl.col("lower") + pl.col("upper")) / 2 if stacked else pl.col("value")
    labels = ends.with_columns(
        value=place,
        text=pl.col("series").map_elements(lambda number: names[number], return_dtype=pl.String),
        side=pl.lit("right"),
    )
    build = build_stacked if stacked else build_lines
    return draw_svg(build, {"curves": rows, "labels": labels}, language=language, label=label)


def _encode() -> tuple[alt.X, alt.Y]:
    years: dict[str, Any] = {"labelFlush": False, "tickMinStep": 1, "tickCount": 5, "format": "d"}
    return (
        alt.X("years:Q").scale(zero=True, nice=False).axis(**years),
        alt.Y("value:Q").scale(domain=[0, 100]).axis(tickCount=5),
    )


def build_lines(language: str) -> alt.TopLevelMixin:
    """Specify lines with bands over the data sets curves and labels."""
    del language
    years, per_cent = _encode()
    curves, labels = alt.Chart(alt.NamedData("curves")), alt.Chart(alt.NamedData("labels"))
    return alt.layer(
        *layer_series(curves, years, per_cent, marks=False), *write_labels(labels, years, per_cent)
    ).properties(width=400, height=260)


def build_stacked(language: str) -> alt.TopLevelMixin:
    """Specify areas one upon the other, each with its upper edge, over the data sets curves and labels."""
    del language
    years, per_cent = _encode()
    curves, labels = alt.Chart(alt.NamedData("curves")), alt.Chart(alt.NamedData("labels"))
    layers = []
    for number, look in enumerate(LOOKS):
        rows = curves.transform_filter(f"datum.series === {number}")
        area = rows.mark_area(color=look.colour, fillOpacity=AREA)
        layers += [
            area.encode(years, alt.Y("lower:Q"), alt.Y2("upper:Q")),
            mark_line(rows, look).encode(years, per_cent),
        ]
    return alt.layer(*layers, *write_labels(labels, years, per_cent)).properties(width=400, height=260)
