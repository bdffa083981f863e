"""The parts of a change, as bars."""

import re

import polars as pl
import pytest

from banyan.science.burden import chart

PARTS = pl.DataFrame(
    [
        (year, name, number, value, f"{value:+.1f}")
        for year, values in (("2030", (-2.5, 4.0, 2.0)), ("2050", (-7.0, 18.0, 11.0)))
        for number, (name, value) in enumerate(zip(("Risk", "Size", "Ages"), values, strict=True))
    ],
    schema=["group", "name", "part", "value", "text"],
    orient="row",
)


@pytest.mark.burden("chart.parts")
def test_draw_parts_names_every_part_and_year_and_writes_its_value():
    svg = chart.draw_parts(PARTS, language="en", label="Why cases change")

    written = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert 'aria-label="Why cases change"' in svg
    assert sorted(text for text in written if text in set(PARTS["text"])) == sorted(PARTS["text"])
    assert [written.count(word) for word in ("2030", "2050", "Risk", "Size", "Ages")] == [1, 1, 2, 2, 2]


def test_draw_parts_lets_a_loss_hang_below_nothing():
    """The bar of a loss begins where that of a gain ends: at zero."""
    svg = chart.draw_parts(PARTS.filter(pl.col("group") == "2030"), language="vi", label="x")

    bars = re.findall(r'd="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h', svg)
    tall = [(float(top), float(height)) for _left, top, width, height in bars if width == "26"]
    assert len(tall) == 3
    (risk_top, _), (size_top, size_height), (ages_top, ages_height) = tall
    assert risk_top == pytest.approx(size_top + size_height) == pytest.approx(ages_top + ages_height)
