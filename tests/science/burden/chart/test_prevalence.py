import re

import polars as pl
import pytest

from banyan.science.burden.chart import draw_prevalence
from banyan.science.burden.chart.palette import TOKENS
from banyan.science.burden.chart.prevalence import SHADES

PARTS = pl.DataFrame(
    {
        "name": ["Ung thư vú"] * 5 + ["Ung thư gan & <đường mật>"] * 5,
        "order": [0, 1, 2, 3, 4] * 2,
        "value": [50.0, 90.0, 80.0, 150.0, 30.0, 20.0, 10.0, 0.0, 5.0, 0.0],
    }
)
TOTALS = pl.DataFrame(
    {
        "name": ["Ung thư vú", "Ung thư gan & <đường mật>"],
        "lower": [380.0, None],
        "upper": [420.0, None],
        "text": ["400,0", "35,0"],
    }
)


@pytest.fixture
def svg() -> str:
    return draw_prevalence(PARTS, TOTALS, language="vi", label="Hiện mắc")


def list_bars(svg: str) -> list[tuple[str, float]]:
    """Give the colour and the width of each bar."""
    found = re.findall(r'<path[^>]*d="M([\d.]+),[\d.]+h(-?[\d.]+)v[^"]*"[^>]*fill="(#\w{6})"', svg)
    return [(fill, float(width)) for _left, width, fill in found if fill in SHADES]


@pytest.mark.burden("chart.prevalence")
def test_each_bar_is_divided_by_years_since_diagnosis(svg):
    bars = list_bars(svg)

    assert [fill for fill, _ in bars] == list(SHADES) * 2
    widths = [width for _, width in bars]
    assert [width / widths[0] for width in widths] == pytest.approx(
        [v / 50 for v in PARTS["value"]], abs=1e-6
    )


def test_the_whole_is_written_and_its_interval_drawn(svg):
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", svg)

    assert [text for text in texts if text in ("400,0", "35,0")] == ["400,0", "35,0"]
    assert "Ung thư gan &amp; &lt;đường mật&gt;" in texts


def test_one_image_in_colours_of_the_palette_without_style_or_script(svg):
    assert {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", svg)} <= TOKENS
    assert re.findall(r"style=|<style|<script|href=|url\(|NaN|undefined", svg) == []
    assert svg.count("role=") == 1


def test_numbers_of_the_axis_are_as_the_reader_writes_them():
    many = PARTS.with_columns(pl.col("value") * 100)

    axes = [
        re.findall(r">(\d+[.,]000)</text>", draw_prevalence(many, TOTALS, language=language, label="x"))
        for language in ("vi", "en")
    ]

    assert axes[0] == ["10.000", "20.000", "30.000", "40.000"]
    assert axes[1] == [text.replace(".", ",") for text in axes[0]]
