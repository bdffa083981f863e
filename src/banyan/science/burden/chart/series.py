"""The five series of a figure: each has its own colour, line and mark, so that colour is the third cue."""

from dataclasses import dataclass
from typing import Any

import altair as alt

from banyan.science.burden.chart.palette import BAND, BARK, CELADON, COBALT, LACQUER, SURFACE, TURMERIC


@dataclass(frozen=True)
class Look:
    """How one series is drawn. `dash` in pixels on and off, empty for a solid line."""

    colour: str
    shape: str
    dash: tuple[float, ...]
    width: float
    hollow: bool = False


LOOKS = (
    Look(COBALT, "circle", (), 2.2),
    Look(TURMERIC, "square", (6, 3), 2.2, hollow=True),
    Look(CELADON, "triangle-up", (2, 3), 2.2),
    Look(LACQUER, "diamond", (6, 3, 1.5, 3), 2.2),
    Look(BARK, "cross", (), 1.4),
)


def layer_series(
    source: alt.Chart, x: alt.X, y: alt.Y, *, count: int = len(LOOKS), marks: bool
) -> list[alt.Chart]:
    """Return band, line and marks of the first series found in a data set with column ``series`` (0 to 4).

    The data set also has ``lower`` and ``upper``; rows where they are null have no band.
    """
    layers = []
    for number, look in enumerate(LOOKS[:count]):
        rows = source.transform_filter(f"datum.series === {number}")
        band = rows.mark_area(color=look.colour, fillOpacity=BAND)
        layers.append(band.encode(x, alt.Y("lower:Q"), alt.Y2("upper:Q")))
        layers.append(mark_line(rows, look).encode(x, y))
        if marks:
            layers.append(_mark_points(rows, look).encode(x, y))
    return layers


def mark_line(rows: alt.Chart, look: Look) -> alt.Chart:
    """Return the line of a series."""
    dash: dict[str, Any] = {"strokeDash": list(look.dash)} if look.dash else {}
    return rows.mark_line(color=look.colour, strokeWidth=look.width, **dash)


def _mark_points(rows: alt.Chart, look: Look) -> alt.Chart:
    return rows.mark_point(
        shape=look.shape,
        size=30,
        opacity=1,
        fill=SURFACE if look.hollow else look.colour,
        stroke=look.colour,
        strokeWidth=1.6,
    )


def write_labels(source: alt.Chart, x: alt.X, y: alt.Y, *, count: int = len(LOOKS)) -> list[alt.Chart]:
    """Return the direct labels of the series, bold and in their colours, from columns series and text.

    The column ``side`` says where the words stand from their point: "right", "left" or "above".
    """
    placed: dict[str, dict[str, Any]] = {
        "right": {"align": "left", "dx": 9},
        "above": {"align": "center", "dy": -10},
        "left": {"align": "right", "dx": -12},
    }
    return [
        source.transform_filter(f"datum.series === {number} && datum.side === '{side}'")
        .mark_text(color=look.colour, fontWeight=700, **offset)
        .encode(x, y, text="text:N")
        for number, look in enumerate(LOOKS[:count])
        for side, offset in placed.items()
    ]
