import re

import polars as pl
import pytest

from banyan.science.burden import chart, cumulative_incidence
from banyan.science.burden.chart.causes import AREA
from banyan.science.burden.chart.palette import COBALT, TURMERIC

EVENTS = pl.DataFrame(
    {
        "event": [0, 0, 1, 1, 2, 2],
        "years": [1.0, 5.0] * 3,
        "incidence": [70.0, 40.0, 20.0, 40.0, 10.0, 20.0],
        "lower": [60.0, 30.0, 15.0, 35.0, 5.0, 15.0],
        "upper": [80.0, 50.0, 25.0, 45.0, 15.0, 25.0],
    }
)
DEATHS = pl.DataFrame(
    {
        "cause": ["cancer", "cancer", "other", "other"],
        "years": [1.0, 5.0] * 2,
        "probability": [20.0, 40.0, 10.0, 20.0],
    }
)


def read_paths(svg: str, colour: str, kind: str) -> list[list[tuple[float, float]]]:
    """Return the points of the areas or lines of a colour."""
    pattern = {
        "area": rf'<path[^>]*d="(M[^"]+)"[^>]*fill="{colour}"[^>]*fill-opacity="{AREA}"',
        "line": rf'<path[^>]*d="(M[^"]+)"[^>]*stroke="{colour}"',
    }[kind]
    paths = re.findall(pattern, svg)
    return [[(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)] for path in paths]


@pytest.mark.burden("chart.causes")
def test_areas_lie_one_upon_the_other_and_leave_the_rest_free():
    svg = chart.draw_crude(DEATHS, language="en", label="x")

    cancer, other = (read_paths(svg, colour, "area")[0] for colour in (COBALT, TURMERIC))
    height = max(y for _x, y in cancer)
    right = max(x for x, _y in cancer)
    ends = [sorted({1 - y / height for x, y in area if x == right}) for area in (cancer, other)]
    assert ends == [pytest.approx([0.0, 0.4]), pytest.approx([0.4, 0.6])]


@pytest.mark.burden("chart.causes")
def test_every_event_begins_at_nothing():
    svg = chart.draw_incidence(EVENTS, names=("a", "b"), language="en", label="x")

    lines = [read_paths(svg, colour, "line")[0] for colour in (COBALT, TURMERIC)]
    assert [(x, y) for (x, y), *_rest in lines] == [(0.0, 260.0), (0.0, 260.0)]
    assert [round(1 - line[-1][1] / 260, 6) for line in lines] == [0.4, 0.2]


def test_no_event_yet_is_not_drawn():
    with_none, without = (
        chart.draw_incidence(rows, names=("a", "b"), language="en", label="x")
        for rows in (EVENTS, EVENTS.filter(pl.col("event") > 0))
    )

    assert with_none == without


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ["do bệnh này", "do nguyên nhân khác"]),
        ("en", ["of this cancer", "of other causes"]),
    ],
)
def test_causes_are_named_at_their_ends_in_the_readers_language(language, words):
    svg = chart.draw_crude(DEATHS, language=language, label="x")

    assert [text for text in re.findall(r"<text[^>]*>([^<]+)</text>", svg) if text in words] == words


def test_what_comes_from_the_engine_is_drawn():
    patients = pl.DataFrame({"time_days": [100.0, 400, 800, 1500, 1900], "event": [1, 2, 0, 1, 0]})
    found = cumulative_incidence(patients, at=[1, 2, 3, 4, 5]).with_columns(
        pl.col("incidence", "lower", "upper") * 100
    )

    svg = chart.draw_incidence(found, names=("a", "b"), language="vi", label="x", stacked=True)

    assert [len(read_paths(svg, colour, "area")) for colour in (COBALT, TURMERIC)] == [1, 1]


@pytest.mark.parametrize("stacked", [True, False])
def test_without_an_event_there_is_an_empty_plot(stacked):
    svg = chart.draw_incidence(EVENTS.clear(), names=(), language="vi", label="x", stacked=stacked)

    assert svg.startswith("<svg")


def test_a_negative_probability_is_drawn_as_none():
    below = DEATHS.with_columns(
        probability=pl.when(pl.col("cause") == "other").then(-2.0).otherwise("probability")
    )

    svg = chart.draw_crude(below, language="vi", label="x")

    assert max(y for _x, y in read_paths(svg, TURMERIC, "area")[0]) <= 260
