"""Write docs/reference/burden.md: what the burden engine computes, beside which peer, and which test holds it.

The features are kept by hand in docs/reference/burden.csv; what each is compared with stands in the marks of the
tests. `--check` writes nothing and fails when the page is not what it would be.
"""

import ast
import re
import sys
from collections.abc import Sequence

from proofs import ROOT, Listing, Proof, Proofs, Row, count_verdicts, make_page, write_tests

PACKAGE = ROOT / "src/banyan/science/burden"
ROOMS = ("chart", "disclosure")  # public, and not among the names of the package
VERIFIED, BESIDE, DEFINED, OPEN = "verified", "beside the files only", "by its definition", "not verified"
VERDICTS = (VERIFIED, BESIDE, DEFINED, OPEN)
SIGNS = {
    VERIFIED: "✅ verified",
    BESIDE: "beside the files only",
    DEFINED: "by its definition",
    OPEN: "**not verified**",
}
COLUMNS = ("id", "room", "feature", "functions", "peer")
FILES = re.compile(r"\S+\.csv(\.gz)?")  # of the reference results; anything else is a publication
HEAD = """# The burden engine: what it computes, and what holds it

Made by `tools/list_burden.py` from [burden.csv](burden.csv) and the marks of the tests; do not edit it here. Functions are
those of `banyan.science.burden`. *Peer*: the program that computes the same. *Compared with*: files of reference results
that the peer gave (kept beside a checkout, `BANYAN_SHARED`, for their licences do not allow them in it), or published numbers.

A feature is **✅ verified** when a test compares it with such a file or number and a test holds it in every checkout too, with
nothing skipped: a published number, the definition computed slowly, an identity. *Beside the files only*: all its tests need
the files. *By its definition*: no peer's number is at hand; tests compare it with its definition, computed slowly, with
simulation or with a worked example. Times beside the peers: [benchmarks](benchmarks.md).

"""


def find_faults(rows: Sequence[Row], proofs: Proofs) -> list[str]:
    """Return a sentence for each row that names what is not there, and for each name that no row has."""
    known, public = {row["id"] for row in rows}, read_public()
    named = [name for row in rows for name in row["functions"].split()]
    faults = [
        f"{key} is marked by {proofs[key][0].test} and has no row" for key in sorted(proofs.keys() - known)
    ]
    faults += [f"{row['id']}: {column} is empty" for row in rows for column in COLUMNS if not row[column]]
    faults += [
        f"{name} is in a row and no public name of the package" for name in named if name not in public
    ]
    faults += [f"{name} is public and stands in no row of burden.csv" for name in sorted(public - set(named))]
    return faults


def read_public() -> set[str]:
    """Return the public names of the package; those of a room with its own door as `room.name`."""
    rooms = {f"{room}.{name}" for room in ROOMS for name in read_all(f"{room}/__init__.py")}
    return set(read_all("__init__.py")) | rooms


def read_all(path: str) -> list[str]:
    for statement in ast.parse((PACKAGE / path).read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return ast.literal_eval(statement.value)
    return []


def judge(proofs: Sequence[Proof]) -> str:
    if not proofs:
        return OPEN
    if not any("oracle" in proof.options for proof in proofs):
        return DEFINED
    return BESIDE if all(needs_files(proof) for proof in proofs) else VERIFIED


def needs_files(proof: Proof) -> bool:
    return not proof.fixtures.isdisjoint({"oracle", "shared"})


def write_page(rows: Sequence[Row], proofs: Proofs) -> str:
    judged = [(row["room"], judge(proofs.get(row["id"], ()))) for row in rows]
    lines = [HEAD, *count_verdicts(judged, VERDICTS, head="room")]
    for room in dict.fromkeys(row["room"] for row in rows):
        lines += [
            "",
            f"## {room}",
            "",
            "| feature | functions | peer | | compared with | held by |",
            "|---|---|---|---|---|---|",
        ]
        lines += [write_row(row, proofs.get(row["id"], ())) for row in rows if row["room"] == room]
    return "\n".join(lines) + "\n"


def write_row(row: Row, proofs: Sequence[Proof]) -> str:
    oracles = dict.fromkeys(proof.options["oracle"] for proof in proofs if "oracle" in proof.options)
    compared = "<br>".join(f"`{each}`" if FILES.fullmatch(each) else each for each in oracles)
    functions = ", ".join(f"`{name}`" for name in row["functions"].split())
    # what is compared with a peer comes first, and what runs everywhere before what needs the files
    ordered = sorted(proofs, key=lambda proof: ("oracle" not in proof.options, needs_files(proof)))
    tests = "<br>".join(write_tests(ordered))
    return (
        f"| {row['feature']} | {functions} | {row['peer']} | {SIGNS[judge(proofs)]} | {compared} | {tests} |"
    )


LISTING = Listing("burden", find_faults, write_page)

if __name__ == "__main__":
    sys.exit(make_page(LISTING, sys.argv[1:]))
