"""Pages that say which test proves what: tests are found by their mark, with what they stand on."""

import subprocess
import sys
from pathlib import Path

import proofs
import pytest

PAGES = sorted(path.stem.removeprefix("list_") for path in (proofs.ROOT / "tools").glob("list_*.py"))


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_table_and_tests_say(name: str) -> None:
    asked = subprocess.run(
        [sys.executable, proofs.ROOT / f"tools/list_{name}.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (asked.stdout, asked.returncode) == (asked.stdout, 0), asked.stdout


@pytest.fixture
def find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write test files, and find what they prove."""

    def find_proofs(**files: str) -> dict[str, list[proofs.Proof]]:
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(f"import pytest\n{text}")
        return proofs.find_proofs("burden", tmp_path)

    monkeypatch.setattr(proofs, "ROOT", tmp_path)
    return find_proofs


def test_a_mark_is_found_wherever_it_stands(find) -> None:
    found = find(
        test_x="pytestmark = pytest.mark.burden('a')\n\n@pytest.mark.burden('b', 'a')\ndef test_a(): ...\n"
    )

    assert {key: [each.test for each in tests] for key, tests in found.items()} == {
        "a": ["test_x.py::(all)", "test_x.py::test_a"],
        "b": ["test_x.py::test_a"],
    }


def test_a_mark_brings_its_options_and_every_fixture_below(find) -> None:
    found = find(
        conftest="@pytest.fixture(scope='module')\ndef table(oracle): ...\n",
        test_x="@pytest.fixture\ndef people(table): ...\n\n"
        "@pytest.mark.burden('a', oracle='x.csv')\ndef test_a(people): ...\n",
    )

    assert found["a"] == [
        proofs.Proof("test_x.py::test_a", {"oracle": "x.csv"}, frozenset({"people", "table", "oracle"}))
    ]


def test_a_test_that_is_not_run_proves_nothing(find) -> None:
    assert find(test_x="@pytest.mark.skip\n@pytest.mark.burden('a')\ndef test_a(): ...\n") == {}


def test_a_page_that_differs_is_a_fault(tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "docs/reference").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    monkeypatch.setattr(proofs, "ROOT", tmp_path)
    listing = proofs.Listing("colours", lambda *_: [], lambda rows, _: f"{rows[0]['id']}\n")
    listing.table.write_text("id\nred\n", encoding="utf-8")

    assert proofs.make_page(listing, []) == 0
    assert proofs.make_page(listing, ["--check"]) == 0
    listing.page.write_text("blue\n", encoding="utf-8")
    assert proofs.make_page(listing, ["--check"]) == 1
    assert "docs/reference/colours.md is out of date" in capsys.readouterr().out
