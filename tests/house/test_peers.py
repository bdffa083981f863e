"""The comparison with the R programs: where there is no R it says so and claims nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_without_r_ours_alone_is_measured_and_said(shared: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    shutil.copy(ROOT / "docs/reference/benchmarks.md", page)
    small = ["--runs", "1", "--times", "2", "--rows", "1000", "--only", "relsurv-ederer2"]

    asked = subprocess.run(
        [sys.executable, "-m", "peers", *small, "--write", str(page)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT / "bench",
        env={**os.environ, "PATH": str(tmp_path), "BANYAN_SHARED": str(shared)},
    )

    assert (asked.returncode, len(asked.stderr.splitlines())) == (2, 1), asked.stderr
    assert asked.stderr.startswith("There is no Rscript on this machine")
    cells = [cell.strip() for cell in asked.stdout.splitlines()[0].split("|")]
    assert cells[1:5] == ["Ederer II, whole follow-up, beside relsurv", "5,971", "no R here", ""]
    assert cells[8:10] == ["", ""]
    assert asked.stdout.strip() in page.read_text(encoding="utf-8")
