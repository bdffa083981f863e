"""Survival curves with their intervals."""

import altair as alt
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.series import layer_series, write_labels


def draw_survival(curves: pl.DataFrame, *, names: tuple[str, ...], language: str, label: str) -> str:
    """Draw up to five survival curves with bands.

    Parameters
    ----------
    curves : polars.DataFrame
        ``series`` (0 to 4), ``years``, ``survival``, ``lower``, ``upper`` in per cent. Limits above 100 are cut in
        the drawing only.
    names : texts
        The name of each series, written at its end.
    language, label : as in :func:`draw_svg`
    """
    values = curves.drop_nulls("survival").select(
        "series",
        "years",
        pl.col("survival").clip(0, 100).alias("value"),
        pl.col("lower").clip(0, 100),
        pl.col("upper").clip(0, 100),
    )
    ends = values.sort("years").group_by("series", maintain_order=True).last()
    labels = ends.with_columns(
        text=pl.col("series").map_elements(lambda number: names[number], return_dtype=pl.String),
        side=pl.lit("right"),
    )
    return draw_svg(build_survival, {"curves": values, "labels": labels}, language=language, label=label)


def build_survival(language: str) -> alt.TopLevelMixin:
    """Specify the survival figure over the data sets curves and labels."""
    del language
    years = (
        alt.X("years:Q")
        .scale(zero=True, nice=False)
        .axis(labelFlush=False, tickMinStep=1, tickCount=5, format="d")
    )
    per_cent = alt.Y("value:Q").scale(domain=[0, 100]).axis(tickCount=5)
    curves, labels = alt.Chart(alt.NamedData("curves")), alt.Chart(alt.NamedData("labels"))
    return alt.layer(
        *layer_series(curves, years, per_cent, marks=False), *write_labels(labels, years, per_cent)
    ).properties(width=400, height=260)
