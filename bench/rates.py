"""Rates by site, sex and year from case rows, timed: python bench/rates.py [ROWS]."""

import resource
import sys
from time import perf_counter

import numpy as np
import polars as pl

from banyan.science.burden import count_cases, standardise_rates

SHARE = np.array([0.2, 0.2, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 4.5, 6.5, 9, 11, 13, 13, 12, 10, 12.6])


def draw_cases(rows: int) -> pl.DataFrame:
    """Case rows of 40 sites, 2 sexes, 30 years and 18 age groups."""
    random = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "site": random.integers(1, 41, rows),
            "sex": random.integers(1, 3, rows),
            "year": random.integers(1990, 2020, rows),
            "age_group": 5 * random.choice(18, rows, p=SHARE / SHARE.sum()),
        }
    )


def make_population() -> pl.DataFrame:
    cells = [
        (sex, year, 5 * k, round(4e5 * (18 - k) / 18))
        for sex in (1, 2)
        for year in range(1990, 2020)
        for k in range(18)
    ]
    return pl.DataFrame(cells, schema=["sex", "year", "age_group", "person_years"], orient="row")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    cases, population = draw_cases(rows), make_population()
    by = ["site", "sex", "year"]
    for _ in range(3):
        began = perf_counter()
        cells = count_cases(cases, population, by=by)
        counted = perf_counter()
        rates = standardise_rates(cells, by=by)
        ended = perf_counter()
        print(
            f"{rows} rows to {cells.height} cells {counted - began:.3f} s, to {rates.height} rates {ended - counted:.3f} s"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
