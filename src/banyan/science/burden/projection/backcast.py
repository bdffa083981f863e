"""A retrospective check: what would have been projected, beside what was then counted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from scipy.optimize import minimize_scalar

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats, normal_quantile
from banyan.science.burden.projection.grid import Grid, read_grid
from banyan.science.burden.projection.outcome import Projection
from banyan.science.burden.projection.project import project_cases

FEWEST = 3


@dataclass(frozen=True)
class Backcast:
    """Projections made from earlier standpoints.

    Attributes
    ----------
    totals : polars.DataFrame
        ``origin`` (first year of the last period then known), ``period``, ``years_ahead`` (from the end of the
        origin to the end of the period), ``observed``, ``projected``, ``lower``, ``upper``, ``error_percent``,
        ``inside`` (whether the limits hold what was counted).
    cells : polars.DataFrame
        The same by ``age_group``; ``error_percent`` is null where nothing was counted.
    summary : polars.DataFrame
        By ``years_ahead``: ``projections``, ``mean_error_percent`` (signed), ``mean_absolute_error_percent``,
        ``coverage`` of the totals and ``cell_coverage`` of the age groups, as shares. Where the limits are right the
        shares are near the level.
    """

    totals: pl.DataFrame
    cells: pl.DataFrame
    summary: pl.DataFrame

    def find_trend_error(self, level: float = 0.95) -> float:
        """Return what :func:`measure_trend_error` does, of limits at a level that were made without one."""
        return _find_trend_error(self.totals, level)


def check_projection(cells: IntoFrame, *, held_out: int = 2, **options: Any) -> Backcast:
    """Project the last observed periods from the periods before them, and compare.

    Parameters
    ----------
    cells : data frame
        As in :func:`project_cases`; periods to come are not looked at.
    held_out : int
        How far back to stand: at the end of each of the last ``held_out`` periods but one.
    **options
        Of :func:`project_cases`. A number of ``periods`` that is not there at an earlier standpoint is cut down.

    Raises
    ------
    BurdenError
        Fewer than three periods before those held out, and all that ``project_cases`` raises.

    Notes
    -----
    The person-years are those that came true, so the error is that of the rates alone.

    Examples
    --------
    >>> import polars as pl
    >>> grid = [(age, year) for age in range(40, 90, 5) for year in range(1990, 2020, 5)]
    >>> cells = pl.DataFrame(grid, schema=["age_group", "period"], orient="row").with_columns(
    ...     cases=pl.col("age_group") * 2, person_years=100_000
    ... )
    >>> found = check_projection(cells, held_out=2, first_age=40, model_age=40)
    >>> found.summary.select("years_ahead", "projections", "coverage").rows()
    [(5, 2, 1.0), (10, 1, 1.0)]
    """
    grid = read_grid(cells)
    if not 1 <= held_out <= grid.observed - FEWEST:
        raise BurdenError(
            f"of {grid.observed} observed periods 1 to {grid.observed - FEWEST} can be held out, and not {held_out}.",
            f"trong {grid.observed} giai đoạn đã quan sát chỉ có thể giữ lại 1 đến {grid.observed - FEWEST},"
            f" không phải {held_out}.",
            column="period",
        )
    tables = [_stand_back(grid, number, options) for number in range(held_out, 0, -1)]
    totals, parts = (pl.concat(frames) for frames in zip(*tables, strict=True))
    return Backcast(totals, parts, _summarise(totals, parts))


def measure_trend_error(cells: IntoFrame, *, held_out: int = 2, **options: Any) -> float:
    """Estimate from earlier projections how far a trend goes its own way, for each year ahead.

    Parameters
    ----------
    cells, held_out, **options
        As in :func:`check_projection`.

    Returns
    -------
    float
        The likeliest standard deviation, a year ahead, of a trend that goes its own way: log errors of the totals are
        normal with their variance as simulated and this squared times the years ahead squared. So a projection counts
        by what it knows: a short one little where chance is large. 0 where the errors are no larger than simulated. It
        stands on few projections, and those of one standpoint go astray together: a rough figure, better than none.

    Examples
    --------
    >>> import polars as pl
    >>> grid = [(age, year) for age in range(40, 90, 5) for year in range(1990, 2020, 5)]
    >>> cells = pl.DataFrame(grid, schema=["age_group", "period"], orient="row").with_columns(
    ...     cases=pl.col("age_group") * 2, person_years=100_000
    ... )
    >>> measure_trend_error(cells, first_age=40, model_age=40)
    0.0
    """
    found = check_projection(cells, held_out=held_out, **{**options, "trend_error": 0.0})
    return found.find_trend_error(options.get("level", 0.95))


def _find_trend_error(totals: pl.DataFrame, level: float) -> float:
    """Find how far trends went their own way, from log errors, what was simulated of them, and years ahead."""
    quantile = normal_quantile(level)
    logs = totals.filter(pl.min_horizontal("observed", "projected", "lower") > 0).select(
        error=(pl.col("observed") / pl.col("projected")).log(),
        spread=(pl.col("upper") / pl.col("lower")).log() / (2 * quantile),
        years=pl.col("years_ahead"),
    )
    error, spread, years = logs.to_numpy().T ** 2
    return float(np.sqrt(_find_likeliest(error, spread, years)))


def _find_likeliest(error: Floats, spread: Floats, years: Floats) -> float:
    """Return the v >= 0 under which squared errors are likeliest to have variances spread + v * years."""
    most = (error / years).max(initial=0.0)
    with np.errstate(divide="ignore"):
        is_wider = ((error - spread) * years / spread**2).sum() > 0
    if most == 0 or not is_wider:
        return 0.0

    def weigh(v: float) -> float:
        variance = spread + v * years
        return float((np.log(variance) + error / variance).sum())

    return float(
        minimize_scalar(weigh, bounds=(0.0, most), method="bounded", options={"xatol": 1e-9 * most}).x
    )


def _stand_back(grid: Grid, number: int, options: dict[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Project the last periods from the standpoint before them."""
    known = grid.observed - number
    earlier = dict(options)
    if (periods := options.get("periods")) is not None:
        asked = [periods] if isinstance(periods, int) else list(periods)
        earlier["periods"] = sorted({min(one, known) for one in asked})
    cells = tabulate_grid(grid.hold_out(number))
    made = project_cases(cells, **earlier)
    truth = tabulate_grid(grid).select("age_group", "period", observed="cases")
    return _compare(grid, known, made, truth)


