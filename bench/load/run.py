"""Load a filled site as a working day does, then harder until it breaks, and watch its memory.

    BANYAN_DEMO=1 BANYAN_VAR=<filled by fill.py> python bench/load/run.py day|break|soak [--minutes M] [--rate R]

Server, database, worker and the load itself share this machine. Prints requests a second, percentiles by page, what
failed, and the memory of server and database once a minute; writes `load-<kind>.json` into the folder.
"""

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

VAR = Path(os.environ["BANYAN_VAR"])
HERE = Path(__file__).parent
DAY = 50.0  # requests a second: seven times the hospital's peak hour
PACE = 0.5  # steps a second of each colleague
PER_STEP = 1.31  # requests: a search is a page, a form and its answer; measured over 12,000
WARM = 120  # seconds
STEPS = (10, 20, 30, 40, 50, 60, 75, 100)
LIMIT = 300  # milliseconds, 95th percentile


def start_site(port: int) -> subprocess.Popen[str]:
    """Start `banyan serve` on the folder; returns when it answers."""
    site = subprocess.Popen(
        [sys.executable, "-m", "banyan", "serve", "--port", str(port), "--demo"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in site.stdout or ():
        print(line, end="")
        if "is ready" in line:
            return site
    raise SystemExit("the site did not start")


def weigh(site: subprocess.Popen[str]) -> dict[str, float]:
    """Return the megabytes that the web processes, the worker and the database hold for themselves."""
    parts: Counter[str] = Counter()
    for process in psutil.Process(site.pid).children(recursive=True):
        try:
            line = " ".join(process.cmdline())
            kind = "web" if "gunicorn" in line else "worker" if "procrastinate" in line else "other"
            parts[kind] += process.memory_full_info().uss / 2**20
        except psutil.Error:
            continue
    return {kind: round(size) for kind, size in sorted(parts.items())}


def push(site: subprocess.Popen[str], port: int, rate: float, seconds: int) -> dict[str, object]:
    """Let so many colleagues work that `rate` pages a second are asked for. Returns what was measured."""
    table = VAR / "locust"
    locust = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "locust",
            "-f",
            str(HERE / "locustfile.py"),
            "--headless",
            "--host",
            f"http://127.0.0.1:{port}",
            "-u",
            str(round(rate / PACE / PER_STEP)),
            "-r",
            "20",
            "-t",
            f"{seconds}s",
            "--csv",
            str(table),
            "--only-summary",
            "--loglevel",
            "WARNING",
            "--reset-stats",
        ],
        env={**os.environ, "BANYAN_PACE": str(PACE)},
        stdout=subprocess.DEVNULL,
    )
    memory = []
    while locust.poll() is None:
        memory.append(weigh(site))
        try:
            locust.wait(60)
        except subprocess.TimeoutExpired:
            continue
    return {**read_table(table), "memory": memory, "asked": rate}


def read_table(table: Path) -> dict[str, object]:
    with Path(f"{table}_stats.csv").open() as file:
        rows = list(csv.DictReader(file))
    pages = {
        row["Name"]: {
            "requests": int(row["Request Count"]),
            "median": int(row["50%"]),
            "p95": int(row["95%"]),
            "p99": int(row["99%"]),
            "failed": int(row["Failure Count"]),
        }
        for row in rows
        if row["Name"]
    }
    whole = pages.pop("Aggregated")
    with Path(f"{table}_failures.csv").open() as file:
        failures = {
            f"{row['Method']} {row['Name']}: {row['Error']}": int(row["Occurrences"])
            for row in csv.DictReader(file)
        }
    rate = float(rows[-1]["Requests/s"])
    return {"rate": round(rate, 1), **whole, "pages": pages, "failures": failures}


def tell(found: dict[str, object]) -> None:
    print(
        f"asked {found['asked']}/s: {found['rate']}/s over {found['requests']} requests, median {found['median']} ms, "
        f"95th {found['p95']} ms, 99th {found['p99']} ms, failed {found['failed']} {found['failures'] or ''}"
    )
    for name, page in sorted(found["pages"].items(), key=lambda pair: -pair[1]["p95"]):  # type: ignore[attr-defined]
        print(
            f"   {name:32} {page['requests']:6} median {page['median']:5}  95th {page['p95']:5}  failed {page['failed']}"
        )
    print(f"   memory, MB: first {found['memory'][0]}, last {found['memory'][-1]}", flush=True)  # type: ignore[index]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=["day", "break", "soak"])
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument("--rate", type=float, default=DAY, help="requests a second of day and soak")
    asked = parser.parse_args()
    minutes = asked.minutes or {"day": 3, "break": 1, "soak": 30}[asked.kind]
    site = start_site(asked.port)
    found = []
    try:
        push(
            site, asked.port, 15, WARM
        )  # what each process does once, and the questions that everybody asks, done
        for rate in STEPS if asked.kind == "break" else (asked.rate,):
            found.append(push(site, asked.port, rate, round(60 * minutes)))
            tell(found[-1])
            if found[-1]["failed"] or found[-1]["p95"] > 10 * LIMIT:  # type: ignore[operator]
                break
    finally:
        site.send_signal(signal.SIGTERM)
        site.wait(60)
        (VAR / f"load-{asked.kind}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False))
        print(f"written at {time.strftime('%d/%m/%Y %H:%M')}")


if __name__ == "__main__":
    main()
