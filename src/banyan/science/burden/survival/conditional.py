"""Survival of those who have survived so far."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import survival_interval
from banyan.science.burden.survival.combining import read_curves


def conditional_survival(
    curves: IntoFrame,
    *,
    given: Sequence[float],
    by: Sequence[str] = (),
    interval: str = "log",
    level: float = 0.95,
) -> pl.DataFrame:
    """Turn survival since diagnosis into survival of those alive some years after it.

    Parameters
    ----------
    curves : data frame
        What an estimator of this package returns: ``years``, ``survival``, ``std_err``, the columns of ``by``. Each time of
        ``given`` but 0 must be one of its times.
    given : numbers of years
        Survived already.
    by : names of columns
    interval, level : as in :func:`net_survival`

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``given_years``; ``years`` since diagnosis, later than those; ``further_years`` between; ``survival``,
        ``std_err``, ``lower``, ``upper``. Null where the curve is, and from a curve at 0.

    Raises
    ------
    BurdenError
        A time of ``given`` that the curve has not got.

    Notes
    -----
    S(t) / S(s). The increments of the cumulative hazard are independent, so the variance of the logarithm is the difference of
    those of log S(t) and log S(s).

    References
    ----------
    .. [1] Hieke S, Kleber M, König C, Engelhardt M, Schumacher M. Conditional survival: a useful concept to provide information on
       how prognosis evolves over time. Clin Cancer Res 2015;21:1530-1536.

    Examples
    --------
    >>> import polars as pl
    >>> curve = pl.DataFrame({"years": [1, 5], "survival": [0.8, 0.4], "std_err": [0.04, 0.04]})
    >>> conditional_survival(curve, given=[1]).select("further_years", "survival").row(0)
    (4.0, 0.5)
    """
    rows = read_curves(curves, by)
    log = (pl.col("std_err") / pl.col("survival")).fill_nan(None)
    rows = rows.select(*by, "years", "survival", variance=log**2)
    tables = [_condition(rows, float(time), list(by)) for time in given]
    found = pl.concat(tables).sort([*by, "given_years", "years"])
    survival = found["survival"].fill_null(float("nan")).to_numpy()
    # Rounding may leave a variance just under the one before it.
    error = np.sqrt(np.maximum(found["variance"].fill_null(float("nan")).to_numpy(), 0.0))
    positive = np.where(survival > 0, survival, np.nan)
    lower, upper = survival_interval(positive, error, level, interval)
    columns = {"std_err": survival * error, "lower": lower, "upper": upper}
    return found.drop("variance").with_columns(pl.Series(n, v).fill_nan(None) for n, v in columns.items())


def _condition(rows: pl.DataFrame, time: float, by: list[str]) -> pl.DataFrame:
    strata = rows.select(by).unique() if by else pl.DataFrame([{}])
    start = rows.filter((pl.col("years") - time).abs() < 1e-9).drop("years")
    if time == 0:
        start = strata.with_columns(survival=pl.lit(1.0), variance=pl.lit(0.0))
    if start.height < strata.height:
        raise BurdenError(
            f"the curve has no time {time:g}: ask for it too.",
            f"đường cong không có thời điểm {time:g}: hãy tính cả thời điểm đó.",
            column="years",
        )
    later = rows.filter(pl.col("years") > time + 1e-9)
    joined = (
        later.join(start, on=by, suffix="_start", nulls_equal=True)
        if by
        else later.join(start, how="cross", suffix="_start")
    )
    before = pl.col("survival_start")
    return joined.select(
        *by,
        pl.lit(time).alias("given_years"),
        "years",
        (pl.col("years") - time).alias("further_years"),
        pl.when(before > 0).then(pl.col("survival") / before).alias("survival"),
        (pl.col("variance") - pl.col("variance_start")).alias("variance"),
    )
