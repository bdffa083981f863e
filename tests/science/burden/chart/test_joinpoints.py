import re

import numpy as np
import pytest

from banyan.science.burden import fit_joinpoints
from banyan.science.burden.chart import draw_joinpoints
from banyan.science.burden.chart.palette import TOKENS

YEARS = list(range(2000, 2020))


def bend(level, model="log-linear"):
    noise = np.random.default_rng(1).normal(0, 0.01, 20)
    course = 0.03 * np.minimum(np.arange(20), 10) - 0.02 * np.maximum(np.arange(20) - 10, 0)
    return fit_joinpoints(YEARS, level * np.exp(course + noise), model=model, most=1, method="bic")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ["+3,0 %/năm*", "−2,0 %/năm*", "* khác 0 với p &lt; 0,05", "Nam"]),
        ("en", ["+3.0% a year*", "−2.0% a year*", "* other than 0, p &lt; 0.05", "Men"]),
    ],
)
@pytest.mark.burden("chart.joinpoints")
def test_each_segment_says_its_change_in_the_readers_language(language, words):
    svg = draw_joinpoints(
        [bend(20)], names=["Nam" if language == "vi" else "Men"], language=language, label="x"
    )

    texts = re.findall(r"<text[^>]*>([^<]+)</text>", svg)
    assert [word for word in words if word not in texts] == []
    assert texts.count("2010") == 2  # on the axis, and at the ring


def test_five_series_keep_to_the_palette_and_to_one_image():
    svg = draw_joinpoints([bend(10 * n) for n in range(1, 6)], names="ABCDE", language="vi", label="x")

    assert {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", svg)} <= TOKENS
    assert re.findall(r"style=|<style|<script|href=|url\(|NaN|undefined|null", svg) == []
    assert svg.count("role=") == 1


def test_a_linear_model_says_its_change_in_the_unit_of_the_rate():
    svg = draw_joinpoints([bend(20, "linear")], names=["A"], language="en", label="x")

    assert re.findall(r">([+−][\d.]+\*?)</text>", svg) == ["+0.7*", "−0.5*"]


def test_a_trend_that_is_none_has_neither_ring_nor_star():
    flat = fit_joinpoints(YEARS, np.exp(np.random.default_rng(3).normal(3, 0.1, 20)), most=0)

    svg = draw_joinpoints([flat], names=["A"], language="en", label="x")

    assert "p &lt;" not in svg
    assert re.findall(r">([+−][\d.]+% a year\*?)</text>", svg) == ["+0.2% a year"]
