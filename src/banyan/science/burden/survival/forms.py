"""Life tables of patients from what was counted in each interval: the hazard and the actuarial form."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.intervals import Floats, survival_interval

Form = Literal["hazard", "lifetable"]
TableMethod = Literal["pohar-perme", "ederer2", "observed"]
TableConvention = Literal["exact", "popepi"]
TABLE = ("counts", "bảng số đếm")
BOUNDS = ("from_years", "years")
PLAIN = {"hazard": ("deaths", "person_years"), "lifetable": ("deaths", "at_risk", "censored")}
WEIGHTED = {
    "hazard": ("weighted_deaths", "weighted_deaths_squared", "weighted_expected", "weighted_person_years"),
    "lifetable": (
        "weighted_deaths",
        "weighted_deaths_squared",
        "weighted_expected",
        "weighted_at_risk",
        "weighted_censored",
    ),
}
# Observed survival and the error of its logarithm, then those of the method.
Estimates = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]
ADDED = ("observed", "observed_std_err", "survival", "std_err", "lower", "upper")


def survival_from_counts(
    counts: IntoFrame,
    *,
    method: TableMethod = "pohar-perme",
    form: Form = "hazard",
    by: Sequence[str] = (),
    convention: TableConvention = "exact",
    interval: str = "log-log",
    level: float = 0.95,
) -> pl.DataFrame:
    """Estimate survival from the counts of a life table of patients, one row an interval.

    Parameters
    ----------
    counts : data frame
        The columns of ``by``; ``from_years`` and ``years``, where an interval begins and ends; ``deaths``; and, by form,
        ``person_years``, or ``at_risk`` at its start, ``censored`` and, where anybody came late, ``entered``. Ederer II
        needs ``expected`` (deaths) too; Pohar-Perme ``weighted_deaths``, ``weighted_deaths_squared`` (the sum of the
        squared weights of the dead), ``weighted_expected`` and the weighted ``person_years``, or ``at_risk``,
        ``censored`` and ``entered``.
    method : {"pohar-perme", "ederer2", "observed"}
    form : {"hazard", "lifetable"}
        "hazard" holds the excess hazard within an interval; "lifetable" is the actuarial estimate, those who leave or
        enter within an interval counting half.
    by : names of columns
        One curve for each combination.
    convention : {"exact", "popepi"}
        Says how the standard error of the form "lifetable" is made: see Notes.
    interval, level : as in :func:`net_survival`

    Returns
    -------
    polars.DataFrame
        The rows given, by stratum and time, with ``observed`` and ``observed_std_err`` (survival from all causes and
        its standard error), ``survival`` (by ``method``), ``std_err`` (of it), ``lower``, ``upper``. Null from the first
        interval on that nobody was observed in, unless everybody had died.

    Raises
    ------
    BurdenError
        A column that is missing, a value that is empty or negative, intervals that overlap or leave a gap.

    Notes
    -----
    With D the length of an interval, d deaths, e expected deaths, y person-years, n at risk, n' = n - (censored -
    entered) / 2: "hazard" is exp(-sum D (d - e) / y), its standard error S sqrt(sum D² d / y²); "lifetable" is the product
    of 1 - (d - e) / n', with Greenwood's error sqrt(sum d / (n' (n' - d))) times S. Pohar-Perme has the weighted d, e, y, n'
    in their place, the sum of squared weights for d in the variance, and in the form "lifetable" the variance
    sum d2 / n'² . The package popEpi divides by the unweighted n' there, and divides Ederer II's observed standard
    error by the product of 1 - e / n; ``convention="popepi"`` does the same.

    References
    ----------
    .. [1] Seppa K, Dyba T, Hakulinen T. Cancer survival. Reference Module in Biomedical Sciences. Elsevier 2015.
    .. [2] Cutler SJ, Ederer F. Maximum utilization of the life table method in analyzing survival. J Chronic Dis
       1958;8:699-712.

    Examples
    --------
    >>> import polars as pl
    >>> counts = pl.DataFrame(
    ...     {
    ...         "from_years": [0, 1],
    ...         "years": [1, 2],
    ...         "at_risk": [100, 70],
    ...         "deaths": [20, 10],
    ...         "censored": [10, 20],
    ...     }
    ... )
    >>> survival_from_counts(counts, method="observed", form="lifetable")["survival"].round(4).to_list()
    [0.7895, 0.6579]
    """
    measures = find_measures(method, form)
    known = [*by, *BOUNDS, *measures]
    rows = take_columns(
        counts, known, ["entered", "weighted_entered", "at_risk", "person_years"], table=TABLE
    )
    for name in (*BOUNDS, *measures, *(c for c in ("entered", "weighted_entered") if c in rows.columns)):
        rows = as_numbers(rows, name)
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    _refuse_odd_intervals(rows, by)
    return add_survival(rows, by, method, form, convention, interval=interval, level=level)


def add_survival(
    rows: pl.DataFrame,
    by: Sequence[str],
    method: str,
    form: str,
    convention: str,
    *,
    interval: str,
    level: float,
) -> pl.DataFrame:
    """Add survival, its error and limits to counts that were checked; every column stays."""
    rows = rows.sort([*by, "from_years"])
    groups = rows.group_by(by, maintain_order=True) if by else [((), rows)]
    tables = [_estimate(part, method, form, convention, interval, level) for _, part in groups]
    return (
        pl.concat(tables) if tables else rows.with_columns(pl.lit(None, pl.Float64).alias(c) for c in ADDED)
    )


def find_measures(method: str, form: str) -> tuple[str, ...]:
    check_option(form, PLAIN, "form ‘{}’", "dạng ‘{}’")
    measures = {
        "observed": PLAIN[form],
        "ederer2": (*PLAIN[form], "expected"),
        "pohar-perme": (*PLAIN[form], *WEIGHTED[form]),
    }
    if method not in measures:
        raise BurdenError(
            f"a life table of patients knows no method ‘{method}’; it knows: {', '.join(measures)}.",
            f"bảng sống của người bệnh không có phương pháp ‘{method}’; đã biết: {', '.join(measures)}.",
        )
    return measures[method]


def _refuse_odd_intervals(rows: pl.DataFrame, by: Sequence[str]) -> None:
    refuse(
        rows,
        "years",
        pl.col("years") <= pl.col("from_years"),
        "the interval ends at {}, before it begins.",
        "khoảng kết thúc ở {}, trước khi bắt đầu.",
    )
    before = pl.col("years").shift(1)
    ordered = rows.with_row_index("given").sort([*by, "from_years"])
    ordered = ordered.with_columns(before=before.over(by) if by else before).sort("given")
    refuse(
        ordered,
        "from_years",
        (pl.col("from_years") - pl.col("before")).abs() > 1e-9,
        "the interval that begins at {} does not follow the one before it.",
        "khoảng bắt đầu ở {} không nối tiếp khoảng trước.",
    )


def _estimate(  # noqa: PLR0917 -- private, called once
    rows: pl.DataFrame, method: str, form: str, convention: str, interval: str, level: float
) -> pl.DataFrame:
    estimate = _estimate_hazard if form == "hazard" else _estimate_actuarial
    observed, observed_error, survival, error = estimate(rows, method, convention)
    unseen = np.cumprod(_anybody(rows)) == 0
    observed, survival = (np.where(unseen & (value != 0), np.nan, value) for value in (observed, survival))
    alive = survival > 0
    relative = np.where(alive, error, np.nan)
    # One death in a sliver of person-time has limits beyond what a number can hold: infinity and 0 are right.
    with np.errstate(over="ignore"):
        lower, upper = survival_interval(np.where(alive, survival, np.nan), relative, level, interval)
    observed_error = np.where(observed > 0, observed_error, np.nan)
    values = (observed, observed * observed_error, survival, survival * relative, lower, upper)
    added = [pl.Series(name, value) for name, value in zip(ADDED, values, strict=True)]
    return rows.with_columns(added).with_columns(pl.col(ADDED).fill_nan(None))


def _anybody(rows: pl.DataFrame) -> Floats:
    """Say of each interval whether anybody was observed in it."""
    columns = [name for name in ("at_risk", "entered", "person_years") if name in rows.columns]
    return np.asarray((rows.select(pl.sum_horizontal(columns)).to_series() > 0).to_numpy(), dtype=float)


def _share(part: Floats, whole: Floats) -> Floats:
    """Divide, where nobody is giving 0, and events without person-time infinity."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((whole == 0) & (part == 0), 0.0, part / whole)


