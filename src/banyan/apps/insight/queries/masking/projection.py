"""Cases by year and age for a reader who is told neither: as the margins that he is told make them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from banyan.apps.insight.queries.disclosure import Disclosure
from banyan.apps.insight.queries.incidence import Incidence
from banyan.apps.insight.queries.question import Question

ROUNDS = 100


def spread_told(
    question: Question, told: Disclosure, people: pl.DataFrame, ask: Callable[[Question], Incidence]
) -> pl.DataFrame | None:
    """Return year, age_group, cases of every year of the register; None where too few numbers are told.

    A reader without identified access is told the cases of each year and, for each band of years, those of each age
    group; the groups that are hidden from him are one, with one rate. `people` has year, age_group, person_years. What
    is made of this table alone tells nothing that the margins do not.
    """
    frames = [
        spread_band(
            ask(replace(question, first=first, last=last)),
            people.filter(pl.col("year").is_between(first, last)),
        )
        for first, last in told.bands
    ]
    whole = [frame for frame in frames if frame is not None]
    return pl.concat(whole) if len(whole) == len(frames) else None


def spread_band(answer: Incidence, people: pl.DataFrame) -> pl.DataFrame | None:
    """Spread the cases of each age group of a band over its years, so that both margins are what they are."""
    first, last = answer.question.first, answer.question.last
    years = answer.by_year.filter(pl.col("year").is_between(first, last)).sort("year")
    ages = answer.ages.filter(pl.col("series") == 0).sort("age_group")
    if years.is_empty() or years["cases"].is_null().any() or ages["cases"].is_null().all():
        return None
    crowd = lay_people(people, ages["age_group"].to_list(), years["year"].to_list())
    by_year = years["cases"].to_numpy().astype(float)
    by_age = fill_hidden(ages["cases"].cast(pl.Float64).to_numpy(), crowd.sum(axis=1), by_year.sum())
    cells = fit_margins(crowd, by_age, by_year)
    return pl.DataFrame(
        {
            "year": np.tile(years["year"].to_numpy().astype(np.int64), len(by_age)),
            "age_group": np.repeat(ages["age_group"].to_numpy().astype(np.int64), len(by_year)),
            "cases": cells.ravel(),
        }
    )


def lay_people(people: pl.DataFrame, ages: list[int], years: list[int]) -> np.ndarray:
    """Return people as an array of ages by years."""
    known = {
        (age, year): count
        for age, year, count in people.select("age_group", "year", "person_years").iter_rows()
    }
    return np.array([[known.get((age, year), 0.0) for year in years] for age in ages])


def fill_hidden(cases: np.ndarray, crowd: np.ndarray, total: float) -> np.ndarray:
    """Give the hidden ages (NaN) one rate, so that all add up; where none is hidden, the unknown ages go with the known."""
    hidden = np.isnan(cases)
    told = np.where(hidden, 0.0, cases)
    if not hidden.any() or not crowd[hidden].sum():
        return told * (total / told.sum()) if told.sum() else told
    rest = max(total - told.sum(), 0.0)
    return np.where(hidden, rest * crowd / crowd[hidden].sum(), told)


def fit_margins(crowd: np.ndarray, by_age: np.ndarray, by_year: np.ndarray) -> np.ndarray:
    """Return the table of those margins that is nearest to one rate for each age: by iterative proportional fitting."""
    cells = crowd * divide(by_age, crowd.sum(axis=1))[:, None]
    for _round in range(ROUNDS):
        cells = cells * divide(by_year, cells.sum(axis=0))
        cells = cells * divide(by_age, cells.sum(axis=1))[:, None]
    return cells


def divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros_like(above, dtype=float), where=below > 0)
