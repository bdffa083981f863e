"""From a specification to SVG: compiled once, filled with numbers each time, rendered in this process."""

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import Any

import altair as alt
import polars as pl
import vl_convert

from banyan.science.burden.chart.palette import FONT, SEEN_FONT, configure

LOCALES: dict[str, dict[str, Any]] = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["₫", ""]},
}
KEPT = 512
# The figure is one image with one name: roles of its parts, which have none, would only be noise to a screen reader.
INNER_ROLES = re.compile(r' (?:role|aria-roledescription)="[^"]*"')
Build = Callable[[str], alt.TopLevelMixin]

_drawn: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


def draw_svg(build: Build, datasets: Mapping[str, pl.DataFrame], *, language: str, label: str) -> str:
    """Draw a figure.

    Parameters
    ----------
    build : function
        Takes a language and returns an Altair chart over named data sets. It is called once for a language.
    datasets : mapping of str to polars.DataFrame
        The rows of every named data set.
    language : {"vi", "en"}
        Decides the number format; words come in through ``build`` and the data.
    label : str
        What the figure shows, for those who cannot see it.

    Returns
    -------
    str
        An ``svg`` element with ``role="img"``, without style attributes, style sheets or outside references.
        The same specification with the same numbers is rendered once.

    Raises
    ------
    KeyError
        A data set that the specification does not name.
    """
    filled = json.dumps(_fill(compile_chart(build, language), datasets), ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(f"{language}:{filled}".encode()).hexdigest()
    svg = _recall(key) or _keep(key, _render(filled, language))
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(label, quote=True)}" ', 1)


@cache
def compile_chart(build: Build, language: str) -> str:
    """Compile a chart to Vega, as JSON: the slow half, done once for a figure and a language."""
    chart = build(language)
    specification = chart.to_dict()
    specification["config"] = configure()
    vega = vl_convert.vegalite_to_vega(specification)
    return json.dumps(vega, ensure_ascii=False)


def warm_up() -> None:
    """Start the renderer and read the fonts, so that the first reader does not wait for them."""
    _read_fonts()
    vl_convert.vega_to_svg({"marks": []})


def forget_drawings() -> None:
    """Empty the memory of rendered figures (a benchmark measures with it cold)."""
    with _lock:
        _drawn.clear()


def _fill(compiled: str, datasets: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    vega: dict[str, Any] = json.loads(compiled)
    named = {source["name"]: source for source in vega["data"]}
    for name, frame in datasets.items():
        named[name]["values"] = frame.to_dicts()
    return vega


def _render(filled: str, language: str) -> str:
    _read_fonts()
    svg = vl_convert.vega_to_svg(filled, format_locale=LOCALES[language])
    return INNER_ROLES.sub("", svg).replace(f'font-family="{FONT}"', f'font-family="{SEEN_FONT}"')


def _recall(key: str) -> str | None:
    with _lock:
        if key in _drawn:
            _drawn.move_to_end(key)
        return _drawn.get(key)


def _keep(key: str, svg: str) -> str:
    with _lock:
        _drawn[key] = svg
        while len(_drawn) > KEPT:
            _drawn.popitem(last=False)
    return svg


@cache
def _read_fonts() -> None:
    """Give the renderer the typeface that it measures text with."""
    folder = Path(str(resources.files("fontpkg_be_vietnam_pro"))) / "files"
    vl_convert.register_font_directory(str(folder))
