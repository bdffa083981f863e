"""The R programs and ours, on the same files, in turn, in one run: cd bench && python -m peers [--write].

`make bench-peers` runs it and writes the table into docs/reference/benchmarks.md. The R scripts are those of the folder
given by ``--peers``; where there is no R, ours alone is measured and the exit code is 2.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = Path(os.environ.get("BANYAN_SHARED", ROOT.parent / "shared"))
PAGE = ROOT / "docs/reference/benchmarks.md"
BEGIN, END = "<!-- peers: written by `make bench-peers` -->\n", "<!-- /peers -->"
# seconds that the README of the scripts gives: an AMD EPYC with 2 cores, nothing beside, one run each
PUBLISHED = {
    ("relsurv-pohar-perme", 5971): 1.59,
    ("relsurv-pohar-perme", 298_550): 83.8,
    ("relsurv-ederer2", 5971): 2.09,
    ("popepi-pp-monthly", 5971): 2.90,
    ("popepi-pp-monthly", 298_550): 71.4,
    ("rates", 5_000_000): 7.86,
}
NAMES = {
    "relsurv-pohar-perme": "Pohar–Perme, whole follow-up, beside relsurv",
    "relsurv-ederer2": "Ederer II, whole follow-up, beside relsurv",
    "popepi-pp-monthly": "Pohar–Perme by months to ten years, beside popEpi",
    "rates": "rates by site, sex and year with intervals, the file read, whole process, beside data.table and epitools",
    "cold": "from a cold start: `banyan survival`, beside `Rscript` and relsurv",
}


@dataclass(frozen=True)
class Run:
    """What one process took: its own call, its whole time and processor time (seconds), memory (MB), its figures."""

    call: float
    wall: float
    processor: float
    memory: float
    figures: dict[str, float]


def run(command: Sequence[str], result: Path | None) -> Run:
    """Run a process to its end; what it measured itself stands in a file that it writes."""
    began = time.perf_counter()
    environment = {**os.environ, "TZ": "UTC"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    ) as process:
        said = process.stderr.read().decode() if process.stderr else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {said.strip()}")
    told = json.loads(result.read_text()) if result else {}
    figures = told.get("net_survival") or {"sum": told.get("sum_of_asr", 0.0)}
    seconds = told.get("call_seconds", wall)
    processor = told.get("processor_seconds", used.ru_utime + used.ru_stime)
    return Run(seconds, wall, processor, used.ru_maxrss / 1024, figures)


def write_inputs(folder: Path, times: int, rows: int) -> dict[str, int]:
    """Let another process write the files, so that this one stays small: a child's peak of memory begins with its parent's."""
    subprocess.run([sys.executable, "-m", "peers.inputs", str(folder), str(times), str(rows)], check=True)
    return json.loads((folder / "rows.json").read_text())


def list_work() -> list[tuple[str, str]]:
    surveys = [
        (method, cohort)
        for method in ("relsurv-pohar-perme", "popepi-pp-monthly")
        for cohort in ("once", "repeated", "spread")
    ]
    return [*surveys, ("relsurv-ederer2", "once"), ("rates", "cases"), ("cold", "once")]


def run_ours(work: tuple[str, str], folder: Path) -> Run:
    method, name = work
    result = folder / "ours.json"
    if method == "cold":
        options = ["--life-table", str(folder / "life.csv"), "--at", "5", "--days-per-year", "365.241"]
        names = ["--map", "diagnosis_date=diag_date", "--map", "dead=stat"]
        return run(
            [sys.executable, "-m", "banyan", "survival", str(folder / f"{name}.csv"), *options, *names], None
        )
    return run([sys.executable, "-m", "peers.ours", method, str(folder), name, str(result)], result)


def run_theirs(work: tuple[str, str], folder: Path, scripts: Path) -> Run:
    method, name = work
    result = folder / "theirs.json"
    if method == "rates":
        script = ["bench_rates.R", "time", str(folder / "cases.csv"), str(folder / "population.csv")]
    else:
        script = ["bench_survival.R", str(folder / f"{name}.csv"), str(folder / "table.csv")]
        script.append("relsurv-pohar-perme" if method == "cold" else method)
    return run(["Rscript", str(scripts / script[0]), *script[1:], str(result)], result)


def measure(
    work: tuple[str, str], folder: Path, scripts: Path | None, runs: int
) -> tuple[list[Run], list[Run]]:
    """Run both sides in turn."""
    ours, theirs = [], []
    for _ in range(runs):
        if scripts:
            theirs.append(run_theirs(work, folder, scripts))
        ours.append(run_ours(work, folder))
    return ours, theirs


def write_row(work: tuple[str, str], rows: int, ours: list[Run], theirs: list[Run]) -> str:
    method, name = work
    whole = method in {"rates", "cold"}
    mine, peer = (
        median(one.wall if whole else one.call for one in side) if side else None for side in (ours, theirs)
    )
    published = None if name == "spread" else PUBLISHED.get((method, rows))
    far = [abs(ours[0].figures[key] - theirs[0].figures[key]) for key in ours[0].figures] if theirs else []
    cells = [
        f"{NAMES[method]}{', times spread by days' if name == 'spread' else ''}",
        f"{rows:,}",
        f"{peer:.2f}" if peer else "no R here",
        f"{max(one.memory for one in theirs):.0f}" if theirs else "",
        f"{mine:.3f}",
        f"{median(one.processor for one in ours):.2f}",
        f"{max(one.memory for one in ours):.0f}",
        f"{peer / mine:.0f}" if peer else "",
        f"{max(far):.1g}" if far and method != "cold" else "",
        f"{published}" if published else "",
    ]
    return f"| {' | '.join(cells)} |"


HEAD = """| work | rows | R, s | R, MB | ours, s | ours, processor, s | ours, MB | times as fast | differ by | R as published, another run, s |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def describe(*, has_r: bool) -> str:
    names = ", ".join(f"{name} {version(name)}" for name in ("polars", "numpy", "numba"))
    beside = f"load of the machine at the start {os.getloadavg()[0]:.1f}"
    said = "" if has_r else " There was no R on this machine: nothing in the row is a comparison."
    return (
        f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC; {os.cpu_count()} cores, {read_processor()}; Python {platform.python_version()}, {names}; {beside}; "
        f"medians of runs in turn.{said}"
    )


def read_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next(
        (line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine()
    )


def put_into(page: Path, text: str) -> None:
    """Put a text between the two marks of a page."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(before + BEGIN + text + END + rest.split(END, 1)[1], encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", type=Path, default=SHARED / "peers", help="folder of the R scripts")
    parser.add_argument("--write", type=Path, nargs="?", const=PAGE, help="page to write the table into")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--times", type=int, default=50, help="how often colrec is repeated")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--only", choices=list(NAMES), help="this work alone")
    options = parser.parse_args()
    has_r = shutil.which("Rscript") is not None and (options.peers / "bench_survival.R").is_file()
    told, lines = describe(has_r=has_r), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write_inputs(folder, options.times, options.rows)
        for work in [work for work in list_work() if options.only in {None, work[0]}]:
            ours, theirs = measure(work, folder, options.peers if has_r else None, options.runs)
            lines.append(write_row(work, rows[work[1]], ours, theirs))
            print(lines[-1], flush=True)
    if options.write:
        put_into(options.write, f"\n{told}\n\n{HEAD}" + "\n".join(lines) + "\n\n")
    if has_r:
        return 0
    print(
        f"There is no Rscript on this machine or no script in {options.peers.name}: ours alone was measured.",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