def tabulate_grid(grid: Grid) -> pl.DataFrame:
    """Turn the rectangle into a table of cells again."""
    rows = [
        (age, period, float(grid.cases[a, p]) if p < grid.observed else None, float(grid.people[a, p]))
        for a, age in enumerate(grid.ages)
        for p, period in enumerate(grid.periods)
    ]
    columns = {"age_group": pl.Int64, "period": pl.Int64, "cases": pl.Float64, "person_years": pl.Float64}
    return pl.DataFrame(rows, schema=columns, orient="row")


def _compare(
    grid: Grid, known: int, made: Projection, truth: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    origin = grid.periods[known - 1]
    keys = ["age_group", "period"]
    later = made.cells.filter("projected").join(truth, on=keys, maintain_order="left")
    sums = truth.group_by("period").agg(pl.col("observed").sum())
    whole = made.totals.filter("projected").join(sums, on="period", maintain_order="left")
    totals, parts = (
        frame.rename({"cases": "projected_cases"}).select(
            pl.lit(origin).alias("origin"),
            *([] if frame is whole else ["age_group"]),
            "period",
            (pl.col("period") - origin).alias("years_ahead"),
            "observed",
            pl.col("projected_cases").alias("projected"),
            "lower",
            "upper",
        )
        for frame in (whole, later)
    )
    return _judge(totals), _judge(parts)


def _judge(frame: pl.DataFrame) -> pl.DataFrame:
    share = 100 * (pl.col("projected") / pl.col("observed") - 1)
    return frame.with_columns(
        error_percent=pl.when(pl.col("observed") > 0).then(share),
        inside=pl.col("observed").is_between("lower", "upper"),
    )


def _summarise(totals: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    by_cell = cells.group_by("years_ahead").agg(pl.col("inside").mean().alias("cell_coverage"))
    by_total = totals.group_by("years_ahead").agg(
        pl.len().cast(pl.Int64).alias("projections"),
        pl.col("error_percent").mean().alias("mean_error_percent"),
        pl.col("error_percent").abs().mean().alias("mean_absolute_error_percent"),
        pl.col("inside").mean().alias("coverage"),
    )
    return by_total.join(by_cell, on="years_ahead").sort("years_ahead")
