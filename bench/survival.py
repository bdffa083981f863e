"""Net survival on colrec repeated: python bench/survival.py [TIMES], or --scale for 10⁴ to 10⁷ patients by Pohar-Perme.

Times are of the clock and of the processor: a busy machine stretches the first. Reads patients and life table from the folder of reference results (environment variable BANYAN_SHARED).
"""

import os
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

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


def draw_patients(patients: pl.DataFrame, number: int) -> pl.DataFrame:
    """As many patients as are asked for, their times spread by whole days; the columns that the call needs."""
    repeated = pl.concat([patients] * (number // patients.height + 1)).head(number)
    return spread_times(repeated).select("sex", "age_days", "diagnosis_date", "time_days", "dead")


def measure(cohort: pl.DataFrame, table: LifeTable, **options: str) -> str:
    """Return the median of three calls, by the clock and by the processor, and survival at five years."""
    took = []
    for _ in range(3):
        began, busy = perf_counter(), process_time()
        found = net_survival(cohort, table, **options)
        took.append((perf_counter() - began, process_time() - busy))
    wall, processor = sorted(took)[1]
    return f"{wall:.3f} s, processor {processor:.3f} s, 5 years {found['survival'][2]:.6f}"


def show_memory() -> str:
    return f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def scale(patients: pl.DataFrame, table: LifeTable) -> None:
    """Show that time grows in proportion to patients; each number in its order, since memory only ever grows."""
    for number in (10**4, 10**5, 10**6, 10**7):
        cohort = draw_patients(patients, number)
        before = show_memory()
        print(
            f"{number:,} patients: {measure(cohort, table)}, {before} before, {show_memory()} after",
            flush=True,
        )


def main() -> None:
    patients, table = read_inputs()
    began = perf_counter()
    net_survival(patients, table)
    print(f"first call in a process, compiled kernels loaded: {perf_counter() - began:.2f} s")
    if "--scale" in sys.argv:
        scale(patients, table)
        return
    repeated = pl.concat([patients] * (int(sys.argv[1]) if len(sys.argv) > 1 else 50))
    for name, cohort in (("once", patients), ("repeated", repeated), ("spread", spread_times(repeated))):
        for options in RUNS:
            net_survival(patients, table, **options)
            print(f"{name}, {cohort.height} patients, {options}: {measure(cohort, table, **options)}")
    print(show_memory())


if __name__ == "__main__":
    main()