def _estimate_hazard(rows: pl.DataFrame, method: str, convention: str) -> Estimates:  # noqa: ARG001 -- as its sibling
    width = (rows["years"] - rows["from_years"]).to_numpy()
    deaths, time = (rows[name].to_numpy() for name in PLAIN["hazard"])
    observed = np.exp(-np.cumsum(width * _share(deaths, time)))
    observed_error = np.sqrt(np.cumsum(_share(width**2 * deaths, time**2)))
    if method == "observed":
        return observed, observed_error, observed, observed_error
    if method == "ederer2":
        excess = _share(deaths - rows["expected"].to_numpy(), time)
        return observed, observed_error, np.exp(-np.cumsum(width * excess)), observed_error
    died, squared, expected, time = (rows[name].to_numpy() for name in WEIGHTED["hazard"])
    net = np.exp(-np.cumsum(width * _share(died - expected, time)))
    return observed, observed_error, net, np.sqrt(np.cumsum(_share(width**2 * squared, time**2)))


def _estimate_actuarial(rows: pl.DataFrame, method: str, convention: str) -> Estimates:
    deaths = rows["deaths"].to_numpy()
    at_risk = _halve(rows, "")
    observed = np.cumprod(1 - _share(deaths, at_risk))
    observed_error = np.sqrt(np.cumsum(_share(deaths, at_risk * (at_risk - deaths))))
    if method == "observed":
        return observed, observed_error, observed, observed_error
    if method == "ederer2":
        expected = rows["expected"].to_numpy()
        net = np.cumprod(1 - _share(deaths - expected, at_risk))
        if convention == "popepi":
            surviving = np.cumprod(1 - _share(expected, rows["at_risk"].to_numpy()))
            return observed, observed_error, net, observed * observed_error / surviving / net
        return observed, observed_error, net, observed_error
    died, squared, expected = (rows[name].to_numpy() for name in WEIGHTED["lifetable"][:3])
    weighted = _halve(rows, "weighted_")
    net = np.cumprod(1 - _share(died - expected, weighted))
    by = at_risk if convention == "popepi" else weighted
    return observed, observed_error, net, np.sqrt(np.cumsum(_share(squared, by**2)))


def _halve(rows: pl.DataFrame, prefix: str) -> Floats:
    """Those at risk at the start, less half of those who leave, and half of those who enter."""
    entered = rows[f"{prefix}entered"].to_numpy() if f"{prefix}entered" in rows.columns else 0.0
    half: Floats = rows[f"{prefix}at_risk"].to_numpy() - (rows[f"{prefix}censored"].to_numpy() - entered) / 2
    return half
