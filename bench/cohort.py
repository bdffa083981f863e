"""Age-period-cohort models of Danish lung cancer, timed: python bench/cohort.py [TIMES].

Reads the triangles from the folder of reference results (environment variable BANYAN_SHARED). Times are of the
processor, not of the clock, so that a busy machine does not count.
"""

import os
import sys
from pathlib import Path
from time import process_time

import polars as pl

from banyan.science.burden import fit_apc

SHARED = Path(os.environ.get("BANYAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
RUNS = (
    ("factors on classes", "classes", {"shape": "factor"}),
    ("factors on triangles", "triangles", {"shape": "factor"}),
    ("splines of 5 knots on triangles", "triangles", {"shape": "spline"}),
    ("splines of 10 knots on triangles", "triangles", {"shape": "spline", "knots": 10}),
)


def read_tables() -> dict[str, pl.DataFrame]:
    rows = pl.read_csv(SHARED / "oracle" / "statistics" / "e_lungDK.csv")
    named = {"cases": "D", "person_years": "Y"}
    return {
        "triangles": rows.select(age="Ax", period="Px", **named),
        "classes": rows.select(age="A5", period="P5", **named),
    }


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    tables = read_tables()
    for name, table, options in RUNS:
        fit_apc(tables[table], **options)
        took = []
        for _ in range(times):
            began = process_time()
            found = fit_apc(tables[table], **options)
            took.append(process_time() - began)
        drift = found.drift["percent"][0]
        print(f"{name}: {1000 * sorted(took)[times // 2]:.1f} ms of processor, drift {drift:.3f}% a year")


if __name__ == "__main__":
    main()
