"""What no template may hold: the policy of the pages would switch it off, or a reader would stumble over it."""

import re
from pathlib import Path

import pytest

import banyan

TEMPLATES = sorted(Path(banyan.__path__[0]).glob("apps/*/templates/**/*.html"))
SHEETS = sorted(Path(banyan.__path__[0]).glob("apps/*/static/**/*.css"))


@pytest.fixture(params=TEMPLATES, ids=lambda path: path.name)
def text(request) -> str:
    return request.param.read_text(encoding="utf-8")


def test_template_has_no_inline_style(text):
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text


def test_template_has_no_inline_script(text):
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) == []
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


def test_template_loads_nothing_from_elsewhere(text):
    assert re.findall(r"(?:src|href)=[\"']https?://", text) == []


def test_template_has_no_positive_tab_order(text):
    assert re.findall(r'tabindex="[1-9]', text) == []


def test_template_asks_without_please_and_without_exclamation(text):
    words = re.sub(r"<!doctype[^>]*>|<!--.*?-->|\{#.*?#\}|!=", "", text, flags=re.DOTALL)

    assert "vui lòng" not in words.lower()
    assert "!" not in words


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheet_loads_nothing_from_elsewhere(sheet):
    assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")) == []
