"""The files that both sides of the comparison read, and how many rows each has: FOLDER TIMES ROWS."""

import json
import shutil
import sys
from pathlib import Path

import polars as pl
from rates import draw_cases, make_population
from survival import SHARED, spread_times


def write_inputs(folder: Path, times: int, rows: int) -> None:
    source = SHARED / "oracle" / "statistics"
    shutil.copy(source / "a_slopop.csv", folder / "table.csv")
    table = pl.read_csv(source / "a_slopop.csv").select("sex", "year", "age", hazard="haz_annual")
    table.write_csv(folder / "life.csv")
    once = pl.read_csv(source / "a_colrec.csv", try_parse_dates=True)
    once = once.select("sex", "age_days", "diag_date", "time_days", "stat")
    repeated = pl.concat([once] * times)
    for name, cohort in {"once": once, "repeated": repeated, "spread": spread_times(repeated)}.items():
        cohort.write_csv(folder / f"{name}.csv")
    groups = pl.col("age_group") // 5 + 1  # the R script numbers them
    draw_cases(rows).with_columns(groups).write_csv(folder / "cases.csv")
    make_population().with_columns(groups).write_csv(folder / "population.csv")
    told = {"once": once.height, "repeated": repeated.height, "spread": repeated.height, "cases": rows}
    (folder / "rows.json").write_text(json.dumps(told))


if __name__ == "__main__":
    write_inputs(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
