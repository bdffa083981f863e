"""The tables of a projection."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.projection.grid import Grid
from banyan.science.burden.projection.simulation import Futures
from banyan.science.burden.standards import Standard

HALF = 0.5


@dataclass(frozen=True)
class Projection:
    """A projection with its prediction intervals.

    Attributes
    ----------
    cells : polars.DataFrame
        ``age_group``, ``period``, ``projected`` (bool), ``cases``, ``lower``, ``upper``, ``person_years``, ``rate``,
        ``rate_lower``, ``rate_upper`` per 100,000. Observed cells have no limits.
    totals : polars.DataFrame
        ``period``, ``projected``, ``cases``, ``lower``, ``upper``, ``cases_per_year``, ``person_years``,
        ``crude_rate``, ``asr``, ``asr_lower``, ``asr_upper`` per 100,000, and the inner limits ``lower_50``,
        ``upper_50``, ``asr_lower_50``, ``asr_upper_50`` that hold half of the draws.
    change : polars.DataFrame
        For each period to come: ``change`` of the number of cases since the last observed period, and its parts by
        ``risk``, by ``size`` and by ``structure`` (ages) of the population; the same in per cent of the cases of
        the last observed period.
    coefficients : polars.DataFrame
        ``term``, ``coefficient``, ``std_err``; null for a column that is a combination of those before it.
    facts : mapping
        ``method``, ``periods_used``, ``cut``, ``dispersion``, ``trend_error``, ``draws``, ``seed``, ``level``, ``standard`` and what
        the method chose: ``goodness_p``, ``curvature_p``, ``recent_trend``, ``knots``, ``ages_with_a_trend``, ``slopes``.
    """

    cells: pl.DataFrame
    totals: pl.DataFrame
    change: pl.DataFrame
    coefficients: pl.DataFrame
    facts: Mapping[str, object]


def tabulate_cells(grid: Grid, futures: Futures, level: float) -> pl.DataFrame:
    """Set every cell in a row, age by age."""
    unknown = np.full(grid.cases.shape, np.nan)
    lower, upper = take_limits(futures.drawn, level)
    columns = {
        "cases": np.hstack([grid.cases, futures.expected]),
        "lower": np.hstack([unknown, lower]),
        "upper": np.hstack([unknown, upper]),
        "person_years": grid.people,
    }
    size = len(grid.periods)
    frame = pl.DataFrame(
        {
            "age_group": np.repeat(grid.ages, size),
            "period": np.tile(grid.periods, len(grid.ages)),
            "projected": np.tile(np.arange(size) >= grid.observed, len(grid.ages)),
            **{name: values.ravel() for name, values in columns.items()},
        }
    )
    rate = 100_000 / pl.when(pl.col("person_years") > 0).then(pl.col("person_years"))
    limits = pl.col("lower", "upper").fill_nan(None)
    return frame.with_columns(limits).with_columns(
        rate=pl.col("cases") * rate, rate_lower=pl.col("lower") * rate, rate_upper=pl.col("upper") * rate
    )


def tabulate_totals(grid: Grid, futures: Futures, standard: Standard, level: float) -> pl.DataFrame:
    """Add the ages up: cases, and the rates with the ages as they are and as the standard has them."""
    cases = np.hstack([grid.cases, futures.expected])
    weights = share_weights(grid, standard)
    asr = sum_rates(cases, grid.people, weights)
    drawn = futures.drawn.sum(axis=1)
    drawn_asr = sum_rates(futures.drawn, grid.people[:, grid.observed :], weights)
    people = grid.people.sum(axis=0)
    return pl.DataFrame(
        {
            "period": grid.periods,
            "projected": np.arange(len(grid.periods)) >= grid.observed,
            "cases": cases.sum(axis=0),
            **_name_limits(grid, drawn, level, "lower", "upper"),
            "cases_per_year": cases.sum(axis=0) / grid.width,
            "person_years": people,
            "crude_rate": 100_000 * cases.sum(axis=0) / people,
            "asr": asr,
            **_name_limits(grid, drawn_asr, level, "asr_lower", "asr_upper"),
            **_name_limits(grid, drawn, HALF, "lower_50", "upper_50"),
            **_name_limits(grid, drawn_asr, HALF, "asr_lower_50", "asr_upper_50"),
        }
    )


def _name_limits(grid: Grid, drawn: Floats, level: float, *names: str) -> dict[str, pl.Series]:
    """Return limits by name, null in the observed periods."""
    observed = [None] * grid.observed
    limits = take_limits(drawn, level)
    return {
        name: pl.Series([*observed, *limit], dtype=pl.Float64)
        for name, limit in zip(names, limits, strict=True)
    }


def take_limits(drawn: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the quantiles of the draws, which run along the first axis."""
    lower, upper = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return lower, upper


def share_weights(grid: Grid, standard: Standard) -> Floats:
    """Return the weights of the standard for the grid's age groups; they add up to 1.

    The grid's last group is open: it takes the weights of all older groups of the standard.
    """
    last = grid.ages[-1]
    own = dict.fromkeys(grid.ages, 0.0)
    for age, weight in standard.weights.items():
        group = min(age, last)
        if group not in own and age >= grid.ages[0]:
            raise BurdenError(
                f"standard {standard.key} has the age group {age}, and the cells have not.",
                f"quần thể chuẩn {standard.key} có nhóm tuổi {age} nhưng bảng số liệu không có.",
                column="age_group",
            )
        if age >= grid.ages[0]:
            own[group] += weight
    weights = np.array([own[age] for age in grid.ages])
    total: Floats = weights / weights.sum()
    return total


def sum_rates(cases: Floats, people: Floats, weights: Floats) -> Floats:
    """Return standardised rates per 100,000 from cases (draws by ages by periods, or ages by periods)."""
    safe = np.where(people > 0, people, 1.0)
    rates = np.where(people > 0, cases / safe, 0.0)
    total: Floats = 100_000 * np.einsum("...ap,a->...p", rates, weights)
    return total


def split_change(grid: Grid, futures: Futures) -> pl.DataFrame:
    """Split the change since the last observed period into risk, size and ages of the population.

    With the rates of that period, the cases that a larger population of the same ages would have are the part of
    its size; what its own ages add is the part of structure; what the rates change is the part of risk.
    """
    before, people = grid.cases[:, -1], grid.people[:, grid.observed - 1]
    later = grid.people[:, grid.observed :]
    base = before.sum()
    size = base * (later.sum(axis=0) / people.sum() - 1)
    same_rates = grid.rates[:, -1] @ later
    parts = {
        "change": futures.expected.sum(axis=0) - base,
        "risk": futures.expected.sum(axis=0) - same_rates,
        "size": size,
        "structure": same_rates - base - size,
    }
    frame = pl.DataFrame({"period": grid.periods[grid.observed :], **parts})
    share = 100 / base if base > 0 else None
    return frame.with_columns((pl.col(name) * share).alias(f"{name}_percent") for name in parts)
