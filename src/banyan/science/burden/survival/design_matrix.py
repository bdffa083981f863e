"""What regressions share: covariates as numbers and levels, splines, the climb to the maximum, the table of coefficients."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from scipy.special import ndtr

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse
from banyan.science.burden.intervals import Floats, normal_interval

# The log likelihood of some coefficients, its slope, and its curve with the sign turned.
Measure = Callable[[Floats], tuple[float, Floats, Floats]]
ROUNDS = 100
HALVINGS = 40


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
    if not len(spread):
        raise BurdenError("nobody dies: there is nothing to fit.", "không có ca tử vong nào để ước lượng.")
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


def climb(
    measure: Measure, beta: Floats, find_step: Callable[[Floats, Floats], Floats]
) -> tuple[Floats, float, Floats] | None:
    """Maximise a log likelihood by steps from its curve and slope, halved where they overshoot.

    Returns
    -------
    The coefficients, the log likelihood and its curve there; None where the steps do not settle.
    """
    fit, slope, curve = measure(beta)
    for _ in range(ROUNDS):
        step = find_step(curve, slope)
        if np.abs(step).max(initial=0.0) < 1e-10:
            return beta, fit, curve
        for _ in range(HALVINGS):
            tried = measure(beta + step)
            if tried[0] >= fit - 1e-12 * abs(fit):
                break
            step = step / 2
        beta, (fit, slope, curve) = np.asarray(beta + step, dtype=float), tried
    return None


def describe_coefficients(terms: list[str], beta: Floats, covariance: Floats, level: float) -> pl.DataFrame:
    """Set coefficients, their limits, and the ratios that they are logarithms of, beside their terms."""
    error = np.sqrt(np.diag(covariance))
    lower, upper = normal_interval(beta, error, level)
    return pl.DataFrame(
        {
            "term": terms,
            "coefficient": beta,
            "std_err": error,
            "lower": lower,
            "upper": upper,
            "ratio": np.exp(beta),
            "ratio_lower": np.exp(lower),
            "ratio_upper": np.exp(upper),
            "p_value": 2 * ndtr(-np.abs(beta / error)),
        }
    )
