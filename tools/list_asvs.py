"""Write docs/reference/asvs.md: what of OWASP ASVS 5.0 is met, how, and by which test.

The verdicts are kept by hand in docs/reference/asvs.csv; the tests are found by their mark. `--check` writes nothing
and fails when the page is not what it would be, or when a verdict has nothing behind it.
"""

import ast
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs/reference/asvs.csv"
PAGE = ROOT / "docs/reference/asvs.md"
MARK = "pytest.mark.asvs"
VERDICTS = ("met", "site", "not applicable", "not met")
SHOWN = 3
FEWEST_WORDS = 3  # of a reason
HEAD = """# ASVS 5.0: what is met, and which test says so

Made by `tools/list_asvs.py` from [asvs.csv](asvs.csv) and the marks of the tests; do not edit it here. The numbers are
those of the OWASP Application Security Verification Standard 5.0.0 (CC BY-SA 4.0, OWASP), whose text says what each asks;
the words here are ours. All of levels 1 and 2 stand here, and those of level 3 that a test proves. *site*: the one who
runs Banyan sees to it. Threats and answers: [security](../explanation/security.md).

"""


def read_rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def find_marks(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Return the tests that carry each number: `path::name`."""
    found = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        for number, name in read_marks(ast.parse(path.read_text(encoding="utf-8"))):
            found[number].append(f"{path.relative_to(ROOT).as_posix()}::{name}")
    return dict(found)


def read_marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower().startswith("test")
    ]
    for statement in tree.body:  # a whole module may carry a mark
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "pytestmark":
            yield from ((number, "(all)") for number in numbers_in(statement.value))
    for test in tests:
        for decorator in test.decorator_list:
            yield from ((number, test.name) for number in numbers_in(decorator))


def numbers_in(node: ast.expr) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == MARK:
            yield from (str(ast.literal_eval(argument)) for argument in call.args)


def find_faults(rows: Sequence[Mapping[str, str]], marks: Mapping[str, list[str]]) -> list[str]:
    """Return a sentence for each verdict with nothing behind it."""
    known = {row["id"] for row in rows}
    faults = [
        f"{number} is marked by {marks[number][0]} and has no row" for number in sorted(marks.keys() - known)
    ]
    for row in rows:
        number, verdict = row["id"], row["verdict"]
        if verdict not in VERDICTS:
            faults.append(f"{number}: {verdict!r} is no verdict")
        if not row["subject"] or not row["how"]:
            faults.append(f"{number}: subject and how, or the reason, must be said")
        elif verdict != "met" and len(row["how"].split()) < FEWEST_WORDS:
            faults.append(f"{number}: {row['how']!r} is no reason")
        if row["proof"] and not (ROOT / row["proof"]).is_file():
            faults.append(f"{number}: its proof {row['proof']} is not there")
        if verdict == "met" and number not in marks and not row["proof"]:
            faults.append(f"{number} is said to be met, and neither a test nor a file proves it")
    return faults


def write_page(rows: Sequence[Mapping[str, str]], marks: Mapping[str, list[str]]) -> str:
    lines = [
        HEAD,
        *write_summary(rows),
        "",
        "| id | level | subject | verdict | how, or why not | proved by |",
    ]
    lines.append("|---|--:|---|---|---|---|")
    lines += [write_row(row, marks.get(row["id"], [])) for row in rows]
    return "\n".join(lines) + "\n"


def write_summary(rows: Sequence[Mapping[str, str]]) -> list[str]:
    counted = Counter((row["level"], row["verdict"]) for row in rows)
    head = f"| level | {' | '.join(VERDICTS)} | together |"
    body = [
        f"| {level} | {' | '.join(str(counted[level, verdict]) for verdict in VERDICTS)} "
        f"| {sum(counted[level, verdict] for verdict in VERDICTS)} |"
        for level in sorted({row["level"] for row in rows})
    ]
    return [head, "|--:|" + "--:|" * (len(VERDICTS) + 1), *body]


def write_row(row: Mapping[str, str], tests: Sequence[str]) -> str:
    names = [f"`{test.removeprefix('tests/')}`" for test in tests[:SHOWN]]
    if len(tests) > SHOWN:
        names.append(f"and {len(tests) - SHOWN} more")
    if row["proof"]:
        names.append(f"[{Path(row['proof']).name}](../../{row['proof']})")
    verdict = f"**{row['verdict']}**" if row["verdict"] == "not met" else row["verdict"]
    return f"| {row['id']} | {row['level']} | {row['subject']} | {verdict} | {row['how']} | {'<br>'.join(names)} |"


def main(arguments: Sequence[str]) -> int:
    rows, marks = read_rows(), find_marks()
    faults, page = find_faults(rows, marks), write_page(rows, marks)
    if "--check" not in arguments:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
        faults.append("docs/reference/asvs.md is out of date: run .venv/bin/python tools/list_asvs.py")
    print("\n".join(faults) or f"{len(rows)} requirements, {sum(map(len, marks.values()))} marks")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
