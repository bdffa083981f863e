"""A life table with gaps, as real tables have, and patients who are followed on it."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from banyan.science.burden import LifeTable

YEAR = 365.25


def make_table(seed: int = 1) -> LifeTable:
    """Two sexes, years 2000, 2001 and 2003, ages 0, 50, 51 and 53."""
    random = np.random.default_rng(seed)
    cells = [(s, y, a) for s in (1, 2) for y in (2000, 2001, 2003) for a in (0, 50, 51, 53)]
    frame = pl.DataFrame(cells, schema=["sex", "year", "age"], orient="row")
    return LifeTable.from_frame(frame.with_columns(hazard=pl.Series(random.uniform(0.05, 0.9, len(cells)))))


def make_patients(n: int = 30, seed: int = 2, longest: int = 900) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    start = [date(2000, 3, 1) + timedelta(days=int(d)) for d in random.integers(0, 700, n)]
    return pl.DataFrame(
        {
            "sex": random.integers(1, 3, n),
            "age_days": random.uniform(47, 54, n) * YEAR,
            "diagnosis_date": start,
            "time_days": random.integers(0, longest, n),
            "dead": random.integers(0, 2, n),
            "stage": random.integers(1, 4, n),
        }
    )
