"""The repository about itself: what a reader may rely on without reading all of it."""

import ast
import re
import statistics
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "banyan"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\n") if name and (ROOT / name).is_file()]


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def functions() -> list[tuple[Path, ast.FunctionDef]]:
    return [
        (path, node)
        for path in MODULES
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.FunctionDef)
    ]


def body_length(node: ast.FunctionDef) -> int:
    return node.end_lineno - node.lineno + 1 - len((ast.get_docstring(node, clean=False) or "").splitlines())


def test_no_machine_path_and_no_index_address() -> None:
    pattern = re.compile(
        r"/(?:work|farm|root)/\w+|pypi\.org|files\.pythonhosted|registry\.npmjs|--(?:extra-)?index-url"
    )
    here = Path(__file__)

    found = [str(path) for path in tracked() if path != here and pattern.search(read(path))]

    assert found == []


@pytest.mark.parametrize("lock", ["base", "dev", "uv"])
def test_lock_has_a_hash_for_each_package(lock: str) -> None:
    text = read(ROOT / f"requirements/{lock}.txt")

    packages = re.findall(r"^[\w.\-\[\]]+==", text, re.MULTILINE)
    unhashed = re.findall(r"^[\w.\-\[\]]+==[^\\\n]*$", text, re.MULTILINE)

    assert len(packages) > 0
    assert unhashed == []


def test_each_dependency_says_what_it_is_for() -> None:
    lines = read(ROOT / "pyproject.toml").splitlines()
    project = tomllib.loads("\n".join(lines))["project"]
    wanted = project["dependencies"] + [
        one for group in project["optional-dependencies"].values() for one in group
    ]

    explained = [line for line in lines if re.match(r'  ".+",\s+# \w', line)]
    silent = [name for name in wanted if not any(f'"{name}"' in line for line in explained)]

    assert silent == []


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils", "helpers", "misc", "manager", "common", "base_utils"}

    assert [path for path in MODULES if path.stem in vague or path.parent.name in vague] == []


def test_modules_stay_under_three_hundred_lines() -> None:
    long = {
        str(path.relative_to(SOURCE)): count
        for path in MODULES
        if (count := sum(1 for line in read(path).splitlines() if line.strip())) > 300
    }

    assert long == {}


def test_functions_stay_short() -> None:
    lengths = [body_length(node) for _, node in functions()]

    assert statistics.median(lengths) <= 8
    assert [
        f"{path.relative_to(SOURCE)}:{node.name}" for path, node in functions() if body_length(node) > 50
    ] == []


def test_every_table_has_its_sources() -> None:
    folders = sorted({path.parent for path in SOURCE.rglob("tables/*.csv")})

    silent = [
        str(table.relative_to(SOURCE))
        for folder in folders
        for table in folder.glob("*.csv")
        if table.name not in "".join(read(page) for page in folder.glob("SOURCES*.md"))
    ]

    assert folders != []
    assert silent == []


def test_templates_carry_no_inline_script_or_style() -> None:
    pattern = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son\w+=\"|javascript:", re.IGNORECASE)

    found = [str(path.relative_to(SOURCE)) for path in TEMPLATES if pattern.search(read(path))]

    assert TEMPLATES != []
    assert found == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in tracked("*.md")
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", read(page))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    # in two pieces, so that this line is not found itself
    pattern = re.compile(r"#.*\b(TO" + r"DO|FIX" + r"ME|XXX)\b|NotImplementedError")

    found = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py")
        if path != Path(__file__) and pattern.search(read(path))
    ]

    assert found == []
