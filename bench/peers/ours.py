"""Our side of the comparison, in a process of its own: METHOD FOLDER NAME RESULT. As the R scripts, it times the call alone."""

import json
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import polars as pl

from banyan.science.burden import LifeTable, count_cases, net_survival, standardise_rates, survival_table

YEARS = (1, 3, 5, 10)


def read_cohort(folder: Path, name: str) -> tuple[pl.DataFrame, LifeTable]:
    patients = pl.read_csv(folder / f"{name}.csv", try_parse_dates=True)
    table = LifeTable.from_frame(pl.read_csv(folder / "life.csv"), days_per_year=365.241)
    return patients.rename({"diag_date": "diagnosis_date", "stat": "dead"}), table


def call(method: str, patients: pl.DataFrame, table: LifeTable) -> dict[str, float]:
    if method.startswith("relsurv"):
        found = net_survival(
            patients, table, method=method.removeprefix("relsurv-"), at=YEARS, convention="exact"
        )
        return {f"year_{year}": found["survival"][i] for i, year in enumerate(YEARS)}
    found = survival_table(patients, table, breaks=np.arange(121) / 12, convention="popepi")
    return {f"year_{year}": found["survival"][12 * year - 1] for year in YEARS}


def time_survival(method: str, folder: Path, name: str) -> dict[str, object]:
    patients, table = read_cohort(folder, name)
    call(method, patients.head(100), table)  # the kernels are loaded
    began, busy = perf_counter(), process_time()
    figures = call(method, patients, table)
    return {
        "call_seconds": perf_counter() - began,
        "processor_seconds": process_time() - busy,
        "net_survival": figures,
    }


def time_rates(folder: Path) -> dict[str, object]:
    by, bounds = ["site", "sex", "year"], (pl.col("age_group") - 1) * 5
    cases = pl.read_csv(folder / "cases.csv").with_columns(bounds)
    population = pl.read_csv(folder / "population.csv").with_columns(bounds)
    rates = standardise_rates(count_cases(cases, population, by=by), by=by)
    return {"sum_of_asr": rates["asr"].sum()}


def main() -> None:
    method, folder, name, result = sys.argv[1:]
    place = Path(folder)
    told = time_rates(place) if method == "rates" else time_survival(method, place, name)
    Path(result).write_text(json.dumps(told))


if __name__ == "__main__":
    main()
