"""Age-specific rates of this period, and of an earlier one."""

import altair as alt
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.series import layer_series, write_labels

OLDEST = 85
PERIODS = 2


def draw_ages(rates: pl.DataFrame, *, names: tuple[str, ...], language: str, label: str) -> str:
    """Draw rates by age group, one line a period, with exact Poisson limits as bands.

    Parameters
    ----------
    rates : polars.DataFrame
        ``series`` (0 now, 1 before), ``age_group`` (lower bound, years), ``rate``, ``lower``, ``upper``.
    names : texts
        The name of each series.
    language, label : as in :func:`draw_svg`

    Returns
    -------
    str
        SVG.
    """
    values = rates.drop_nulls("rate").select(
        "series", "age_group", pl.col("rate").alias("value"), "lower", "upper"
    )
    datasets = {"rates": values, "labels": _name_series(values, names)}
    return draw_svg(build_ages, datasets, language=language, label=label)


def _name_series(values: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """Name a line at its highest point; the lower of two is named on the other side."""
    peaks = values.sort("value", descending=True).group_by("series", maintain_order=True).first()
    rows = peaks.with_columns(
        text=pl.col("series").map_elements(lambda number: names[number], return_dtype=pl.String),
        side=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("above")).otherwise(pl.lit("below")),
    ).with_columns(value=pl.when(pl.col("side") == "above").then("upper").otherwise("lower"))
    return rows.select("series", "age_group", "value", "text", "side")


def build_ages(language: str) -> alt.TopLevelMixin:
    """Specify the age figure over the data sets rates and labels."""
    del language
    age = (
        alt.X("age_group:Q")
        .scale(domain=[0, OLDEST], nice=False)
        .axis(
            values=[*range(0, OLDEST - 5, 10), OLDEST],
            labelOverlap=False,
            labelExpr=f"datum.value === {OLDEST} ? '{OLDEST}+' : datum.label",
        )
    )
    rate = alt.Y("value:Q").scale(zero=True).axis(tickCount=4)
    rates, labels = alt.Chart(alt.NamedData("rates")), alt.Chart(alt.NamedData("labels"))
    lines = layer_series(rates, age, rate, count=PERIODS, marks=True)
    return alt.layer(*lines, *write_labels(labels, age, rate, count=PERIODS)).properties(
        width=326, height=300
    )
