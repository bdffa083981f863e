"""Measure `banyan rates` on 5,000,000 cases and `banyan check` on 1,000,000, process start included.

Run with the interpreter of the environment: ``python bench/command_line.py [rates|check|survival] …``. It makes its
own files (kept in the folder named by ``--folder``, else temporary) and prints wall time, processor time and the
largest memory of each command.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

CASES = 5_000_000
CODED = 1_000_000
PATIENTS = 200_000
YEARS = range(2010, 2020)


def make_cases(folder: Path) -> None:
    """Cases as a registry exports them: text, ICD-10, age and date or year among other columns."""
    rng = np.random.default_rng(1)
    codes = pl.Series([f"C{site:02d}.{part}" for site in range(81) for part in range(9)])
    frame = pl.DataFrame(
        {
            "record": np.arange(CASES),
            "sex": rng.integers(1, 3, CASES),
            "age": np.clip(rng.normal(62, 14, CASES), 0, 99).astype(int),
            "year": rng.choice(YEARS, CASES),
            "icd10": codes.gather(rng.integers(0, len(codes), CASES)),
            "ward": rng.integers(1, 600, CASES),
        }
    )
    frame.write_csv(folder / "cases.csv")
    frame.write_parquet(folder / "cases.parquet")
    people = [
        (year, sex, group, 250_000 - 2_500 * group)
        for year in YEARS
        for sex in (1, 2)
        for group in range(0, 90, 5)
    ]
    pl.DataFrame(people, ["year", "sex", "age_group", "person_years"], orient="row").write_csv(
        folder / "population.csv"
    )


def make_coded(folder: Path) -> None:
    """Coded cases, plausible for the most part."""
    rng = np.random.default_rng(2)
    tumours = [
        ("C34.1", 8140),
        ("C50.4", 8500),
        ("C16.2", 8140),
        ("C22.0", 8170),
        ("C18.7", 8140),
        ("C73.9", 8260),
    ]
    drawn = rng.integers(0, len(tumours), CODED)
    incidence = np.datetime64("2010-01-01") + rng.integers(0, 3650, CODED)
    birth = incidence - rng.integers(20 * 365, 90 * 365, CODED)
    pl.DataFrame(
        {
            "record": np.arange(CODED),
            "sex": rng.integers(1, 3, CODED),
            "age": (incidence - birth).astype(int) // 366,
            "birth_date": pl.Series(birth).cast(pl.Date),
            "incidence_date": pl.Series(incidence).cast(pl.Date),
            "topography": pl.Series([topography for topography, _ in tumours]).gather(drawn),
            "morphology": pl.Series([morphology for _, morphology in tumours]).gather(drawn),
            "behaviour": np.where(rng.random(CODED) < 0.97, 3, 2),
            "basis": rng.choice([7, 7, 7, 7, 5, 2, 1, 0], CODED),
            "grade": rng.choice([1, 2, 3, 9], CODED),
        }
    ).write_csv(folder / "coded.csv")


def make_patients(folder: Path) -> None:
    rng = np.random.default_rng(3)
    diagnosis = np.datetime64("2005-01-01") + rng.integers(0, 3650, PATIENTS)
    time_days = np.minimum(rng.exponential(2000, PATIENTS).astype(int), 5000)
    pl.DataFrame(
        {
            "sex": rng.integers(1, 3, PATIENTS),
            "age_days": np.clip(rng.normal(63, 12, PATIENTS), 15, 98) * 365.25,
            "diagnosis_date": pl.Series(diagnosis).cast(pl.Date),
            "time_days": time_days,
            "dead": (time_days < 5000).astype(int),
            "stage": rng.integers(1, 5, PATIENTS),
        }
    ).write_csv(folder / "patients.csv")
    rows = [
        (sex, year, age, 0.0003 + 0.00004 * float(np.exp(0.09 * age)))
        for sex in (1, 2)
        for year in range(2005, 2021)
        for age in range(101)
    ]
    pl.DataFrame(rows, ["sex", "year", "age", "hazard"], orient="row").write_csv(folder / "lifetable.csv")


def measure(name: str, arguments: list[str]) -> None:
    """Run the command as a user does and print what it took."""
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "banyan", *arguments], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    peak = usage.ru_maxrss / 1024
    print(f"{name:34} exit {process.returncode}  {wall:6.2f} s  (processor {cpu:6.2f} s)  {peak:7.0f} MB")


COMMANDS = {
    "rates": (
        make_cases,
        [
            ("rates, 5,000,000 rows, CSV", "rates cases.csv --population population.csv --by site,sex,year"),
            (
                "rates, 5,000,000 rows, Parquet",
                "rates cases.parquet --population population.csv --by site,sex,year",
            ),
        ],
    ),
    "check": (make_coded, [("check, 1,000,000 rows, CSV", "check coded.csv --format csv")]),
    "survival": (
        make_patients,
        [("survival, 200,000 patients, CSV", "survival patients.csv --life-table lifetable.csv --by stage")],
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", default=list(COMMANDS), help=", ".join(COMMANDS))
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        for name in chosen.commands:
            make, runs = COMMANDS[name]
            make(folder)
            for title, line in runs:
                words = [str(folder / word) if "." in word else word for word in line.split()]
                measure(title, words)


if __name__ == "__main__":
    main()
