"""A tutorial that runs in a terminal: its commands and programs do what it shows."""

import contextlib
import io
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from banyan.__main__ import run

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("publishable-survival",)
BLOCK = re.compile(r"^```(sh|python|text)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the examples, where a guide may write."""
    shutil.copytree(ROOT / "docs/examples", tmp_path / "docs/examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_command(text: str) -> str:
    words = shlex.split(text)
    if words[0] != "banyan":
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert run(words[1:]) == 0, text
    return printed.getvalue()


def run_program(text: str, names: dict[str, object]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(text, names)  # noqa: S102 -- our own page
    return printed.getvalue()


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_prints_what_it_shows(guide: str, folder: Path) -> None:
    blocks = BLOCK.findall((ROOT / f"docs/tutorials/{guide}.md").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    printed = shown = ""

    for kind, text in blocks:
        if kind == "text":
            shown += text
        else:
            printed += run_command(text) if kind == "sh" else run_program(text, names)

    lines = ([line.rstrip() for line in each.splitlines()] for each in (printed, shown))
    assert next(lines) == next(lines)


def test_the_picture_is_the_one_that_the_guide_draws(folder: Path) -> None:
    text = (ROOT / "docs/tutorials/publishable-survival.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}

    for kind, block in BLOCK.findall(text):
        if kind == "python":
            run_program(block, names)

    drawn = (folder / "survival.svg").read_text(encoding="utf-8")
    kept = (ROOT / "docs/pictures/survival-by-stage.svg").read_text(encoding="utf-8")
    assert re.findall(r">([^<>\s][^<>]*)</text>", drawn) == re.findall(r">([^<>\s][^<>]*)</text>", kept)
    assert drawn.count("<path") == kept.count("<path")
