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
    diagnosed = rows["diagnosis_date"].to_numpy()
    tables = []
    for number in range(strata.height):
        stratum = strata.row(number)
        inside = places.get(stratum, np.zeros(0, dtype=np.int64))
        crowd = _take_people(people, dict(zip(by, stratum, strict=True)))
        for n, start in spans.items():
            line: dict[str, object] = {**dict(zip(by, stratum, strict=True)), "years": n, "since": start}
            chosen = inside if start is None else inside[diagnosed[inside] >= np.datetime64(start)]
            line |= _count_rows(chances, chosen)
            line |= _measure(chances, chosen, _find_weights(rows, chosen, crowd), crowd, limits)
            tables.append(line)
    schema: dict[str, Any] = {**rows.select(by).schema, "years": pl.Int64, "since": pl.Date, **COUNTED}
    return pl.DataFrame(tables, schema_overrides=schema).with_columns(pl.selectors.float().fill_nan(None))


def _count_rows(chances: Chances, chosen: Rows) -> dict[str, object]:
    died, lost = chances.died[chosen], chances.lost[chosen]
    return {
        "diagnosed": len(chosen),
        "died": int(died.sum()),
        "alive": int((~died & ~lost).sum()),
        "lost": int(lost.sum()),
        "lost_alive": float(chances.value[chosen][lost].sum()),
        "held": int(chances.held[chosen].sum()),
    }


def _take_people(people: People | None, stratum: Mapping[str, object]) -> pl.DataFrame | None:
    if people is None:
        return None
    same = [pl.col(name).eq_missing(pl.lit(value)) for name, value in stratum.items()]
    return people.cells.filter(pl.lit(value=True), *same)


def _find_weights(rows: pl.DataFrame, chosen: Rows, crowd: pl.DataFrame | None) -> Floats | None:
    """Return for each tumour its age group's share of the standard over that group's people; nan: age unknown."""
    if crowd is None or "weight" not in crowd.columns:
        return None
    weights = dict(crowd.select("age_group", pl.col("weight").fill_null(0.0)).iter_rows())
    return np.array([PER * weights.get(age, np.nan) for age in rows["age_group"][chosen]], dtype=float)


def _measure(
    chances: Chances,
    chosen: Rows,
    weights: Floats | None,
    crowd: pl.DataFrame | None,
    limits: tuple[str, float],
) -> dict[str, object]:
    """Measure the count, and where the people are known the proportion and the standardised one."""
    value, spread = chances.measure_sum(chosen, np.ones(len(chosen)))
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
    if weights is None:
        return found
    heaviest = PER * float(crowd["weight"].max() or np.nan)  # type: ignore[arg-type]
    unknown = float(chances.value[chosen][np.isnan(weights)].sum())
    value, spread = chances.measure_sum(chosen, np.nan_to_num(weights))
    value = value if heaviest > 0 else np.nan
    lower, upper = bound(value, spread, heaviest, limits)
    names = ("unknown_age", "asp", "asp_se", "asp_lower", "asp_upper")
    return found | dict(zip(names, (unknown, value, np.sqrt(spread), lower, upper), strict=True))


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
