"""The table of ASVS: nothing empty, nothing claimed that no test or file proves, nothing out of date."""

import csv
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs/reference/asvs.csv"
LEVELS = {"1": 70, "2": 183}


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
