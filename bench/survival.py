"""Net survival on colrec repeated, timed beside the figures that relsurv gives: python bench/survival.py [TIMES].

Reads patients and life table from the folder of reference results (environment variable BANYAN_SHARED).
"""

import os
import resource
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl

from banyan.science.burden import LifeTable, net_survival

SHARED = Path(os.environ.get("BANYAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
RUNS = (
    {"method": "pohar-perme"},
    {"method": "ederer2"},
    {"method": "ederer1"},
    {"method": "pohar-perme", "convention": "relsurv"},
)


def read_inputs() -> tuple[pl.DataFrame, LifeTable]:
    folder = SHARED / "oracle" / "statistics"
    table = pl.read_csv(folder / "a_slopop.csv").select("sex", "year", "age", hazard="haz_annual")
    patients = pl.read_csv(folder / "a_colrec.csv", try_parse_dates=True)
    renamed = patients.rename({"diag_date": "diagnosis_date", "stat": "dead"})
    return renamed, LifeTable.from_frame(table, days_per_year=365.241)


def spread_times(patients: pl.DataFrame) -> pl.DataFrame:
    """Move each time by whole days, so that there are as many distinct ones as in a real cohort of that size."""
    moved = pl.Series(np.random.default_rng(1).integers(0, 60, patients.height))
    return patients.with_columns(pl.col("time_days") + moved)


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    patients, table = read_inputs()
    began = perf_counter()
    net_survival(patients, table)
    print(f"first call in a process, compiled kernels loaded: {perf_counter() - began:.2f} s")
    repeated = pl.concat([patients] * times)
    for name, cohort in (("once", patients), ("repeated", repeated), ("spread", spread_times(repeated))):
        for options in RUNS:
            net_survival(patients, table, **options)
            took = []
            for _ in range(3):
                began = perf_counter()
                found = net_survival(cohort, table, **options)
                took.append(perf_counter() - began)
            five = found["survival"][2]
            print(f"{name}, {cohort.height} patients, {options}: {sorted(took)[1]:.3f} s, 5 years {five:.6f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
