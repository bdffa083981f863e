import re

import polars as pl
import pytest

from banyan.science.burden import check_stability, quality_indices
from banyan.science.burden.chart import draw_quality_panel, draw_stability
from banyan.science.burden.chart.palette import COBALT, TOKENS, URGENT

YEARS = pl.DataFrame({"year": range(2014, 2022), "n": [400, 408, 416, 424, 433, 300, 451, 460]})
CASES = pl.DataFrame(
    {"sex": ["1"] * 40 + ["2"] * 40, "basis": ["7.1"] * 30 + ["0"] * 10 + ["7.1"] * 36 + ["2"] * 4}
)


def read_texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


@pytest.mark.burden("chart.quality")
def test_a_year_that_stands_out_is_a_diamond_with_its_year():
    svg = draw_stability(check_stability(YEARS, counts="n"), language="vi", label="Số ca")

    assert svg.count(f'fill="{URGENT}"') == 2  # the diamond, and the year beside it
    assert read_texts(svg).count("2019") == 2  # on the axis, and beside the diamond
    assert svg.startswith('<svg role="img" aria-label="Số ca"')


@pytest.mark.burden("chart.quality")
def test_a_stable_series_has_no_diamond():
    steady = YEARS.with_columns(n=pl.lit(400))

    assert URGENT not in draw_stability(check_stability(steady, counts="n"), language="en", label="x")


@pytest.mark.burden("chart.quality")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_panel_has_each_index_by_name_and_marks_what_misses_its_limit(language):
    names = {"1": "men", "2": "women"}
    indices = quality_indices(CASES, by=["sex"]).with_columns(name=pl.col("sex").replace(names))

    svg = draw_quality_panel(indices, language=language, label="x")

    texts = read_texts(svg)
    assert set(indices[f"name_{language}"]) <= set(texts)
    assert {"men", "women"} <= set(texts)
    # death certificates alone among men, a quarter of the cases: one value outside its limit
    assert (
        len(re.findall(rf'<path[^>]*fill="{URGENT}"', svg))
        == indices["flag"].is_in(["low", "high"]).sum()
        == 1
    )
    assert len(re.findall(rf'<path[^>]*fill="{COBALT}"', svg)) == (indices["flag"] == "ok").sum()


@pytest.mark.burden("chart.quality")
def test_only_colours_of_the_palette():
    indices = quality_indices(CASES).with_columns(name=pl.lit("all"))
    drawings = [
        draw_stability(check_stability(YEARS, counts="n"), language="vi", label="x"),
        draw_quality_panel(indices, language="vi", label="x"),
    ]

    used = {colour.lower() for svg in drawings for colour in re.findall(r"#[0-9a-fA-F]{6}", svg)}
    assert used - TOKENS == set()
