"""How good the data are: years against their trend, and a panel of indices against their limits."""

from typing import Any

import altair as alt
import polars as pl

from banyan.science.burden.chart.axes import lay_years
from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import BAND, COBALT, GRID, INK, INK_2, SURFACE, URGENT

MISSED = ("low", "high")
ROW = 20


def draw_stability(years: pl.DataFrame, *, language: str, label: str) -> str:
    """Draw the cases of each year about what the other years make one expect.

    Parameters
    ----------
    years : polars.DataFrame
        What :func:`check_stability` gives for one stratum: ``year``, ``cases``, ``expected``, ``lower``, ``upper``,
        ``flag``. The bar of a year is where its count is not flagged; one that stands out is a diamond.
    language, label : as in :func:`draw_svg`

    Returns
    -------
    str
        SVG.
    """
    rows = years.select("year", "cases", "expected", "lower", "upper", out=pl.col("flag").is_in(MISSED))
    datasets = {
        "expected": rows.drop_nulls("expected").drop("out"),
        "usual": rows.filter(pl.col("out").fill_null(value=False).not_()).select("year", "cases"),
        "outside": rows.filter("out").select("year", "cases", text=pl.col("year").cast(pl.String)),
    }
    return draw_svg(build_stability, datasets, language=language, label=label)


def build_stability(language: str) -> alt.TopLevelMixin:
    """Specify the figure over the data sets expected, usual and outside."""
    del language
    year, cases = lay_years("year", ticks=8), alt.Y("cases:Q").scale(zero=True).axis(tickCount=5)
    expected, usual = alt.Chart(alt.NamedData("expected")), alt.Chart(alt.NamedData("usual"))
    outside = alt.Chart(alt.NamedData("outside"))
    return alt.layer(
        expected.mark_bar(color=COBALT, fillOpacity=BAND, width=14).encode(
            year, alt.Y("lower:Q"), alt.Y2("upper:Q")
        ),
        expected.mark_tick(color=COBALT, thickness=2, width=14, orient="horizontal").encode(
            year, alt.Y("expected:Q")
        ),
        usual.mark_circle(size=46, opacity=1, color=COBALT).encode(year, cases),
        outside.mark_point(shape="diamond", filled=True, size=110, opacity=1, color=URGENT).encode(
            year, cases
        ),
        outside.mark_text(dy=-13, fontWeight=700, color=URGENT).encode(year, cases, text="text:N"),
    ).properties(width=470, height=220)


def draw_quality_panel(indices: pl.DataFrame, *, language: str, label: str) -> str:
    """Draw a panel of indices: for each a column of dots, one a stratum, against its limits.

    Parameters
    ----------
    indices : polars.DataFrame
        What :func:`quality_indices` gives, with a column ``name`` of the stratum in words: ``name``, ``name_vi``,
        ``name_en``, ``percent``, ``lower``, ``upper``, ``low``, ``high``, ``flag``, in order. A value outside its limits
        is a diamond; what may not be judged is a hollow dot.
    language, label : as in :func:`draw_svg`

    Returns
    -------
    str
        SVG.
    """
    names = indices[f"name_{language}"].unique(maintain_order=True).to_list()
    rows = indices.drop_nulls("percent").select(
        "name",
        "percent",
        "lower",
        "upper",
        "low",
        "high",
        index=f"name_{language}",
        order=pl.col(f"name_{language}").replace_strict({name: at for at, name in enumerate(names)}),
        shape=pl.when(pl.col("flag").is_in(MISSED)).then(pl.lit("diamond")).otherwise(pl.lit("circle")),
        colour=pl.when(pl.col("flag").is_in(MISSED)).then(pl.lit(URGENT)).otherwise(pl.lit(COBALT)),
        fill=pl.when(pl.col("flag").is_null())
        .then(pl.lit(SURFACE))
        .when(pl.col("flag").is_in(MISSED))
        .then(pl.lit(URGENT))
        .otherwise(pl.lit(COBALT)),
    )
    return draw_svg(build_quality_panel, {"rows": rows}, language=language, label=label)


def build_quality_panel(language: str) -> alt.TopLevelMixin:
    """Specify the panel over the data set rows."""
    del language
    base: Any = alt.Chart()
    name = alt.Y("name:N").sort(None).axis(labelColor=INK, grid=False)
    value = alt.X("percent:Q").scale(zero=False, nice=True).axis(tickCount=3, grid=True, gridColor=GRID)
    limits = [
        base.mark_rule(color=INK_2, strokeWidth=1.2, strokeDash=[4, 3]).encode(alt.X(f"{end}:Q"))
        for end in ("low", "high")
    ]
    whiskers = base.mark_rule(color=INK_2, strokeWidth=1.4).encode(alt.X("lower:Q"), alt.X2("upper:Q"), name)
    dots = base.mark_point(size=60, opacity=1, strokeWidth=1.6).encode(
        value,
        name,
        shape=alt.Shape("shape:N").scale(None),
        fill=alt.Fill("fill:N").scale(None),
        stroke=alt.Stroke("colour:N").scale(None),
    )
    panel = alt.layer(*limits, whiskers, dots).properties(width=170, height=alt.Step(ROW))
    header = alt.Header(title=None, labelColor=INK, labelFontSize=12, labelLimit=230)
    facet = alt.Facet("index:N").sort(alt.EncodingSortField("order", op="min")).header(header)
    chart: alt.TopLevelMixin = panel.facet(facet, data=alt.NamedData("rows"), columns=3).resolve_scale(
        x="independent"
    )
    return chart
