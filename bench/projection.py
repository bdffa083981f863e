"""Projections of Norwegian colon cancer, timed and checked backwards: python bench/projection.py [TIMES].

Reads the cells from the folder of reference results (environment variable BANYAN_SHARED). Times are of the
processor, not of the clock, so that a busy machine does not count.
"""

import os
import sys
from pathlib import Path
from time import process_time

import polars as pl

from banyan.science.burden import check_projection, project_cases

SHARED = Path(os.environ.get("BANYAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
METHODS = ("nordpred", "apc", "eapc")


def read_wide(name: str) -> pl.DataFrame:
    long = pl.read_csv(SHARED / "oracle" / "statistics" / name).unpivot(index="age", variable_name="years")
    year = pl.col("years").str.slice(0, 2).cast(pl.Int64)
    return long.select(
        age_group=pl.col("age").str.extract(r"^(\d+)").cast(pl.Int64),
        period=pl.when(year < 50).then(year + 2000).otherwise(year + 1900),
        value="value",
    )


def read_cells() -> pl.DataFrame:
    people = read_wide("f_nordpred_men_norway_pop_obs_and_proj.csv").rename({"value": "person_years"})
    cases = read_wide("f_nordpred_colon_men_norway_cases.csv").rename({"value": "cases"})
    return people.join(cases, on=["age_group", "period"], how="left")


def time_calls(cells: pl.DataFrame, times: int, **options: object) -> float:
    project_cases(cells, **options)
    took = []
    for _ in range(times):
        began = process_time()
        project_cases(cells, **options)
        took.append(process_time() - began)
    return 1000 * sorted(took)[times // 2]


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    cells = read_cells()
    for method in METHODS:
        few, many = (time_calls(cells, times, method=method, draws=draws) for draws in (100, 2000))
        print(f"{method}: {few:.1f} ms of processor with 100 futures, {many:.1f} ms with 2000")
    for method in METHODS:
        found = check_projection(cells, method=method, held_out=3).summary
        for row in found.iter_rows(named=True):
            print(
                f"{method}, {row['years_ahead']} years ahead: {row['projections']} projections, "
                f"mean absolute error {row['mean_absolute_error_percent']:.1f}%, totals inside {row['coverage']:.2f}, "
                f"age groups inside {row['cell_coverage']:.2f}"
            )


if __name__ == "__main__":
    main()
