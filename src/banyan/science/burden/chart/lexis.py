"""Rates over age and period, on the surface named after Lexis, and the effects of birth cohorts."""

from typing import Any

import altair as alt
import polars as pl

from banyan.science.burden.chart.axes import lay_years
from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import BAND, COBALT, INK_2, SEQUENTIAL, SURFACE

WORDS = {
    "per": {"vi": "ca trên 100.000 người-năm", "en": "cases per 100,000 person-years"},
    "reference": {"vi": "sinh năm {:.0f} = 1", "en": "born in {:.0f} = 1"},
}
CLASSES = len(SEQUENTIAL)
WIDTH, KEY = 430, 50
RATIOS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]


def draw_lexis(
    rates: pl.DataFrame, *, age_width: float, period_width: float, language: str, label: str
) -> str:
    """Draw rates by age and period as a surface of five shades, with their limits as a key.

    Parameters
    ----------
    rates : polars.DataFrame
        ``age``, ``period`` (middles of the classes) and ``rate`` per 100,000; a null rate leaves its place empty.
    age_width, period_width : float
        Years in a class.
    language, label : as in :func:`draw_svg`

    Returns
    -------
    str
        SVG. A shade holds a fifth of the cells, so that the key says which rates it stands for.
    """
    seen = rates.drop_nulls("rate")
    limits = [float(seen["rate"].quantile(step / CLASSES) or 0) for step in range(1, CLASSES)]
    shade = pl.sum_horizontal([(pl.col("rate") > limit).cast(pl.Int64) for limit in limits])
    cells = seen.select(
        left=pl.col("period") - period_width / 2,
        right=pl.col("period") + period_width / 2,
        bottom=pl.col("age") - age_width / 2,
        top=pl.col("age") + age_width / 2,
        shade=shade,
    )
    highest = float(seen["rate"].max() or 0)  # type: ignore[arg-type]
    keys = pl.DataFrame(
        {
            "shade": range(CLASSES),
            "left": [KEY * number for number in range(CLASSES)],
            "right": [KEY * (number + 1) - 2 for number in range(CLASSES)],
            "upto": [*limits, highest],
        }
    )
    unit = pl.DataFrame({"text": [WORDS["per"][language]]})
    datasets = {"cells": cells, "keys": keys, "unit": unit}
    return draw_svg(build_lexis, datasets, language=language, label=label)


def build_lexis(language: str) -> alt.TopLevelMixin:
    """Specify the surface over the data sets cells, keys and unit."""
    del language
    cells = alt.Chart(alt.NamedData("cells"))
    period = alt.X("left:Q").scale(zero=False, nice=False).axis(format="d", tickCount=8, labelFlush=False)
    age = alt.Y("bottom:Q").scale(zero=False, nice=False).axis(tickCount=8)
    shades = [
        cells.transform_filter(f"datum.shade === {number}")
        .mark_rect(fill=colour, stroke=SURFACE, strokeWidth=0.5)
        .encode(period, alt.X2("right:Q"), age, alt.Y2("top:Q"))
        for number, colour in enumerate(SEQUENTIAL)
    ]
    surface = alt.layer(*shades).properties(width=WIDTH, height=280)
    return alt.vconcat(surface, _draw_keys(), spacing=10)


def _draw_keys() -> Any:
    """Draw the five shades in a row, each with the highest rate it stands for."""
    keys = alt.Chart(alt.NamedData("keys"))
    place = alt.X("left:Q").scale(domain=[0, WIDTH], range=[0, WIDTH]).axis(None)
    boxes = [
        keys.transform_filter(f"datum.shade === {number}")
        .mark_rect(fill=colour, height=12)
        .encode(place, alt.X2("right:Q"), y=alt.value(6))
        for number, colour in enumerate(SEQUENTIAL)
    ]
    text = keys.mark_text(color=INK_2, fontSize=11, align="right")
    unit = alt.Chart(alt.NamedData("unit")).mark_text(color=INK_2, fontSize=11, align="left")
    return alt.layer(
        *boxes,
        text.encode(
            alt.X("right:Q").scale(domain=[0, WIDTH], range=[0, WIDTH]).axis(None),
            y=alt.value(22),
            text=alt.Text("upto:Q", format=",.3~r"),
        ),
        unit.encode(x=alt.value(KEY * CLASSES + 8), y=alt.value(7), text="text:N"),
    ).properties(width=WIDTH, height=30)


def draw_cohorts(effects: pl.DataFrame, *, reference: float, language: str, label: str) -> str:
    """Draw rate ratios by birth cohort with their band, on a log scale, and a line at 1.

    Parameters
    ----------
    effects : polars.DataFrame
        ``cohort``, ``ratio``, ``lower``, ``upper``, all above 0.
    reference : float
        The cohort whose ratio is 1.
    language, label : as in :func:`draw_svg`

    Returns
    -------
    str
        SVG.
    """
    lowest, highest = float(effects["ratio"].min() or 1), float(effects["ratio"].max() or 1)  # type: ignore[arg-type]
    floor, ceiling = min(lowest, 1) / 2, max(highest, 1) * 2
    values = effects.select(
        "cohort", value="ratio", lower=pl.col("lower").clip(floor), upper=pl.col("upper").clip(None, ceiling)
    )
    words = WORDS["reference"][language].format(reference)
    datasets = {
        "effects": values,
        "reference": pl.DataFrame({"cohort": [reference], "value": [1.0], "text": [words]}),
    }
    return draw_svg(build_cohorts, datasets, language=language, label=label)


def build_cohorts(language: str) -> alt.TopLevelMixin:
    """Specify the cohort figure over the data sets effects and reference."""
    del language
    cohort = lay_years("cohort", ticks=8)
    ratio = alt.Y("value:Q").scale(type="log", zero=False, nice=False).axis(values=RATIOS, format=",.2~r")
    effects, reference = alt.Chart(alt.NamedData("effects")), alt.Chart(alt.NamedData("reference"))
    point = reference.mark_point(
        shape="circle", size=44, opacity=1, fill=SURFACE, stroke=COBALT, strokeWidth=2
    )
    return alt.layer(
        reference.mark_rule(color=INK_2, strokeWidth=1, strokeDash=[2, 3]).encode(ratio),
        effects.mark_area(color=COBALT, fillOpacity=BAND).encode(
            cohort, alt.Y("lower:Q").scale(type="log", nice=False), alt.Y2("upper:Q")
        ),
        effects.mark_line(color=COBALT, strokeWidth=2.2).encode(cohort, ratio),
        point.encode(cohort, ratio),
        reference.mark_text(color=INK_2, fontSize=11, dy=16).encode(cohort, ratio, text="text:N"),
    ).properties(width=WIDTH, height=240)
