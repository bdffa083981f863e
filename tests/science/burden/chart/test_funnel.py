import re
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, funnel_limits
from banyan.science.burden.chart import draw_funnel, place_in_funnel
from banyan.science.burden.chart.drawing import compile_chart
from banyan.science.burden.chart.funnel import FILLS, build_funnel

AREAS = pl.DataFrame(
    {
        "name": ["much lower", "lower", "near", "higher", "much higher"],
        "size": [100.0] * 5,
        "value": [0.6, 0.75, 1.0, 1.25, 1.4],
    }
)


def read_texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


def test_each_area_has_the_colour_of_its_place():
    svg = draw_funnel(AREAS, size_text="expected cases", language="en", label="x")

    points = re.findall(r'<path[^>]*fill="(#\w{6})"', svg)
    assert place_in_funnel(AREAS).to_list() == [-2, -1, 0, 1, 2]
    assert [colour for colour in points if colour in FILLS] == list(FILLS)


def test_areas_beyond_the_outer_limits_bear_their_names_and_so_does_a_marked_one():
    marked = AREAS.with_columns(marked=pl.col("name") == "near")

    named, more = (
        [
            text
            for text in read_texts(draw_funnel(each, size_text="", language="en", label="x"))
            if text in AREAS["name"]
        ]
        for each in (AREAS, marked)
    )

    assert sorted(named) == ["much higher", "much lower"]
    assert sorted(more) == ["much higher", "much lower", "near"]


def test_no_more_than_six_are_named_the_farthest_out_first():
    many = pl.DataFrame(
        {
            "name": [str(at) for at in range(10)],
            "size": [100.0] * 10,
            "value": [1.5 + at / 10 for at in range(10)],
        }
    )

    texts = read_texts(draw_funnel(many, size_text="", language="en", label="x"))

    assert [text for text in map(str, range(3, 10)) if text not in texts] == ["3"]


@pytest.mark.parametrize(
    ("language", "words"), [("vi", ["95\u00a0%", "99,8\u00a0%"]), ("en", ["95%", "99.8%"])]
)
def test_the_limits_say_what_they_are_in_the_readers_language(language, words):
    texts = read_texts(draw_funnel(AREAS, size_text="y", language=language, label="x"))

    assert [word for word in (*words, "y") if texts.count(word) != 1] == []


@pytest.mark.burden("chart.funnel")
def test_the_curves_are_the_limits():
    svg = draw_funnel(
        AREAS.with_columns(size=pl.Series([4.0, 9.0, 50.0, 100.0, 400.0])),
        size_text="",
        language="en",
        label="x",
    )

    # a line of 160 points for each of two levels and two sides; where they begin is where the limits are
    curves = [path for path in re.findall(r'<path[^>]* d="(M[^"]+)"', svg) if path.count("L") == 159]
    starts = [float(re.match(r"M[\d.]+,(-?[\d.]+)", path)[1]) for path in curves]
    limits = [float(end) for level in (0.95, 0.998) for end in funnel_limits(np.array(3.2), level=level)]
    assert len(curves) == 4
    # pixels fall as values rise, in one proportion
    slopes = np.diff(starts) / np.diff(limits)
    assert slopes == pytest.approx([slopes[0]] * 3, rel=1e-5)
    assert slopes[0] < 0


@given(
    st.lists(st.tuples(st.floats(0.5, 1e5), st.integers(0, 10_000)), min_size=1, max_size=30),
    st.floats(0.2, 300),
)
def test_a_rate_by_people_has_the_place_of_its_ratio_by_expected_cases(areas, rate):
    people = np.array([size for size, _cases in areas])
    cases = np.array([cases for _size, cases in areas])
    by_rate = pl.DataFrame({"size": people, "value": cases / people})
    by_ratio = pl.DataFrame({"size": people * rate, "value": cases / (people * rate)})

    assert place_in_funnel(by_rate, rate).to_list() == place_in_funnel(by_ratio).to_list()


def test_without_an_area_there_is_an_empty_plot():
    assert draw_funnel(AREAS.clear(), size_text="", language="vi", label="x").startswith("<svg")
    assert place_in_funnel(AREAS.clear()).to_list() == []


@pytest.mark.parametrize(
    ("areas", "target"), [(AREAS.with_columns(size=pl.lit(0.0)), 1.0), (AREAS, 0.0), (AREAS, float("nan"))]
)
def test_a_funnel_needs_something_expected(areas, target):
    with pytest.raises(BurdenError, match="above 0"):
        draw_funnel(areas, size_text="", language="vi", label="x", target=target)


def test_the_specification_is_compiled_once_for_a_language():
    assert compile_chart(build_funnel, "vi") is compile_chart(build_funnel, "vi")


def test_names_do_not_run_into_each_other():
    """Six areas lie at one point far beyond the limits: three names have room, beside it, above and below."""
    crowd = pl.DataFrame({"name": [f"ward {at}" for at in range(6)], "size": [100.0] * 6, "value": [2.0] * 6})

    svg = draw_funnel(pl.concat([crowd, AREAS]), size_text="", language="en", label="x")

    placed = re.findall(r'<text[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>ward \d</text>', svg)
    heights = sorted(float(height) for _, height in placed)
    assert len(heights) == 3
    assert min(below - above for above, below in pairwise(heights)) >= 11  # the letters are 11 high
