"""Monthly life tables of colrec repeated 50 times, processor time: python bench/survival_table.py [TIMES].

popEpi 0.4.10 took 71.4 s and 6.66 GB for the same call on 298,550 patients (monthly, to ten years, Pohar-Perme).
"""

import resource
import sys
from time import perf_counter, process_time

import numpy as np
import polars as pl
from survival import read_inputs, spread_times

from banyan.science.burden import survival_table

MONTHS = np.arange(121) / 12


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    patients, table = read_inputs()
    repeated = pl.concat([patients] * times)
    for name, cohort in (("repeated", repeated), ("spread", spread_times(repeated))):
        for convention in ("popepi", "exact"):
            survival_table(patients, table, breaks=MONTHS, convention=convention)
            took = []
            for _ in range(5):
                wall, began = perf_counter(), process_time()
                found = survival_table(cohort, table, breaks=MONTHS, convention=convention)
                took.append((process_time() - began, perf_counter() - wall))
            processor, wall = sorted(took)[2]
            five = found["survival"][59]
            print(
                f"{name}, {cohort.height} patients, {convention}: {processor:.3f} s of processor, {wall:.3f} s, 5 years {five:.8f}"
            )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
