"""What the pages that say which test proves what have in common: tests found by their mark, a table kept by hand.

A page of another kind is a module beside `list_asvs.py` with a `Listing` of its own, and a mark in pyproject.toml.
"""

import ast
import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 3
IDLE = ("pytest.mark.skip", "pytest.mark.xfail")  # a test that is not run proves nothing

Row = Mapping[str, str]


@dataclass(frozen=True)
class Proof:
    """A test that carries a mark: its name `path::test`, what the mark says besides, the fixtures it stands on."""

    test: str
    options: Mapping[str, str]
    fixtures: frozenset[str]


Proofs = Mapping[str, Sequence[Proof]]


@dataclass(frozen=True)
class Listing:
    """A page of docs/reference: `<name>.md`, made of `<name>.csv` and of the tests marked `name`."""

    name: str
    find_faults: Callable[[Sequence[Row], Proofs], list[str]]
    write_page: Callable[[Sequence[Row], Proofs], str]

    @property
    def table(self) -> Path:
        return ROOT / f"docs/reference/{self.name}.csv"

    @property
    def page(self) -> Path:
        return ROOT / f"docs/reference/{self.name}.md"

    def read_rows(self) -> list[dict[str, str]]:
        with self.table.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def make_page(listing: Listing, arguments: Sequence[str]) -> int:
    """Write the page, or with `--check` say whether it is what it would be; a fault makes it 1."""
    rows, proofs = listing.read_rows(), find_proofs(listing.name)
    faults, page = listing.find_faults(rows, proofs), listing.write_page(rows, proofs)
    if "--check" not in arguments:
        listing.page.write_text(page, encoding="utf-8")
    elif not listing.page.is_file() or listing.page.read_text(encoding="utf-8") != page:
        faults.append(
            f"docs/reference/{listing.name}.md is out of date: run .venv/bin/python tools/list_{listing.name}.py"
        )
    print("\n".join(faults) or f"{len(rows)} rows, {sum(map(len, proofs.values()))} marks")
    return 1 if faults else 0


def find_proofs(mark: str, folder: Path | None = None) -> dict[str, list[Proof]]:
    """Return the tests that carry each number or name of the mark."""
    found = defaultdict(list)
    paths = sorted((folder or ROOT / "tests").rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    for path, tree in trees.items():
        above = [
            trees[home / "conftest.py"] for home in reversed(path.parents) if home / "conftest.py" in trees
        ]
        fixtures = {name: asked for each in (*above, tree) for name, asked in read_fixtures(each)}
        for key, name, options, asked in read_marks(tree, f"pytest.mark.{mark}"):
            test = f"{path.relative_to(ROOT).as_posix()}::{name}"
            found[key].append(Proof(test, options, reach(asked, fixtures)))
    return dict(found)


def read_fixtures(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Yield each fixture of a module with the fixtures that it asks for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(each).startswith("pytest.fixture") for each in node.decorator_list
        ):
            yield node.name, read_asked(node)


def read_asked(node: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}


def reach(asked: Iterable[str], fixtures: Mapping[str, set[str]]) -> frozenset[str]:
    """Return what is asked for and all that this asks for in its turn."""
    reached: set[str] = set()
    waiting = set(asked)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= fixtures.get(name, set()) - reached
    return frozenset(reached)


def read_marks(tree: ast.Module, mark: str) -> Iterator[tuple[str, str, dict[str, str], set[str]]]:
    """Yield each number or name of a mark: with its test, the mark's options and the fixtures asked for."""
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.name.lower().startswith("test")
        and not any(ast.unparse(each).startswith(IDLE) for each in node.decorator_list)
    ]
    for statement in tree.body:  # a whole module may carry a mark
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "pytestmark":
            yield from ((key, "(all)", options, set()) for key, options in keys_in(statement.value, mark))
    for test in tests:
        asked = read_asked(test) if isinstance(test, ast.FunctionDef) else set()
        for decorator in test.decorator_list:
            yield from ((key, test.name, options, asked) for key, options in keys_in(decorator, mark))


def keys_in(node: ast.expr, mark: str) -> Iterator[tuple[str, dict[str, str]]]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == mark:
            options = {str(each.arg): str(ast.literal_eval(each.value)) for each in call.keywords}
            yield from ((str(ast.literal_eval(argument)), options) for argument in call.args)


def write_tests(proofs: Iterable[Proof]) -> list[str]:
    """Return the first few tests as the cell of a table shows them, and how many more there are."""
    tests = list(dict.fromkeys(proof.test.removeprefix("tests/") for proof in proofs))
    more = [f"and {len(tests) - SHOWN} more"] if len(tests) > SHOWN else []
    return [*(f"`{test}`" for test in tests[:SHOWN]), *more]


def count_verdicts(rows: Iterable[tuple[str, str]], verdicts: Sequence[str], *, head: str) -> list[str]:
    """Return the lines of a table: how many of each group have each verdict."""
    counted = Counter(rows)
    groups = list(dict.fromkeys(group for group, _ in counted))
    return [
        f"| {head} | {' | '.join(verdicts)} | together |",
        "|--:|" + "--:|" * (len(verdicts) + 1),
        *(
            f"| {group} | {' | '.join(str(counted[group, verdict]) for verdict in verdicts)} "
            f"| {sum(counted[group, verdict] for verdict in verdicts)} |"
            for group in groups
        ),
    ]
