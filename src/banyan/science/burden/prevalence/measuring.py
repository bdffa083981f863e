"""Counts, proportions and standardised proportions of the tumours of each stratum and number of years."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats, fay_feuer, log_interval, normal_interval
from banyan.science.burden.prevalence.chances import Chances
from banyan.science.burden.prevalence.people import People
from banyan.science.burden.survival.patients import split_strata

PER = 100_000.0
COUNTED = {
    "diagnosed": pl.Int64,
    "died": pl.Int64,
    "alive": pl.Int64,
    "lost": pl.Int64,
    "lost_alive": pl.Float64,
    "held": pl.Int64,
}
Rows = NDArray[np.int64]


def count_strata(
    rows: pl.DataFrame,
    chances: Chances,
    *,
    strata: pl.DataFrame,
    spans: Mapping[int | None, date | None],
    people: People | None,
    limits: tuple[str, float],
) -> pl.DataFrame:
    """Lay out a row for each stratum and number of years; ``limits`` are the interval and its level."""
    by = strata.columns
    places = {tuple(group.values()): found for group, found in split_strata(rows, by)}
    tables = []
    for number in range(strata.height):
        stratum = strata.row(number)
        inside = places.get(stratum, np.zeros(0, dtype=np.int64))
        crowd = _take_people(people, dict(zip(by, stratum, strict=True)))
        for n, start in spans.items():
            line: dict[str, object] = {**dict(zip(by, stratum, strict=True)), "years": n, "since": start}
            chosen = _choose(rows, inside, start)
            counted, part = rows[chosen], chances.take(chosen)
            line |= _count_rows(counted, part) | _measure(counted, part, crowd, limits)
            tables.append(line)
    schema: dict[str, Any] = {**rows.select(by).schema, "years": pl.Int64, "since": pl.Date, **COUNTED}
    return pl.DataFrame(tables, schema_overrides=schema).with_columns(pl.selectors.float().fill_nan(None))


def _choose(rows: pl.DataFrame, inside: Rows, start: date | None) -> Rows:
    if start is None:
        return inside
    late = (rows["diagnosis_date"] >= start).to_numpy()
    chosen: Rows = inside[late[inside]]
    return chosen


def _count_rows(rows: pl.DataFrame, chances: Chances) -> dict[str, object]:
    died, lost = (rows[name].to_numpy() for name in ("died", "lost"))
    return {
        "diagnosed": rows.height,
        "died": int(died.sum()),
        "alive": int((~died & ~lost).sum()),
        "lost": int(lost.sum()),
        "lost_alive": float(chances.value[lost].sum()),
        "held": int(chances.held.sum()),
    }


def _take_people(people: People | None, stratum: Mapping[str, object]) -> pl.DataFrame | None:
    if people is None:
        return None
    same = [pl.col(name).eq_missing(pl.lit(value)) for name, value in stratum.items()]
    return people.cells.filter(pl.lit(value=True), *same)


def _measure(
    rows: pl.DataFrame, chances: Chances, crowd: pl.DataFrame | None, limits: tuple[str, float]
) -> dict[str, object]:
    """Measure the count, and where the people are known the proportion and the standardised one."""
    value, spread = _weigh(chances, np.ones(rows.height))
    lower, upper = bound(value, spread, 1.0, limits)
    found: dict[str, object] = {
        "prevalent": value,
        "std_err": np.sqrt(spread),
        "lower": lower,
        "upper": upper,
    }
    if crowd is None:
        return found
    total = float(crowd["people"].sum())
    scale = PER / total if total > 0 else np.nan
    found |= {"people": total, "proportion": scale * value}
    found |= {"proportion_lower": scale * lower, "proportion_upper": scale * upper}
    if "weight" in crowd.columns:
        found |= _standardise(rows, chances, crowd, limits)
    return found


def _standardise(
    rows: pl.DataFrame, chances: Chances, crowd: pl.DataFrame, limits: tuple[str, float]
) -> dict[str, object]:
    """Weigh each tumour by its age group's share of the standard over that group's people."""
    ages = rows["age_group"]
    weights = dict(crowd.select("age_group", "weight").iter_rows())
    each = np.array([PER * (weights.get(age) or 0.0) for age in ages], dtype=float)
    value, spread = _weigh(chances, each)
    heaviest = PER * max((weight for weight in weights.values() if weight is not None), default=np.nan)
    lower, upper = bound(value if heaviest > 0 else np.nan, spread, heaviest, limits)
    unknown = float(chances.value[ages.is_null().to_numpy()].sum())
    names = ("unknown_age", "asp", "asp_se", "asp_lower", "asp_upper")
    value = value if heaviest > 0 else np.nan
    return dict(zip(names, (unknown, value, np.sqrt(spread), lower, upper), strict=True))


def _weigh(chances: Chances, each: Floats) -> tuple[float, float]:
    """Return the sum of weight × chance, and its variance."""
    parts = each * chances.value
    return float(parts.sum()), float((parts**2).sum()) + chances.spread(each)


def bound(value: float, spread: float, heaviest: float, limits: tuple[str, float]) -> tuple[float, float]:
    """Return the limits of a weighted count; without a case the gamma limit alone says how high it may be."""
    interval, level = limits
    gamma = fay_feuer(value, spread, heaviest, level)
    chosen = gamma
    if value > 0 and interval == "log":
        chosen = log_interval(value, np.sqrt(spread) / value, level)
    if value > 0 and interval == "normal":
        chosen = normal_interval(value, np.sqrt(spread), level)
    return float(chosen[0]), float(chosen[1])
