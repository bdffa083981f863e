"""The table of ASVS: nothing empty, nothing claimed that no test or file proves, nothing out of date."""

import csv
import json
from pathlib import Path

import pytest
from list_asvs import find_faults
from proofs import Proof

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
    proofs = {number: [prove(test) for test in tests] for number, tests in marks.items()}

    assert find_faults([ROW | changes], proofs) == [fault]


def test_a_claim_with_its_test_is_no_fault() -> None:
    assert find_faults([ROW], {"1.1.1": [prove("tests/a.py::b")]}) == []


def prove(test: str) -> Proof:
    return Proof(test, {}, frozenset())
