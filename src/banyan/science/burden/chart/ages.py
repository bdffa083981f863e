"""Age-specific rates of this period, and of an earlier one."""

import altair as alt
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.series import layer_series, write_labels

OLDEST = 85
PERIODS = 2
LATE_PEAK = 65


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
    """Name each line where it runs free.

    With a peak in the middle: the higher line above it, the lower one inside, where it has fallen to half. With a
    peak at the end there is room on both sides of the climb.
    """
    order = values.group_by("series").agg(pl.col("value").max()).sort("value", descending=True)["series"]
    rows = []
    for place, series in enumerate(order):
        line = values.filter(pl.col("series") == series).sort("age_group")
        at, side, height = _find_room(line, place)
        point = line.row(at, named=True)
        rows.append((series, point["age_group"], point[height], names[series], side))
    columns = {
        "series": pl.Int64,
        "age_group": pl.Int64,
        "value": pl.Float64,
        "text": pl.String,
        "side": pl.String,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def _find_room(line: pl.DataFrame, place: int) -> tuple[int, str, str]:
    """Return a row, the side of it where a name has room, and the column that says how high."""
    peak = int(line["value"].arg_max() or 0)
    top = line["value"][peak]
    if line["age_group"][peak] > LATE_PEAK:
        share, side = ((0.75, "left"), (0.4, "right"))[place]
        return int((line["value"] - share * top).abs().arg_min() or 0), side, "value"
    if place == 0:
        return peak, "above", "upper"
    return peak + int((line["value"][peak:] - top / 2).abs().arg_min() or 0), "left", "value"


def build_ages(language: str) -> alt.TopLevelMixin:
    """Specify the age figure over the data sets rates and labels."""
    del language
    age = (
        alt.X("age_group:Q")
        .scale(domain=[0, OLDEST], nice=False)
        .axis(
            labelFlush=False,
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
