"""Regression of the excess hazard: how covariates change the mortality that the cancer adds."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats, normal_interval
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.actuarial import read_breaks
from banyan.science.burden.survival.design_matrix import (
    climb,
    code_covariates,
    describe_coefficients,
    natural_spline,
)
from banyan.science.burden.survival.patients import Patients, read_patients, to_patients

ExcessMethod = Literal["poisson", "likelihood"]
Baseline = Literal["piecewise", "spline"]
HALF_DAY = 0.5


@dataclass(frozen=True)
class ExcessModel:
    """A fitted model of the excess hazard.

    Attributes
    ----------
    coefficients : polars.DataFrame
        ``term``, ``coefficient`` (of the log excess hazard per year), ``std_err``, ``lower``, ``upper``, ``ratio`` (the excess
        hazard ratio), ``ratio_lower``, ``ratio_upper``, ``p_value``; those of the baseline come last.
    covariance : float array
        Of the coefficients, in their order.
    baseline : polars.DataFrame
        ``from_years``, ``years``, ``excess_hazard`` per year with every covariate at 0 or its first level, ``lower``, ``upper``.
    log_likelihood : float
        But for what does not depend on the coefficients.
    patients, deaths : int
        Deaths up to the last break.
    on_day_zero : int
        Patients whose follow-up ends on the day of diagnosis, counted with half a day.
    method, baseline_form : str
    """

    coefficients: pl.DataFrame
    covariance: Floats
    baseline: pl.DataFrame
    log_likelihood: float
    patients: int
    deaths: int
    on_day_zero: int
    method: str
    baseline_form: str


def model_excess(
    patients: IntoFrame,
    life_table: LifeTable,
    *,
    covariates: Sequence[str],
    breaks: Sequence[float] = (0, 1, 2, 3, 4, 5),
    method: ExcessMethod = "poisson",
    baseline: Baseline = "piecewise",
    degrees: int = 4,
    level: float = 0.95,
) -> ExcessModel:
    """Fit a model in which covariates multiply the excess hazard.

    Parameters
    ----------
    patients, life_table : as in :func:`net_survival`; late entry is allowed
    covariates : names of columns
        Numbers count as they are; text, categories and booleans by level, the first one in order being the reference.
    breaks : numbers of years, ascending, from 0
        Follow-up counts up to the last one. With the baseline "piecewise" the excess hazard is constant within each interval;
        with "spline" it follows a curve, and each interval has that of its middle: give narrow ones.
    method : {"poisson", "likelihood"}
        "poisson": the deaths of each patient and interval are Poisson, of mean person-time × (the population hazard, averaged
        over the whole interval, + the excess hazard).
        "likelihood": of who dies, the population hazard at that time counts, and not its sum over the interval.
    baseline : {"piecewise", "spline"}
        "spline" is a natural cubic spline of log time, knots at the quantiles of the times of death.
    degrees : int
        Of the spline: its coefficients besides the constant.
    level : float

    Returns
    -------
    ExcessModel

    Raises
    ------
    BurdenError
        As :func:`net_survival`; covariates that are missing, constant or say the same; no estimate found.

    References
    ----------
    .. [1] Dickman PW, Sloggett A, Hills M, Hakulinen T. Regression models for relative survival. Stat Med 2004;23:51-64.
    .. [2] Esteve J, Benhamou E, Croasdale M, Raymond L. Relative survival and the estimation of net survival: elements for further
       discussion. Stat Med 1990;9:529-538.
    .. [3] Remontet L, Bossard N, Belot A, Esteve J. An overall strategy based on regression models to estimate relative survival and
       model the effects of prognostic factors in cancer survival studies. Stat Med 2007;26:2214-2228.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> nobody_dies = LifeTable.from_frame(pl.DataFrame({"sex": [1], "year": [2000], "age": [0], "hazard": [0.0]}))
    >>> patients = pl.DataFrame(
    ...     {
    ...         "sex": 1,
    ...         "age_days": 20_000,
    ...         "diagnosis_date": date(2001, 5, 1),
    ...         "time_days": [100, 200, 100, 100],
    ...         "dead": [1, 0, 1, 1],
    ...         "arm": ["a", "a", "b", "b"],
    ...     }
    ... )
    >>> model = model_excess(patients, nobody_dies, covariates=["arm"], breaks=[0, 1])
    >>> round(model.coefficients["ratio"][0], 6)
    3.0
    """
    edges = read_breaks(breaks)
    if edges[0] != 0:
        raise BurdenError("the breaks ascend from 0.", "các mốc phải tăng dần từ 0.")
    if method not in {"poisson", "likelihood"} or baseline not in {"piecewise", "spline"}:
        raise BurdenError(
            "method is poisson or likelihood, and baseline piecewise or spline.",
            "method là poisson hoặc likelihood, baseline là piecewise hoặc spline.",
        )
    rows = read_patients(patients, covariates, life_table)
    design, terms = code_covariates(rows, covariates)
    people = to_patients(rows, life_table)
    records = _split(people, life_table, edges)
    if not len(records.patient):
        raise BurdenError("nobody was followed.", "không ai được theo dõi.")
    shape, names = _shape_baseline(records, people, edges, baseline, degrees, life_table.days_per_year)
    matrix = np.hstack([design[records.patient], shape[records.interval]])
    start = np.log(max(records.dead.sum() - records.expected.sum(), 0.5) / records.time.sum())
    beta, covariance, fit = _maximise(matrix, records, method, start)
    return ExcessModel(
        describe_coefficients([*terms, *names], beta, covariance, level),
        covariance,
        _describe_baseline(shape, edges, beta, covariance, level),
        fit,
        rows.height,
        int(records.dead.sum()),
        int((people.exit == 0).sum()),
        method,
        baseline,
    )


@dataclass(frozen=True)
class _Records:
    """One row a patient and interval that it was followed in; years, and hazards per year."""

    patient: NDArray[np.int64]
    interval: NDArray[np.int64]
    time: Floats
    expected: Floats
    dead: Floats
    hazard: Floats


def _split(people: Patients, table: LifeTable, edges: Floats) -> _Records:
    from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

    per_year = table.days_per_year
    leaving = np.where(people.exit == 0, HALF_DAY, people.exit)
    placed = (people.sex, people.age, people.diagnosed.astype(float))
    cells = (table.age_starts, table.year_starts.astype(float), table.daily)
    days, columns = edges * per_year, []
    sums = [kernels.sum_hazard(placed, np.full(len(leaving), day), cells) for day in days]
    for k, (start, end) in enumerate(pairwise(days)):
        begins, ends = np.maximum(people.entry, start), np.minimum(leaving, end)
        own = np.flatnonzero(ends > begins)
        passed = (sums[k + 1] - sums[k]) * (ends - begins) / (end - start)
        died = people.dead & (leaving <= end)
        columns.append(
            (own, np.full(len(own), k), (ends - begins)[own] / per_year, passed[own], died[own] * 1.0)
        )
    patient, interval, time, expected, dead = (
        np.concatenate(column) for column in zip(*columns, strict=True)
    )
    age = np.searchsorted(cells[0], people.age + people.exit, side="right") - 1
    year = np.searchsorted(cells[1], people.diagnosed + people.exit, side="right") - 1
    hazard = table.hazards[people.sex, np.maximum(year, 0), np.maximum(age, 0)]
    return _Records(patient, interval, time, expected, dead, hazard[patient])


def _shape_baseline(  # noqa: PLR0917 -- private, called once
    records: _Records, people: Patients, edges: Floats, baseline: str, degrees: int, per_year: float
) -> tuple[Floats, list[str]]:
    """Make the columns of the baseline, one row an interval, and name them."""
    if baseline == "piecewise":
        return np.eye(len(edges) - 1), [f"years ({a:g}, {b:g}]" for a, b in pairwise(edges)]
    times = people.exit[records.patient[records.dead == 1]] / per_year
    middles = np.log((edges[:-1] + edges[1:]) / 2)
    basis = natural_spline(middles, np.log(np.maximum(times, HALF_DAY / per_year)), degrees)
    return np.hstack([np.ones((len(middles), 1)), basis]), [
        "constant",
        *(f"spline {j + 1}" for j in range(degrees)),
    ]


def _maximise(matrix: Floats, records: _Records, method: str, start: float) -> tuple[Floats, Floats, float]:
    """Maximise the sum of dead × log(a + b e) - time × e, e = exp(matrix β), by Newton's steps, halved where they overshoot."""
    added = records.expected if method == "poisson" else records.hazard
    times = records.time if method == "poisson" else np.ones(len(records.time))

    def measure(beta: Floats) -> tuple[float, Floats, Floats]:
        excess = np.exp(np.clip(matrix @ beta, -50.0, 50.0))
        mean = added + times * excess
        share = records.dead * times * excess / mean
        fit = float((records.dead * np.log(mean) - records.time * excess).sum())
        slope = share - records.time * excess
        curve = records.time * excess - share * added / mean
        return fit, matrix.T @ slope, (matrix * curve[:, None]).T @ matrix

    spanned = np.linalg.lstsq(matrix, np.full(len(matrix), start), rcond=None)
    beta = np.asarray(spanned[0], dtype=float)
    if spanned[2] < matrix.shape[1]:
        raise BurdenError(
            "two covariates, or a covariate and an interval without follow-up, say the same.",
            "hai biến, hoặc một biến và một khoảng không có theo dõi, nói cùng một điều.",
        )
    found = climb(measure, beta, _find_step)
    if found:
        return found[0], np.asarray(np.linalg.inv(found[2]), dtype=float), found[1]
    raise BurdenError(
        "no estimate was found: somewhere nobody dies more than in the population.",
        "không tìm được ước lượng: ở một nhóm nào đó không ai chết nhiều hơn dân số chung.",
    )


def _find_step(curve: Floats, slope: Floats) -> Floats:
    """Newton's step, and one towards the slope where the likelihood is not yet concave."""
    values, vectors = np.linalg.eigh(curve)
    damped = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    step: Floats = vectors @ ((vectors.T @ slope) / damped)
    return step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))


def _describe_baseline(
    shape: Floats, edges: Floats, beta: Floats, covariance: Floats, level: float
) -> pl.DataFrame:
    own = slice(len(beta) - shape.shape[1], None)
    logs = shape @ beta[own]
    error = np.sqrt(np.einsum("ij,jk,ik->i", shape, covariance[own, own], shape))
    lower, upper = normal_interval(logs, error, level)
    return pl.DataFrame(
        {
            "from_years": edges[:-1],
            "years": edges[1:],
            "excess_hazard": np.exp(logs),
            "lower": np.exp(lower),
            "upper": np.exp(upper),
        }
    )
