"""The map: imported polygons, or a dot at each ward's centre with the crowded middle enlarged."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import polars as pl

from banyan.science.burden.chart.drawing import draw_svg
from banyan.science.burden.chart.palette import INK_2, INK_3, SURFACE

WIDTH, HEIGHT = 600, 500
MARGIN = 12
INSET = 100.0  # radius of the enlarged middle, pixels
CROWD = 30  # with fewer wards nothing is enlarged
NAMED = 6
LABEL_ROOM = 34.0
MIDDLE = 0.2  # share of the wards that stand nearest to each other and are enlarged
DOT = {"plain": (3.2, 7.6), "inset": (5.0, 8.5)}  # smallest and largest radius, pixels


def draw_dots(wards: pl.DataFrame, *, inset_text: str, language: str, label: str) -> str:
    """Draw a dot at the centre of each ward; the area of a dot grows with its people.

    Parameters
    ----------
    wards : polars.DataFrame
        ``name``, ``longitude``, ``latitude`` (degrees), ``people``, ``fill`` (of the palette), ``clear`` (bool: its
        interval lies on one side of the city's value; drawn with a bolder outline), ``hidden`` (bool: suppressed;
        drawn empty with a broken outline).
    inset_text : str
        Written under the enlarged middle.
    language, label : as in :func:`draw_svg`
    """
    placed = _project(wards)
    lens = _find_lens(placed)
    datasets = {
        "dots": _size(placed, "plain"),
        "inset": _size(_enlarge(placed, lens), "inset"),
        "rings": _draw_rings(lens),
        "words": _write_words(placed, lens, inset_text),
    }
    return draw_svg(build_dots, datasets, language=language, label=label)


@dataclass(frozen=True)
class _Lens:
    """The crowded middle (x, y, radius) and the centre of the empty corner where it is shown enlarged."""

    x: float
    y: float
    radius: float
    at_x: float
    at_y: float


def _project(wards: pl.DataFrame) -> pl.DataFrame:
    """Place degrees on the plane: at this size a cylinder true at the middle latitude is exact to a pixel."""
    seen = wards.drop_nulls(["longitude", "latitude"])
    shrink = math.cos(math.radians(float(seen["latitude"].mean() or 0)))  # type: ignore[arg-type]
    east, north = pl.col("longitude") * shrink, pl.col("latitude")
    scale = pl.min_horizontal(
        (WIDTH - 2 * MARGIN) / _extent_of(east), (HEIGHT - 2 * MARGIN) / _extent_of(north)
    )
    return seen.with_columns(
        x=MARGIN + (east - east.min()) * scale, y=HEIGHT - MARGIN - (north - north.min()) * scale
    )


def _extent_of(degrees: pl.Expr) -> pl.Expr:
    """Return how far the wards lie apart; a single ward, or a row of them, has a place too."""
    return (degrees.max() - degrees.min()).clip(1e-6)


def _find_lens(placed: pl.DataFrame) -> _Lens | None:
    """Find the densest part; there is nothing to enlarge where there is no crowd."""
    if placed.height < CROWD:
        return None
    points = placed.select("x", "y").to_numpy()
    reach = np.sort(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)), axis=1)
    radius = reach[:, max(2, round(len(points) * MIDDLE)) - 1]
    x, y = points[radius.argmin()]
    at_x, at_y = _find_corner(points)
    return _Lens(float(x), float(y), float(radius.min()) + 4, at_x, at_y)


def _find_corner(points: np.ndarray) -> tuple[float, float]:
    """Return the corner of the sheet where the enlarged middle hides the fewest dots."""
    left, right, top, bottom = INSET + 2, WIDTH - INSET - 2, INSET + 2, HEIGHT - INSET - 20
    corners = [(right, bottom), (right, top), (left, bottom), (left, top)]
    hidden = [(np.hypot(points[:, 0] - x, points[:, 1] - y) < INSET + 6).sum() for x, y in corners]
    return corners[int(np.argmin(hidden))]


def _enlarge(placed: pl.DataFrame, lens: _Lens | None) -> pl.DataFrame:
    if lens is None:
        return placed.clear()
    factor = (INSET - 10) / lens.radius
    near = ((pl.col("x") - lens.x) ** 2 + (pl.col("y") - lens.y) ** 2) <= lens.radius**2
    return placed.filter(near).with_columns(
        x=lens.at_x + (pl.col("x") - lens.x) * factor, y=lens.at_y + (pl.col("y") - lens.y) * factor
    )


def _size(dots: pl.DataFrame, kind: str) -> pl.DataFrame:
    small, large = DOT[kind]
    share = (pl.col("people") / pl.col("people").max()).fill_nan(0).fill_null(0).sqrt()
    area = math.pi * (small + (large - small) * share) ** 2
    return dots.select(pl.col("x", "y").round(1), "fill", "hidden", size=area.round(1), outline=_outline())


def _outline() -> pl.Expr:
    return pl.when(pl.col("clear")).then(1.5).otherwise(0.8)


def _draw_rings(lens: _Lens | None) -> pl.DataFrame:
    rows = [] if lens is None else [(lens.x, lens.y, lens.radius, False), (lens.at_x, lens.at_y, INSET, True)]
    rings = pl.DataFrame(
        rows, {"x": pl.Float64, "y": pl.Float64, "radius": pl.Float64, "sheet": pl.Boolean}, orient="row"
    )
    return rings.with_columns(area=4 * pl.col("radius") ** 2)


def _write_words(placed: pl.DataFrame, lens: _Lens | None, inset_text: str) -> pl.DataFrame:
    """Name a few places far from each other, so that a reader finds the way, and the enlarged part."""
    spread = _spread(placed.select("x", "y").to_numpy(), lens)
    named = placed[spread].select("x", pl.col("y") - 13, pl.col("name").alias("text"))
    if lens is None:
        return named
    under = {"x": [lens.at_x], "y": [lens.at_y + INSET + 12], "text": [inset_text]}
    return pl.concat([named, pl.DataFrame(under)])


def _spread(points: np.ndarray, lens: _Lens | None) -> list[int]:
    """Choose places one by one, each the farthest from those chosen, from the middle and from the inset."""
    keep = [(lens.x, lens.y), (lens.at_x, lens.at_y)] if lens else []
    inside = (points[:, 0] > LABEL_ROOM) & (points[:, 0] < WIDTH - LABEL_ROOM) & (points[:, 1] > 2 * MARGIN)
    chosen: list[int] = []
    for _ in range(min(NAMED, int(inside.sum()))):
        others = np.array([*keep, *points[chosen].tolist()] or [(WIDTH / 2, HEIGHT / 2)])
        gap = np.hypot(*(points[:, None] - others[None]).transpose(2, 0, 1)).min(axis=1)
        chosen.append(int(np.where(inside, gap, -1.0).argmax()))
    return chosen


def build_dots(language: str) -> alt.TopLevelMixin:
    """Specify the dot map over the data sets dots, inset, rings and words, all in pixels."""
    del language
    x = alt.X("x:Q").scale(domain=[0, WIDTH], nice=False).axis(None)
    y = alt.Y("y:Q").scale(domain=[HEIGHT, 0], nice=False).axis(None)
    rings = alt.Chart(alt.NamedData("rings")).mark_point(
        shape="circle", stroke=INK_3, strokeDash=[3, 3], strokeWidth=1, opacity=1, filled=False
    )
    sheet = rings.transform_filter("datum.sheet").mark_circle(fill=SURFACE, opacity=1)
    area = alt.Size("area:Q").scale(None)
    layers = [
        _draw_dots("dots", x, y),
        sheet.encode(x, y, area),
        rings.encode(x, y, area),
        _draw_dots("inset", x, y),
    ]
    words = alt.Chart(alt.NamedData("words")).mark_text(color=INK_2).encode(x, y, text="text:N")
    return alt.layer(*layers, words).properties(width=WIDTH, height=HEIGHT)


def _draw_dots(name: str, x: alt.X, y: alt.Y) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData(name))
        .mark_circle(stroke=INK_2, opacity=1)
        .encode(
            x,
            y,
            alt.Size("size:Q").scale(None),
            fill=alt.Fill("fill:N").scale(None),
            strokeWidth=alt.StrokeWidth("outline:Q").scale(None),
            strokeDash=alt.condition("datum.hidden", alt.value([2, 2]), alt.value([1, 0])),
        )
    )


def draw_polygons(
    wards: pl.DataFrame, boundaries: Mapping[str, Mapping[str, Any]], *, language: str, label: str
) -> str:
    """Draw imported polygons.

    Parameters
    ----------
    wards : polars.DataFrame
        ``ward_code``, ``fill``, ``clear``, ``hidden`` as in :func:`draw_dots`.
    boundaries : mapping of ward code to geometry
        As :func:`place_boundaries` gives them.
    language, label : as in :func:`draw_svg`
    """
    rows = wards.filter(pl.col("ward_code").is_in(list(boundaries)))
    shapes = rows.select("fill", "hidden", outline=_outline()).with_columns(
        geometry=pl.Series([boundaries[code] for code in rows["ward_code"]], dtype=pl.Object)
    )
    return draw_svg(build_polygons, {"shapes": shapes}, language=language, label=label)


def place_boundaries(boundaries: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Place polygons on the sheet, north up, once for all drawings of them.

    Parameters
    ----------
    boundaries : mapping of ward code to GeoJSON geometry
        Polygons or multi-polygons in degrees; the direction of their rings does not matter.

    Returns
    -------
    dict of str to dict
        Multi-polygons in pixels.
    """
    place = _fit_plane([ring for geometry in boundaries.values() for ring in _outer_rings(geometry)])
    return {code: _move(geometry, place) for code, geometry in boundaries.items()}


