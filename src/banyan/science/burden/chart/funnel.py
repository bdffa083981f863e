"""Areas beside each other, each judged by how far chance alone would take one of its size: the funnel."""

from typing import Any

import altair as alt
import numpy as np
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import (
    COBALT,
    HIGHER,
    INK,
    INK_2,
    LOWER,
    MUCH_HIGHER,
    MUCH_LOWER,
    NEAR,
)
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.indirect import funnel_limits

LEVELS = (0.95, 0.998)
WORDS = {0.95: {"vi": "95\u00a0%", "en": "95%"}, 0.998: {"vi": "99,8\u00a0%", "en": "99.8%"}}
# The class of a value: below the outer limits, below the inner, between, above the inner, above the outer.
FILLS = (MUCH_LOWER, LOWER, NEAR, HIGHER, MUCH_HIGHER)
NAMED = 6
STEPS = 160
ROOM = 0.6  # a name stands left of a point beyond this share of the axis, where it would leave the picture
WIDTH, HEIGHT = 720, 320
LETTER, LINE, ASIDE = 6.5, 14, 11  # pixels: a letter's width, a line's height, from a point to its name


def place_in_funnel(values: pl.DataFrame, target: float = 1.0) -> pl.Series:
    """Tell where each value lies against the 95 % and 99.8 % limits of its size.

    Parameters
    ----------
    values : polars.DataFrame
        ``size`` (above 0) and ``value``, as in :func:`draw_funnel`.
    target : float
        The value that is true of everybody.

    Returns
    -------
    polars.Series
        ``place``: 2 above the outer limits, 1 above the inner ones, 0 between, -1 and -2 below.

    Raises
    ------
    BurdenError
        A size that is not above 0.
    """
    if values.is_empty():
        return pl.Series("place", [], dtype=pl.Int64)
    value = values["value"].to_numpy()
    limits = [funnel_limits(values["size"].to_numpy(), target, level) for level in LEVELS]
    sides = [(value > upper).astype(np.int64) - (value < lower) for lower, upper in limits]
    return pl.Series("place", sides[0] + sides[1], dtype=pl.Int64)


def draw_funnel(
    areas: pl.DataFrame, *, size_text: str, language: str, label: str, target: float = 1.0
) -> str:
    """Draw a value of many areas by their size, between the limits of chance.

    Parameters
    ----------
    areas : polars.DataFrame
        ``name``, ``size``, ``value``. With ``target`` 1 the value is a standardised ratio and the size its expected
        cases. Else the value is a rate and the size so many people (or person-years) that size × ``target`` is the
        number of cases expected: for a rate per 100 000, hundreds of thousands of person-years. A null value is not
        drawn. A column ``marked`` (bool), if there, names an area and rings it wherever it lies.
    size_text : str
        What the size is, written under its axis.
    language, label : as in :func:`draw_svg`
    target : float
        The value that is true of everybody.

    Returns
    -------
    str
        SVG: a point an area, coloured by its side, the target as a line, 95 % limits solid and 99.8 % dashed; of the
        areas beyond 99.8 % the six that lie farthest out bear their names, save where there is no room beside others.

    Raises
    ------
    BurdenError
        A size or a target that is not above 0.

    References
    ----------
    .. [1] Spiegelhalter DJ. Funnel plots for comparing institutional performance. Statistics in Medicine
       2005;24:1185-1202.
    """
    if not target > 0:
        raise BurdenError("a funnel needs a target above 0.", "biểu đồ phễu cần giá trị chung lớn hơn 0.")
    points = _read_points(areas, target)
    datasets = {
        "points": points.select("size", "value", "fill", "marked"),
        "limits": _trace_limits(points["size"], target),
        "target": pl.DataFrame({"value": [target]}),
        "words": pl.DataFrame({"text": [size_text]}),
    }
    datasets["names"] = _give_room(_choose_names(points, target), points, datasets["limits"])
    datasets["ends"] = _write_ends(datasets["limits"], language)
    return draw_svg(build_funnel, datasets, language=language, label=label)


def _read_points(areas: pl.DataFrame, target: float) -> pl.DataFrame:
    seen = areas.drop_nulls("value").with_columns(pl.col("size", "value").cast(pl.Float64))
    place = place_in_funnel(seen, target)
    fills = pl.Series("fill", [FILLS[side + 2] for side in place], dtype=pl.String)
    marked = seen["marked"] if "marked" in seen.columns else pl.repeat(False, seen.height, eager=True)
    return seen.with_columns(place, fills, marked.alias("marked"))


def _trace_limits(sizes: pl.Series, target: float) -> pl.DataFrame:
    """Follow both limits from a little below the smallest size to a little above the largest."""
    columns: dict[str, Any] = {
        "level": pl.Float64,
        "side": pl.String,
        "size": pl.Float64,
        "value": pl.Float64,
    }
    if sizes.is_empty():
        return pl.DataFrame(schema=columns)
    first, last = np.sqrt([0.8 * float(sizes.min()), 1.04 * float(sizes.max())])  # type: ignore[arg-type]
    grid = np.linspace(first, last, STEPS) ** 2  # denser where the limits bend
    lines = [
        pl.DataFrame({"level": level, "side": side, "size": grid, "value": values})
        for level in LEVELS
        for side, values in zip(("lower", "upper"), funnel_limits(grid, target, level), strict=True)
    ]
    return pl.concat(lines)


