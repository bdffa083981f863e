"""From a number of cases missed to a completeness with its interval and its flag."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import ROWS, as_numbers, refuse
from banyan.science.burden.intervals import normal_quantile

LEAST_COMPLETE = 90.0
COMPLETE_SOURCE = (
    "United States Cancer Statistics, publication criteria (CDC): at least 90% of cases ascertained"
)
WEIGHT = "weight of the row"
GIVEN = "given by the user"
FIGURES = (
    "missed",
    "estimate",
    "std_err",
    "lower",
    "upper",
    "completeness",
    "completeness_lower",
    "completeness_upper",
    "low",
)
TEXTS = ("flag", "source")
RESULT: dict[str, pl.DataType | type[pl.DataType]] = {
    "observed": pl.Int64,
    **dict.fromkeys(FIGURES, pl.Float64),
    **dict.fromkeys(TEXTS, pl.String),
}


def limit_missed(missed: float, variance: float, level: float) -> tuple[float, float]:
    """Limits of a number of missed cases on a logarithmic scale: never below 0.

    References
    ----------
    .. [1] Chao A. Estimating the population size for capture-recapture data with unequal catchability. Biometrics
       1987;43:783-791.

    Examples
    --------
    >>> lower, upper = limit_missed(100.0, 400.0, 0.95)
    >>> f"{lower:.1f} {upper:.1f}"
    '67.8 147.4'
    """
    if missed <= 0:
        return 0.0, 0.0
    spread = float(np.exp(normal_quantile(level) * np.sqrt(np.log1p(variance / missed**2))))
    return missed / spread, missed * spread


def summarise_missed(
    observed: float,
    missed: float | None,
    variance: float,
    limits: tuple[float, float],
    least: float | None,
) -> dict[str, Any]:
    """Lay out one row of a result from observed cases, those missed, and the limits of those missed."""
    low = LEAST_COMPLETE if least is None else float(least)
    row: dict[str, Any] = dict.fromkeys(RESULT)
    row |= {"observed": round(observed), "low": low, "source": COMPLETE_SOURCE if least is None else GIVEN}
    if missed is None:
        return row
    total, ends = observed + missed, [observed + each for each in limits]
    row |= {"missed": missed, "estimate": total, "std_err": float(np.sqrt(variance))}
    row |= {"lower": ends[0], "upper": ends[1]}
    if total > 0:
        row |= {"completeness": 100 * observed / total}
        row |= {
            "completeness_lower": 100 * observed / ends[1],
            "completeness_upper": 100 * observed / ends[0],
        }
    row["flag"] = flag_interval(row["completeness_lower"], row["completeness_upper"], low)
    return row


def flag_interval(lower: float | None, upper: float | None, low: float) -> str | None:
    """Say "low" or "ok" only where the whole interval lies on that side of the limit, else "unsure".

    Examples
    --------
    >>> flag_interval(80, 88, 90), flag_interval(88, 93, 90), flag_interval(92, 97, 90)
    ('low', 'unsure', 'ok')
    """
    if lower is None or upper is None or not np.isfinite([lower, upper]).all():
        return None
    if upper < low:
        return "low"
    return "ok" if lower >= low else "unsure"


def lay_rows(
    keys: Sequence[Sequence[Any]],
    rows: Sequence[Mapping[str, Any]],
    by: Mapping[str, Any],
    schema: Mapping[str, Any],
) -> pl.DataFrame:
    """Make a frame of strata and rows: the columns of ``by``, then those of ``schema``."""
    values = [(*key, *(row[name] for name in schema)) for key, row in zip(keys, rows, strict=True)]
    return pl.DataFrame(values, schema={**by, **schema}, orient="row")


def split_strata(rows: pl.DataFrame, by: Sequence[str]) -> list[tuple[tuple[Any, ...], pl.DataFrame]]:
    """Return the values of ``by`` with their rows, in order; one nameless stratum where there is no ``by``."""
    if not by:
        return [((), rows)]
    groups = rows.sort(by, maintain_order=True).partition_by(by, as_dict=True, maintain_order=True)
    return list(groups.items())


def take_weights(rows: pl.DataFrame, counts: str | None) -> pl.DataFrame:
    """Add a column `WEIGHT`: how many cases a row stands for, by the rows alike and by a column of counts."""
    if counts is None:
        return rows.with_columns(pl.col(ROWS).cast(pl.Float64).alias(WEIGHT))
    rows = as_numbers(rows, counts)
    refuse(rows, counts, pl.col(counts) < 0, "{} is negative.", "{} là số âm.")
    return rows.with_columns((pl.col(ROWS) * pl.col(counts)).alias(WEIGHT))


def check_limit(least: float | None) -> None:
    if least is not None and not 0 < least <= 100:
        raise BurdenError(
            f"a limit of completeness lies between 0 and 100 per cent, and {least} does not.",
            f"giới hạn của tính đầy đủ nằm giữa 0 và 100 phần trăm, {least} thì không.",
        )