def _polygons(geometry: Mapping[str, Any]) -> Sequence[Any]:
    coordinates: Sequence[Any] = geometry["coordinates"]
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates]


def _outer_rings(geometry: Mapping[str, Any]) -> list[Any]:
    return [polygon[0] for polygon in _polygons(geometry)]


def _fit_plane(rings: Sequence[Any]) -> Callable[[Sequence[float]], list[float]]:
    """Return the function that places degrees on the sheet: north up, as wide and as tall as fits."""
    east = [point[0] for ring in rings for point in ring]
    north = [point[1] for ring in rings for point in ring]
    shrink = math.cos(math.radians((min(north) + max(north)) / 2))
    scale = min(
        (WIDTH - 2 * MARGIN) / ((max(east) - min(east)) * shrink),
        (HEIGHT - 2 * MARGIN) / (max(north) - min(north)),
    )

    def place(point: Sequence[float]) -> list[float]:
        x = MARGIN + (point[0] - min_east) * shrink * scale
        return [round(x, 1), round(MARGIN + (max_north - point[1]) * scale, 1)]

    min_east, max_north = min(east), max(north)
    return place


def _move(geometry: Mapping[str, Any], place: Callable[[Sequence[float]], list[float]]) -> dict[str, Any]:
    moved = [[[place(point) for point in ring] for ring in polygon] for polygon in _polygons(geometry)]
    return {"type": "MultiPolygon", "coordinates": moved}


def build_polygons(language: str) -> alt.TopLevelMixin:
    """Specify the polygon map over the data set shapes."""
    del language
    return (
        alt.Chart(alt.NamedData("shapes"))
        .mark_geoshape(stroke=INK_2, clip=False)
        .encode(
            shape=alt.Shape("geometry:G"),
            fill=alt.Fill("fill:N").scale(None),
            strokeWidth=alt.StrokeWidth("outline:Q").scale(None),
            strokeDash=alt.condition("datum.hidden", alt.value([2, 2]), alt.value([1, 0])),
        )
        .project(type="identity", scale=1, translate=[0, 0])
        .properties(width=WIDTH, height=HEIGHT)
    )
