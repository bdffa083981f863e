"""Drawings are safe to put into a page, speak the reader's numbers, and use the design's colours only."""

import re
from functools import partial

import polars as pl
import pytest

from banyan.science.burden import chart
from banyan.science.burden.chart.palette import COBALT, MUCH_HIGHER, NEAR, SEQUENTIAL, SURFACE, TOKENS

YEARS = pl.DataFrame(
    {
        "year": [2019, 2020, 2021, 2022],
        "value": [1000.0, 1100.5, 1200.0, 1234.5],
        "lower": [900.0, 1000.0, 1100.0, 1100.0],
        "upper": [1100.0, 1200.0, 1300.0, 1400.0],
        "provisional": [False, False, False, True],
    }
)
FITTED = YEARS.select("year", "value")
AGES = pl.DataFrame(
    [
        {"series": series, "age_group": age, "rate": rate, "lower": rate - 1, "upper": rate + 1}
        for series in (0, 1)
        for age, rate in ((0, 1.0), (40, 60.0 - 10 * series), (60, 90.0), (85, 40.0))
    ]
)
ROWS = pl.DataFrame(
    {
        "name": ["Vú", "Gan <b>"],
        "value": [30.0, 20.0],
        "lower": [28.0, 18.0],
        "upper": [32.0, 22.0],
        "text": ["30,0", "20,0"],
    }
)
CURVES = pl.DataFrame(
    [
        {
            "series": series,
            "years": float(year),
            "survival": 100.0 - 10 * year,
            "lower": 90.0 - 10 * year,
            "upper": 110.0 - 10 * year,
        }
        for series in range(5)
        for year in range(6)
    ]
)
SHARES = pl.DataFrame(
    [{"year": year, "order": order, "share": 20.0} for year in (2020, 2021) for order in range(5)]
)
WARDS = pl.DataFrame(
    {
        "ward_code": ["1", "2", "3"],
        "name": ["A", "B", "C"],
        "longitude": [105.7, 105.8, 105.9],
        "latitude": [21.0, 21.1, 21.05],
        "people": [1000.0, 4000.0, 2000.0],
        "fill": [NEAR, MUCH_HIGHER, SURFACE],
        "clear": [False, True, False],
        "hidden": [False, False, True],
    }
)
SQUARE = [[105.7, 21.0], [105.8, 21.0], [105.8, 21.1], [105.7, 21.1], [105.7, 21.0]]
BOUNDARIES = {
    "1": {"type": "Polygon", "coordinates": [SQUARE]},
    "2": {"type": "MultiPolygon", "coordinates": [[SQUARE[::-1]]]},
    "3": {"type": "Polygon", "coordinates": [[[x + 0.2, y] for x, y in SQUARE]]},
}
PROJECTED = pl.DataFrame(
    {
        "year": [2007.5, 2012.5, 2017.5, 2022.5, 2027.5],
        "value": [10.0, 12.0, 13.0, 14.0, 12345.0],
        "projected": [False, False, False, True, True],
        "lower": [None, None, None, 12.0, 11000.0],
        "upper": [None, None, None, 16.0, 14000.0],
        "lower_50": [None, None, None, 13.0, 12000.0],
        "upper_50": [None, None, None, 15.0, 13000.0],
    }
)
SURFACES = pl.DataFrame(
    [
        {
            "age": age,
            "period": period,
            "rate": None if (age, period) == (42.5, 2002.5) else age * (period - 1990),
        }
        for age in (42.5, 47.5, 52.5)
        for period in (2002.5, 2007.5)
    ]
)
COHORTS = pl.DataFrame(
    {
        "cohort": [1930.0, 1940.0, 1950.0],
        "ratio": [0.5, 1.0, 1.5],
        "lower": [1e-9, 1.0, 1.2],
        "upper": [0.7, 1.0, 1e9],
    }
)
RATIOS = pl.DataFrame(
    {
        "name": ["A", "B <b>", "C", "D"],
        "size": [12.0, 80.0, 300.0, 40.0],
        "value": [0.9, 1.9, 0.7, None],
        "marked": [True, False, False, False],
    }
)
EVENTS = pl.DataFrame(
    [
        {"event": event, "years": float(year), "incidence": share, "lower": share - 3, "upper": share + 3}
        for event in (0, 1, 2)
        for year, share in ((1, 10.0 + event), (3, 20.0 + event), (5, 30.0 + event))
    ]
)
DEATHS = pl.DataFrame(
    [
        {"cause": cause, "years": float(year), "probability": share}
        for cause, shares in (("cancer", (20.0, 40.0, None)), ("other", (-1.0, 4.0, None)))
        for year, share in zip((1, 3, 5), shares, strict=True)
    ]
)
DRAWINGS = {
    "events": partial(chart.draw_incidence, EVENTS, names=("tái phát", "tử vong <b>")),
    "events stacked": partial(chart.draw_incidence, EVENTS, names=("a", "b"), stacked=True),
    "deaths": partial(chart.draw_crude, DEATHS),
    "funnel": partial(chart.draw_funnel, RATIOS, size_text="ca kỳ vọng"),
    "fan": partial(chart.draw_fan, PROJECTED),
    "lexis": partial(chart.draw_lexis, SURFACES, age_width=5, period_width=5),
    "cohorts": partial(chart.draw_cohorts, COHORTS, reference=1940.0),
    "trend": partial(
        chart.draw_trend, YEARS, FITTED, note=("+3,8 % mỗi năm", "(3,2 đến 4,4)"), target=(1000.0, "đích")
    ),
    "ages": partial(chart.draw_ages, AGES, names=("2020–2024", "2015–2019")),
    "bars": partial(chart.draw_bars, ROWS),
    "shares": partial(chart.draw_shares, ROWS),
    "points": partial(
        chart.draw_points, ROWS.with_columns(colour=pl.lit(MUCH_HIGHER)), 25.0, "thành phố 25,0"
    ),
    "survival": partial(chart.draw_survival, CURVES, names=("I", "II", "III", "IV", "không rõ")),
    "stages": partial(chart.draw_stages, SHARES, names=("I", "II", "III", "IV", "không rõ")),
    "dots": partial(chart.draw_dots, WARDS, inset_text="phóng to"),
    "polygons": partial(chart.draw_polygons, WARDS, chart.place_boundaries(BOUNDARIES)),
}


