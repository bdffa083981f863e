"""Columns of a regression: covariates as numbers and levels, and splines."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse
from banyan.science.burden.intervals import Floats


def code_covariates(rows: pl.DataFrame, names: Sequence[str]) -> tuple[Floats, list[str]]:
    """Make a matrix (n, p) of covariates and the names of its columns.

    Numbers stay; anything else has a column for each level but the first in order.

    Raises
    ------
    BurdenError
        A value that is empty, a covariate with one value only.
    """
    columns, terms = [], []
    for name in names:
        refuse(rows, name, pl.col(name).is_null(), "the value is empty.", "ô này trống.")
        if rows.height and rows[name].n_unique() < 2:
            raise BurdenError(
                "everybody has the same value: it explains nothing.",
                "mọi người có cùng một giá trị: biến này không giải thích gì.",
                column=name,
            )
        if rows.schema[name].is_numeric():
            columns.append(as_numbers(rows, name)[name].to_numpy())
            terms.append(name)
            continue
        written = rows[name].cast(pl.String)
        for level in written.unique().sort()[1:]:
            columns.append((written == level).to_numpy().astype(float))
            terms.append(f"{name} {level}")
    matrix = np.column_stack(columns) if columns else np.zeros((rows.height, 0))
    return matrix, terms


def natural_spline(x: Floats, spread: Floats, degrees: int) -> Floats:
    """Basis (n, degrees) of a cubic spline that is linear beyond the outer quantiles of ``spread``; no constant.

    References
    ----------
    .. [1] Royston P, Parmar MKB. Flexible parametric proportional-hazards and proportional-odds models for censored survival
       data. Stat Med 2002;21:2175-2197.
    """
    knots = np.unique(np.quantile(spread, np.linspace(0, 1, degrees + 1)))
    if len(knots) < degrees + 1:
        raise BurdenError(
            "there are too few different times of death for a spline of so many degrees.",
            "có quá ít thời điểm tử vong khác nhau cho đường spline bậc này.",
        )
    low, high = knots[0], knots[-1]
    columns = [x]
    for knot in knots[1:-1]:
        share = (high - knot) / (high - low)
        cubes = [np.maximum(x - at, 0.0) ** 3 for at in (knot, low, high)]
        columns.append(cubes[0] - share * cubes[1] - (1 - share) * cubes[2])
    return np.column_stack(columns)
