"""How long a million cases take to check and to derive codes for.

    python bench/check.py [--cases 1000000] [--worst]

The cases are plausible ones of the synthetic kind that a registry sends in: common sites with the
morphologies that grow there, dates, basis, grade and stage, and a few per cent of slips. With
``--worst`` site and morphology are drawn at random, so that most cases have something to find.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from banyan.science.coding import MORPHOLOGY_CODES, TOPOGRAPHY_CODES, check_cases, derive_codes

TODAY = date(2026, 1, 1)
# site, histology, sex (0: either), weight: an order of magnitude, no published table
USUAL = [
    ("C34.1", "8140/3", 0, 9), ("C34.3", "8070/3", 0, 4), ("C22.0", "8170/3", 0, 10), ("C16.3", "8140/3", 0, 8),
    ("C18.7", "8140/3", 0, 6), ("C20.9", "8140/3", 0, 6), ("C50.4", "8500/3", 2, 10), ("C50.9", "8520/3", 2, 3),
    ("C50.2", "8500/2", 2, 2), ("C73.9", "8260/3", 0, 9), ("C53.9", "8070/3", 2, 4), ("C53.0", "8070/2", 2, 1),
    ("C61.9", "8140/3", 1, 5), ("C11.9", "8072/3", 0, 4), ("C15.4", "8070/3", 0, 3), ("C56.9", "8441/3", 2, 2),
    ("C67.2", "8120/3", 0, 2), ("C64.9", "8310/3", 0, 2), ("C71.1", "9440/3", 0, 2), ("C42.1", "9861/3", 0, 2),
    ("C77.0", "9680/3", 0, 3), ("C44.3", "8090/3", 0, 3), ("C54.1", "8380/3", 2, 2), ("C25.0", "8140/3", 0, 2),
    ("C02.1", "8070/3", 0, 2), ("C32.0", "8070/3", 0, 2), ("C62.9", "9061/3", 1, 1), ("C80.9", "8000/3", 0, 2),
]  # fmt: skip


def draw_cases(number: int, *, worst: bool) -> pl.DataFrame:
    generator = np.random.default_rng(20260101)
    weights = np.array([weight for *_, weight in USUAL], dtype=float)
    kind = generator.choice(len(USUAL), number, p=weights / weights.sum())
    only = np.array([sex for *_, sex, _ in USUAL])[kind]
    sex = np.where(only == 0, generator.integers(1, 3, number), only)
    sites = np.array([site for site, *_ in USUAL])[kind]
    tumours = np.array([tumour for _, tumour, *_ in USUAL])[kind]
    # a few per cent of slips: any site, any morphology, the other sex
    slips = generator.random((3, number)) < (1.0 if worst else 0.02)
    sites = np.where(slips[0], generator.choice(TOPOGRAPHY_CODES, number), sites)
    tumours = np.where(slips[1], generator.choice(MORPHOLOGY_CODES, number), tumours)
    sex = np.where(slips[2], generator.integers(1, 3, number), sex)
    return add_dates(pl.DataFrame({"sex": sex, "topography": sites, "morphology": tumours}), generator)


def add_dates(cases: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    number = cases.height
    incidence = pl.Series(generator.integers(16000, 20400, number), dtype=pl.Int32)
    birth = incidence - pl.Series((generator.normal(60, 14, number).clip(1, 95) * 365.25).astype(np.int32))
    death = incidence + pl.Series(generator.integers(0, 1500, number), dtype=pl.Int32)
    dead = pl.Series(generator.random(number) < 0.4)
    return cases.with_columns(
        pl.col("morphology").str.slice(0, 4),
        pl.col("sex").cast(pl.String),
        behaviour=pl.col("morphology").str.slice(5, 1),
        birth_date=birth.cast(pl.Date).dt.strftime("%Y-%m-%d"),
        incidence_date=incidence.cast(pl.Date).dt.strftime("%Y-%m-%d"),
        death_date=death.cast(pl.Date).dt.strftime("%Y-%m-%d").zip_with(dead, pl.Series([None], dtype=pl.String)),
        age=((incidence - birth) / 365.25).floor().cast(pl.Int32).cast(pl.String),
        basis=pl.Series(generator.choice(["0", "1", "2", "4", "5", "6", "7"], number, p=[.02, .05, .1, .02, .06, .05, .7])),
        basis_scheme=pl.lit("iarc"),
        grade=pl.Series(generator.choice(["9", "1", "2", "3"], number, p=[.97, .01, .01, .01])),
        stage=pl.Series(generator.choice(["", "I", "II", "III", "IV"], number)),
    )  # fmt: skip


def measure(name: str, cases: pl.DataFrame, work: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    started = time.perf_counter()
    result = work(cases)
    seconds = time.perf_counter() - started
    print(f"{name:14s}{seconds:8.2f} s {cases.height / seconds:14,.0f} rows/s {result.height:12,} lines out")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--worst", action="store_true")
    options = parser.parse_args()
    cases = draw_cases(options.cases, worst=options.worst)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measure("check_cases", cases, lambda frame: check_cases(frame, today=TODAY))
    measure("derive_codes", cases, derive_codes)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory   {peak:8.0f} MB, {before:.0f} MB of it before the first check")


if __name__ == "__main__":
    main()