@pytest.fixture(params=DRAWINGS)
def drawing(request) -> str:
    return DRAWINGS[request.param](language="vi", label='Hình "một" <x>')


@pytest.mark.burden("chart.age_and_trend", "chart.bars")
def test_drawing_needs_no_style_script_or_other_file(drawing):
    assert re.findall(r"style=|<style|<script|href=|url\(|on\w+=", drawing) == []


def test_drawing_uses_the_palette_only(drawing):
    used = {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", drawing)}

    assert used - TOKENS == set()
    assert set(re.findall(r'(?:fill|stroke)="([a-z]+)"', drawing)) <= {"none", "transparent"}


def test_drawing_is_one_image_with_one_escaped_name(drawing):
    assert drawing.startswith('<svg role="img" aria-label="Hình &quot;one&quot;'.replace("one", "một"))
    assert drawing.count("role=") == 1


def test_drawing_has_no_broken_number(drawing):
    assert re.findall("NaN|undefined|null|Infinity", drawing) == []


@pytest.mark.parametrize(("language", "written"), [("vi", "1.234,5"), ("en", "1,234.5")])
@pytest.mark.burden("chart.age_and_trend")
def test_draw_trend_writes_numbers_as_the_reader_does(language, written):
    svg = chart.draw_trend(YEARS, FITTED, language=language, label="x")

    assert f">{written}<" in svg
    assert f">{ {'vi': 'tạm tính', 'en': 'provisional'}[language] }<" in svg


def test_draw_trend_leaves_a_provisional_point_hollow():
    svg = chart.draw_trend(YEARS, FITTED, language="vi", label="x")

    points = re.findall(r'fill="(#\w{6})" stroke="#024284" stroke-width="2"', svg)
    assert points == [COBALT, COBALT, COBALT, SURFACE]


def test_draw_trend_without_anything_is_an_empty_plot():
    svg = chart.draw_trend(YEARS.clear(), FITTED.clear(), language="vi", label="x")

    assert svg.startswith("<svg")


@pytest.mark.burden("chart.bars")
def test_draw_bars_escapes_names():
    svg = chart.draw_bars(ROWS, language="vi", label="x")

    assert "Gan &lt;b&gt;" in svg
    assert "Gan <b>" not in svg


@pytest.mark.burden("chart.survival")
def test_draw_survival_cuts_limits_in_the_drawing_only():
    svg = chart.draw_survival(CURVES, names=("I", "II", "III", "IV", "V"), language="vi", label="x")

    heights = [
        float(y) for path in re.findall(r'<path d="(M[^"]+)"', svg) for y in re.findall(r",(-?[\d.]+)", path)
    ]
    assert min(heights) >= 0


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.burden("chart.wards")
def test_draw_dots_places_wards_that_lie_in_a_row(count):
    level = WARDS.head(count).with_columns(latitude=pl.lit(21.0))

    assert chart.draw_dots(level, inset_text="phóng to", language="vi", label="x").startswith("<svg")


def test_draw_dots_enlarges_a_crowd_without_hiding_dots():
    crowd = pl.DataFrame(
        [
            {
                "name": str(at),
                "longitude": 105.5 + 0.001 * at,
                "latitude": 21 + 0.001 * (at % 5),
                "people": 10.0,
            }
            for at in range(30)
        ]
        + [
            {"name": "far", "longitude": 105.2 + at / 10, "latitude": 20.8 + at / 10, "people": 10.0}
            for at in range(6)
        ]
    ).with_columns(fill=pl.lit(NEAR), clear=pl.lit(value=False), hidden=pl.lit(value=False))

    svg = chart.draw_dots(crowd, inset_text="phóng to", language="vi", label="x")

    assert svg.count(NEAR) > crowd.height
    assert ">phóng to<" in svg


@pytest.mark.burden("chart.wards")
def test_draw_polygons_keeps_suppressed_wards_with_a_broken_outline():
    svg = chart.draw_polygons(WARDS, chart.place_boundaries(BOUNDARIES), language="vi", label="x")

    shapes = re.findall(r'<path[^>]*fill="(#\w{6})"[^>]*>', svg)
    assert shapes == [NEAR, MUCH_HIGHER, SURFACE]
    assert svg.count('stroke-dasharray="2,2"') == 1


def test_draw_svg_gives_the_same_picture_from_memory_and_afresh():
    draw = partial(chart.draw_bars, ROWS, language="vi", label="x")

    kept = draw()
    chart.forget_drawings()

    assert draw() == kept


def test_draw_svg_names_each_drawing_for_itself():
    first = chart.draw_bars(ROWS, language="vi", label="một")
    second = chart.draw_bars(ROWS, language="vi", label="hai")

    assert 'aria-label="một"' in first
    assert 'aria-label="hai"' in second


@pytest.mark.parametrize(("language", "written"), [("vi", "12.300"), ("en", "12,300")])
def test_draw_fan_writes_the_last_value_as_the_reader_does(language, written):
    svg = chart.draw_fan(PROJECTED, language=language, label="x")

    assert f">{written}<" in svg
    assert f">{ {'vi': 'dự báo', 'en': 'projected'}[language] }<" in svg


@pytest.mark.burden("chart.fan")
def test_draw_fan_opens_where_knowledge_ends():
    svg = chart.draw_fan(PROJECTED.head(3), language="vi", label="x")

    assert svg.startswith("<svg")
    assert "dự báo" in svg


@pytest.mark.burden("chart.lexis")
def test_draw_lexis_shades_every_cell_with_a_rate_and_no_other():
    svg = chart.draw_lexis(SURFACES, age_width=5, period_width=5, language="en", label="x")

    shaded = [colour for colour in re.findall(r'fill="(#\w{6})"', svg) if colour in SEQUENTIAL]
    keys = len(SEQUENTIAL)
    assert len(shaded) == 5 + keys
    assert ">cases per 100,000 person-years<" in svg


def test_draw_cohorts_keeps_endless_limits_out_of_the_scale():
    svg = chart.draw_cohorts(COHORTS, reference=1940.0, language="vi", label="x")

    assert ">sinh năm 1940 = 1<" in svg
    assert re.findall(r">(?:1000|0,0001|100)<", svg) == []
