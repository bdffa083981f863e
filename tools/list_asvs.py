"""Write docs/reference/asvs.md: what of OWASP ASVS 5.0 is met, how, and by which test.

The verdicts are kept by hand in docs/reference/asvs.csv; the tests are found by their mark. `--check` writes nothing
and fails when the page is not what it would be, or when a verdict has nothing behind it.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from proofs import ROOT, Listing, Proofs, Row, count_verdicts, make_page, write_tests

VERDICTS = ("met", "site", "not applicable", "not met")
FEWEST_WORDS = 3  # of a reason
HEAD = """# ASVS 5.0: what is met, and which test says so

Made by `tools/list_asvs.py` from [asvs.csv](asvs.csv) and the marks of the tests; do not edit it here. The numbers are
those of the OWASP Application Security Verification Standard 5.0.0 (CC BY-SA 4.0, OWASP), whose text says what each asks;
the words here are ours. All of levels 1 and 2 stand here, and those of level 3 that a test proves. *site*: the one who
runs Banyan sees to it. Threats and answers: [security](../explanation/security.md).

"""


def find_faults(rows: Sequence[Row], proofs: Proofs) -> list[str]:
    """Return a sentence for each verdict with nothing behind it."""
    known = {row["id"] for row in rows}
    faults = [
        f"{number} is marked by {proofs[number][0].test} and has no row"
        for number in sorted(proofs.keys() - known)
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
        if verdict == "met" and number not in proofs and not row["proof"]:
            faults.append(f"{number} is said to be met, and neither a test nor a file proves it")
    return faults


def write_page(rows: Sequence[Row], proofs: Proofs) -> str:
    levels = sorted((row["level"], row["verdict"]) for row in rows)
    lines = [
        HEAD,
        *count_verdicts(levels, VERDICTS, head="level"),
        "",
        "| id | level | subject | verdict | how, or why not | proved by |",
        "|---|--:|---|---|---|---|",
        *(write_row(row, proofs) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def write_row(row: Row, proofs: Proofs) -> str:
    names = write_tests(proofs.get(row["id"], ()))
    if row["proof"]:
        names.append(f"[{Path(row['proof']).name}](../../{row['proof']})")
    verdict = f"**{row['verdict']}**" if row["verdict"] == "not met" else row["verdict"]
    return f"| {row['id']} | {row['level']} | {row['subject']} | {verdict} | {row['how']} | {'<br>'.join(names)} |"


LISTING = Listing("asvs", find_faults, write_page)

if __name__ == "__main__":
    sys.exit(make_page(LISTING, sys.argv[1:]))
