"""The table of ASVS: nothing empty, nothing claimed that no test or file proves, nothing out of date."""

import csv
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs/reference/asvs.csv"
LEVELS = {"1": 70, "2": 183}


ROW = {
    "id": "1.1.1",
    "level": "2",
    "subject": "x",
    "verdict": "met",
    "how": "said in a sentence",
    "proof": "",
}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_is_what_table_and_tests_say() -> None:
    asked = subprocess.run(
        [sys.executable, ROOT / "tools/list_asvs.py", "--check"], capture_output=True, text=True, check=False
    )

    assert (asked.stdout, asked.returncode) == (asked.stdout, 0), asked.stdout


def test_each_requirement_of_level_one_and_two_stands_there_once() -> None:
    numbers = [row["id"] for row in rows()]

    assert sorted(numbers) == sorted(set(numbers))
    assert {level: sum(row["level"] == level for row in rows()) for level in LEVELS} == LEVELS


def test_numbers_and_levels_are_those_of_the_standard(oracle: Path) -> None:
    standard = {
        each["req_id"].removeprefix("V"): each["L"]
        for each in json.loads((oracle / "fhir/asvs5.json").read_text(encoding="utf-8"))["requirements"]
    }

    ours = {row["id"]: row["level"] for row in rows()}

    assert ours.items() <= standard.items()
    assert {number for number, level in standard.items() if level in LEVELS} <= ours.keys()


def load_tool():
    spec = importlib.util.spec_from_file_location("list_asvs", ROOT / "tools/list_asvs.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


@pytest.mark.parametrize(
    ("changes", "marks", "fault"),
    [
        ({}, {}, "1.1.1 is said to be met, and neither a test nor a file proves it"),
        ({"verdict": ""}, {}, "1.1.1: '' is no verdict"),
        ({"verdict": "not applicable", "how": ""}, {}, "1.1.1: subject and how, or the reason, must be said"),
        ({"verdict": "not met", "how": "None"}, {}, "1.1.1: 'None' is no reason"),
        ({"proof": "docs/nowhere.md"}, {}, "1.1.1: its proof docs/nowhere.md is not there"),
        (
            {},
            {"1.1.1": ["t"], "1.1.99": ["tests/a.py::b"]},
            "1.1.99 is marked by tests/a.py::b and has no row",
        ),
    ],
)
def test_what_has_nothing_behind_it_is_a_fault(changes, marks, fault) -> None:
    assert load_tool().find_faults([ROW | changes], marks) == [fault]


def test_a_claim_with_its_test_is_no_fault() -> None:
    assert load_tool().find_faults([ROW], {"1.1.1": ["tests/a.py::b"]}) == []


def test_a_mark_is_found_wherever_it_stands(tmp_path: Path, monkeypatch) -> None:
    tool = load_tool()
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    (tmp_path / "test_x.py").write_text(
        "import pytest\npytestmark = pytest.mark.asvs('1.1.1')\n\n"
        "@pytest.mark.asvs('1.1.2', '1.1.1')\ndef test_a(): ...\n"
    )

    assert tool.find_marks(tmp_path) == {
        "1.1.1": ["test_x.py::(all)", "test_x.py::test_a"],
        "1.1.2": ["test_x.py::test_a"],
    }


def test_a_page_that_differs_is_a_fault(tmp_path: Path, monkeypatch, capsys) -> None:
    tool = load_tool()
    page = tmp_path / "asvs.md"
    page.write_text(tool.write_page(tool.read_rows(), tool.find_marks()) + "x")
    monkeypatch.setattr(tool, "PAGE", page)

    assert tool.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().out
