"""Yearly life tables of colrec repeated, counted within DuckDB beside memory: python bench/survival_engine.py [TIMES].

Times are of the processor, not of the clock, so that a busy machine does not count; the memory is the process's highest.
"""

import resource
import sys
from time import process_time

import duckdb
import polars as pl
from survival import read_inputs, spread_times

from banyan.science.burden import survival_table


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    patients, table = read_inputs()
    cohort = spread_times(pl.concat([patients] * times))
    lies = duckdb.connect().from_arrow(cohort.to_arrow())
    for method in ("observed", "ederer2", "pohar-perme"):
        for where, rows in (("DuckDB", lies), ("memory", cohort)):
            began = process_time()
            found = survival_table(rows, table, breaks=range(11), method=method)
            took = process_time() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{cohort.height} patients, {method}, {where}: {took:.2f} s, 5 years {found['survival'][4]:.10f}, peak {peak:.0f} MB"
            )


if __name__ == "__main__":
    main()