def _choose_names(points: pl.DataFrame, target: float) -> pl.DataFrame:
    """Name what is marked, and of what lies beyond the outer limits the farthest, in units of its standard error."""
    far = (pl.col("value") - target).abs() * pl.col("size").sqrt()
    beyond = points.filter(pl.col("place").abs() == 2, ~pl.col("marked")).sort(far, descending=True)
    named = pl.concat([points.filter("marked"), beyond.head(NAMED)])
    far_right = ROOM * float(points["size"].max() or 0)  # type: ignore[arg-type]
    return named.select("size", "value", "marked", text="name", left=pl.col("size") > far_right)


def _give_room(names: pl.DataFrame, points: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """Add ``at``, the height at which a name is written: beside its point, or above or below; without room it is left out."""
    if names.is_empty():
        return names.with_columns(at=pl.col("value"))
    across = np.sqrt(limits["size"].to_numpy()[[0, STEPS - 1]])
    heights = np.ptp(pl.concat([points["value"], limits["value"]]).to_numpy())
    a_line = 1.15 * LINE * float(heights) / HEIGHT  # the axis goes on to round numbers
    boxes: list[tuple[float, float, float]] = []
    places: list[float | None] = []
    for row in names.iter_rows(named=True):
        point = WIDTH * float((np.sqrt(row["size"]) - across[0]) / (across[1] - across[0]))
        width = LETTER * len(row["text"])
        left = point - width - ASIDE if row["left"] else point + ASIDE
        tries = [(left, left + width, row["value"] + turn * a_line) for turn in (0, 1, -1)]
        free = [box for box in tries if not any(_overlap(box, other, a_line) for other in boxes)]
        boxes += free[:1]
        places.append(free[0][2] if free else None)
    return names.with_columns(at=pl.Series(places, dtype=pl.Float64)).drop_nulls("at")


def _overlap(one: tuple[float, float, float], other: tuple[float, float, float], line: float) -> bool:
    """Tell whether two names (left, right, height) run into each other."""
    return one[0] < other[1] and other[0] < one[1] and abs(one[2] - other[2]) < 0.99 * line


def _write_ends(limits: pl.DataFrame, language: str) -> pl.DataFrame:
    """Say at the wide end of each upper limit which one it is; the narrow end has no room for two words."""
    starts = limits.filter(pl.col("side") == "upper").group_by("level", maintain_order=True).first()
    return starts.with_columns(
        text=pl.Series([WORDS[level][language] for level in starts["level"]], dtype=pl.String)
    )


def build_funnel(language: str) -> alt.TopLevelMixin:
    """Specify the funnel over the data sets points, limits, names, target, ends and words."""
    del language  # numbers follow the locale; words come with the data
    # areas differ a hundredfold in size, and what chance does falls with the root of it
    size = alt.X("size:Q").scale(type="sqrt", zero=False, nice=False).axis(tickCount=6, format=",~r")
    value, at = (
        alt.Y(f"{name}:Q").scale(zero=False).axis(tickCount=5, format=",~r") for name in ("value", "at")
    )
    source = {name: alt.Chart(alt.NamedData(name)) for name in ("points", "target", "ends", "words")}
    points = source["points"].mark_point(
        shape="circle", size=46, opacity=1, stroke=INK_2, strokeWidth=0.9, filled=True
    )
    rings = source["points"].transform_filter("datum.marked")
    words = source["words"].mark_text(align="right", baseline="top", color=INK_2, fontSize=11)
    return alt.layer(
        source["target"].mark_rule(color=INK, strokeWidth=1).encode(value),
        *_draw_limits(size, value),
        points.encode(size, value, fill=alt.Fill("fill:N").scale(None)),
        rings.mark_point(shape="circle", size=150, opacity=1, stroke=INK, strokeWidth=1.8).encode(
            size, value
        ),
        source["ends"]
        .mark_text(align="left", dx=7, dy=-4, color=COBALT, fontSize=11)
        .encode(size, value, text="text:N"),
        *_write_names(size, at),
        words.encode(x=alt.value(WIDTH), y=alt.value(HEIGHT + 22), text="text:N"),
    ).properties(width=WIDTH, height=HEIGHT)


def _draw_limits(size: alt.X, value: alt.Y) -> list[alt.Chart]:
    limits = alt.Chart(alt.NamedData("limits"))
    looks: dict[float, dict[str, Any]] = {0.95: {}, 0.998: {"strokeDash": [6, 3]}}
    return [
        limits.transform_filter(f"datum.level === {level} && datum.side === '{side}'")
        .mark_line(color=COBALT, strokeWidth=1.5, **looks[level])
        .encode(size, value)
        for level in LEVELS
        for side in ("lower", "upper")
    ]


def _write_names(size: alt.X, at: alt.Y) -> list[alt.Chart]:
    names = alt.Chart(alt.NamedData("names"))
    sides: dict[str, dict[str, Any]] = {
        "!datum.left": {"align": "left", "dx": ASIDE},
        "datum.left": {"align": "right", "dx": -ASIDE},
    }
    looks: dict[str, dict[str, Any]] = {
        "!datum.marked": {"color": INK_2},
        "datum.marked": {"color": INK, "fontWeight": 700},
    }
    return [
        names.transform_filter(f"{side} && {which}")
        .mark_text(fontSize=11, **offset, **look)
        .encode(size, at, text="text:N")
        for side, offset in sides.items()
        for which, look in looks.items()
    ]
