"""Plausible Vietnamese names by sex and time of birth, from our own lists."""

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import choose
from banyan.science.city.tables import Mixture, read

COHORTS = ("before_1960", "from_1960", "from_1985")
COHORT_STARTS = np.array([1960, 1985])
SECOND_MIDDLE = 0.06  # of all carry two middle names


def draw_names(sex: np.ndarray, birth_year: np.ndarray, rng: Generator) -> pl.Series:
    """Return a full name as it is written: family, middle, given.

    Parameters
    ----------
    sex : ndarray of str, shape (n,)
        "1" male, "2" female.
    birth_year : ndarray of int, shape (n,)
    rng : Generator

    Returns
    -------
    Series of str, shape (n,)
    """
    size = len(sex)
    middle, second, given = (np.full(size, "", dtype="<U12") for _ in range(3))
    cohort = np.searchsorted(COHORT_STARTS, birth_year, side="right")
    for code in ("1", "2"):
        for number, column in enumerate(COHORTS):
            chosen = (sex == code) & (cohort == number)
            count = int(chosen.sum())
            middle[chosen] = choose(rng, weigh("middle_names", code, column), count)
            second[chosen] = choose(rng, weigh("middle_names", code, "second"), count)
            given[chosen] = choose(rng, weigh("given_names", code, column), count)
    second[(rng.random(size) >= SECOND_MIDDLE) | (second == middle) | (second == given)] = ""
    middle = np.where(middle == given, np.where(sex == "1", "Văn", "Thị"), middle)
    family = choose(rng, weigh_surnames(), size)
    parts = pl.DataFrame({"family": family, "middle": middle, "second": second, "given": given})
    joined = parts.select(pl.concat_str(pl.all().replace("", None), separator=" ", ignore_nulls=True))
    return joined.to_series().alias("full_name")


def weigh(table: str, sex: str, column: str) -> Mixture:
    """Return the names of a sex with the weights of a cohort."""
    rows = read(table).filter((pl.col("sex") == sex) & (pl.col(column) > 0))
    weights = rows[column].to_numpy().astype(float)
    return Mixture(rows["name"].to_numpy().astype(str), weights / weights.sum())


def weigh_surnames() -> Mixture:
    rows = read("surnames")
    weights = rows["weight"].to_numpy().astype(float)
    return Mixture(rows["surname"].to_numpy().astype(str), weights / weights.sum())
