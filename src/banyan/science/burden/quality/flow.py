"""Completeness by time since diagnosis: the flow of patients from diagnosis to registration or a silent death."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import ROWS, as_numbers, refuse, take_columns, take_counts
from banyan.science.burden.intervals import Floats, normal_quantile
from banyan.science.burden.quality.days import Flow, lay_flow
from banyan.science.burden.quality.judging import (
    COMPLETE_SOURCE,
    GIVEN,
    LEAST_COMPLETE,
    check_limit,
    flag_interval,
    lay_rows,
    split_strata,
)

PATIENTS = ("patients", "bảng người bệnh")
PROBABILITIES = ("probabilities", "bảng xác suất")
Unseen = Literal["weighted", "as-known"]
BREAKS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
FLAGS = {"1": True, "true": True, "0": False, "false": False, "1.0": True, "0.0": False}
SCHEMA: dict[str, Any] = {
    "years": pl.Float64,
    **dict.fromkeys(("patients", "deaths", "unregistered_deaths", "unknown_mention"), pl.Int64),
    **dict.fromkeys(("survival", "unregistered", "mentioned", "missing", "lost"), pl.Float64),
    **dict.fromkeys(("completeness", "completeness_lower", "completeness_upper", "low"), pl.Float64),
    "flag": pl.String,
    "source": pl.String,
    "draws": pl.Int64,
    "seed": pl.Int64,
}


def flow_from_probabilities(table: IntoFrame) -> pl.DataFrame:
    """Work out completeness from the three probabilities of the flow method.

    Parameters
    ----------
    table : data frame
        One row a time since diagnosis, ascending: ``years``; ``survival`` to that time; ``unregistered``: the
        probability that somebody alive then is not registered; ``mentioned``: the probability that the death
        certificate of somebody who dies between the row before (or diagnosis) and this one mentions the cancer.

    Returns
    -------
    polars.DataFrame
        ``years``, ``missing`` (alive and not registered), ``lost`` (dead, never registered, cancer not mentioned),
        ``completeness`` = 1 less both; all from 0 to 1.

    Raises
    ------
    BurdenError
        A probability outside 0 to 1, times that do not ascend, a survival that rises.

    Notes
    -----
    missing(T) = s(T) u(T); lost(T) is the integral of u(t) (1 - m(t)) over the deaths, -ds(t), up to T. Within a row
    deaths meet the mean of u at its two ends; at diagnosis nobody is registered, and everybody alive.

    References
    ----------
    .. [1] Bullard J, Coleman MP, Robinson D, Lutz JM, Bell J, Peto J. Completeness of cancer registration: a new
       method for routine use. British Journal of Cancer 2000;82:1111-1116.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({
    ...     "years": [1, 5], "survival": [0.6, 0.4], "unregistered": [0.1, 0.05], "mentioned": [0.9, 0.8],
    ... })
    >>> flow_from_probabilities(table).select(pl.all().round(4)).rows()
    [(1.0, 0.06, 0.022, 0.918), (5.0, 0.02, 0.025, 0.955)]
    """
    names = ["years", "survival", "unregistered", "mentioned"]
    rows = take_columns(table, names, table=PROBABILITIES)
    for name in names:
        rows = as_numbers(rows, name)
    for name in names[1:]:
        refuse(
            rows,
            name,
            ~pl.col(name).is_between(0, 1),
            "{} is not between 0 and 1.",
            "{} không nằm giữa 0 và 1.",
        )
    ascending = pl.col("years") <= pl.col("years").shift(1, fill_value=0.0)
    refuse(
        rows, "years", ascending, "{} does not come after the time before.", "{} không sau thời điểm trước."
    )
    rising = pl.col("survival") > pl.col("survival").shift(1, fill_value=1.0)
    refuse(rows, "survival", rising, "{} is more than before.", "{} cao hơn thời điểm trước.")
    s, u, m = (rows[name].to_numpy() for name in names[1:])
    fallen = np.concatenate([[1.0], s[:-1]]) - s
    waiting = (np.concatenate([[1.0], u[:-1]]) + u) / 2
    missing, lost = s * u, np.cumsum(fallen * waiting * (1 - m))
    return rows.select("years").with_columns(
        missing=pl.Series(missing), lost=pl.Series(lost), completeness=pl.Series(1 - missing - lost)
    )


def flow_completeness(
    patients: IntoFrame,
    *,
    at: Sequence[float] = (1.0, 5.0),
    by: Sequence[str] = (),
    breaks: Sequence[float] = BREAKS,
    unseen: Unseen = "weighted",
    draws: int = 500,
    seed: int = 1,
    level: float = 0.95,
    least: float | None = None,
) -> pl.DataFrame:
    """Estimate completeness by time since diagnosis from the registry's own patients.

    Parameters
    ----------
    patients : data frame
        One row a patient: ``time_days`` from diagnosis to death or to when last known alive, ``dead`` (true or 1),
        ``registered_days`` from diagnosis to registration from a source in life (empty: only a death certificate
        told of the cancer; one after the death counts as none in life), ``mentions_cancer`` (whether the death
        certificate mentions the cancer; empty for the living and where it is not known), the columns of ``by``.
    at : numbers of years
    by : names of columns
    breaks : ascending numbers of years, from 0
        Intervals since diagnosis in which the probability of a mention is taken as one; the last is open.
    unseen : {"weighted", "as-known"}
        Whether a patient of whom only the death certificate told stands also for those who died like that without
        being mentioned (by 1 / m), or for that one alone.
    draws : int
        Bootstrap samples of patients behind the interval.
    seed : int
        The same seed gives the same interval.
    level : float
    least : float, optional
        As in :func:`capture_recapture`.

    Returns
    -------
    polars.DataFrame
        One row a stratum and time: the columns of ``by``; ``years``; ``patients``, ``deaths`` (up to that time),
        ``unregistered_deaths`` (of those), ``unknown_mention`` (of those, left out of the probability of a mention);
        ``survival``, ``unregistered``, ``mentioned`` (of all deaths up to then), ``missing``, ``lost``,
        ``completeness`` with its limits, all in per cent; ``low``, ``flag``, ``source`` of the limit; ``draws``,
        ``seed``. Null where nobody is followed for so long.

    Raises
    ------
    BurdenError
        A negative or empty time, text in a flag, times or breaks that do not ascend.

    Notes
    -----
    s(t) is the Kaplan-Meier survival, u(t) the Kaplan-Meier probability of no registration yet among those alive
    (an unregistered patient is censored at death), m(t) the share of deaths of patients registered in life whose
    certificate mentions the cancer: of the others a registry hears by the mention alone. Everything is counted day
    by day; :func:`flow_from_probabilities` says how they are put together. Only patients who became known at last can
    be counted, so that few seem to wait unregistered and completeness comes out too high, by 1 to 3 points in
    simulations; the weights take most of that away where nearly all patients have been followed to their death.
    Patients alive whom nobody registered stay unseen. The interval is the percentile interval of the bootstrap.

    References
    ----------
    .. [1] Bullard J, Coleman MP, Robinson D, Lutz JM, Bell J, Peto J. Completeness of cancer registration: a new
       method for routine use. British Journal of Cancer 2000;82:1111-1116.
    .. [2] Silcocks PBS, Robinson D. Completeness of ascertainment by cancer registries: putting bounds on the number
       of missing cases. Journal of Public Health 2004;26:161-167.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame({
    ...     "time_days": [100, 400, 2000, 2000], "dead": [1, 1, 0, 0],
    ...     "registered_days": [None, 30, 30, 60], "mentions_cancer": [1, 1, None, None],
    ... })
    >>> found = flow_completeness(patients, at=[2], draws=100)
    >>> found.select("survival", "unregistered", "completeness").row(0)
    (50.0, 25.0, 87.5)
    """
    normal_quantile(level)
    check_limit(least)
    check_option(unseen, get_args(Unseen), "way ‘{}’ of the unseen", "cách ‘{}’ cho ca không ai thấy")
    times, cuts = _check_times(at, breaks)
    rows = _read_patients(patients, by)
    keys, results = [], []
    for key, group in split_strata(rows, by):
        flow = lay_flow(group, times, cuts, weighted=unseen == "weighted")
        now = flow.work_out(flow.weight)
        spread = _resample(flow, draws, seed)
        for place in range(len(times)):
            keys.append(key)
            row = _describe(flow, place, now[:, place], least) | {"draws": draws, "seed": seed}
            results.append(_limit(row, spread[:, place], level))
    return lay_rows(keys, results, {name: rows.schema[name] for name in by}, SCHEMA)


def _check_times(at: Sequence[float], breaks: Sequence[float]) -> tuple[Floats, Floats]:
    times, cuts = np.asarray(at, dtype=float), np.asarray(breaks, dtype=float)
    good = (
        len(times) > 0
        and bool(np.isfinite(times).all())
        and times[0] > 0
        and bool((np.diff(times) > 0).all())
    )
    if not good:
        raise BurdenError(
            "the times must be above 0 and ascend.", "các thời điểm phải lớn hơn 0 và tăng dần."
        )
    if len(cuts) == 0 or cuts[0] != 0 or not (np.diff(cuts) > 0).all():
        raise BurdenError("the breaks must ascend from 0.", "các mốc chia khoảng phải tăng dần từ 0.")
    return times, cuts


def _read_patients(patients: IntoFrame, by: Sequence[str]) -> pl.DataFrame:
    names = ["time_days", "dead", "registered_days", "mentions_cancer"]
    rows = take_counts(patients, [*by, *names], table=PATIENTS)
    for name, nullable in (("time_days", False), ("registered_days", True)):
        rows = as_numbers(rows, name, nullable=nullable)
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    for name, nullable in (("dead", False), ("mentions_cancer", True)):
        text = pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase()
        written = pl.when(~text.is_in(["", "nan"])).then(text)
        read = written.replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
        wrong = read.is_null() & (written.is_not_null() if nullable else pl.lit(value=True))
        refuse(rows, name, wrong, "‘{}’ is neither 1 nor 0.", "‘{}’ không phải là 1 hay 0.")
        rows = rows.with_columns(read.alias(name))
    # in one order, wherever the rows lay, so that a seed draws the same samples
    return rows.group_by(*by, *names).agg(pl.col(ROWS).sum()).sort(*by, *names)


def _resample(flow: Flow, draws: int, seed: int) -> Floats:
    """Return completeness at each time in every bootstrap sample of the patients."""
    generator = np.random.default_rng(seed)
    size = int(flow.weight.sum())
    if not size:
        return np.full((1, len(flow.times)), np.nan)
    shares = flow.weight / flow.weight.sum()
    found = (flow.work_out(generator.multinomial(size, shares).astype(float)) for _ in range(draws))
    return np.array([1 - each[3] - each[4] for each in found])


def _describe(flow: Flow, place: int, found: Floats, least: float | None) -> dict[str, Any]:
    """Lay out counts and probabilities at one time; null where nobody is followed for so long."""
    inside = flow.dead & (flow.leave <= flow.days[place])
    counts = {
        "patients": flow.weight.sum(),
        "deaths": (flow.weight * inside).sum(),
        "unregistered_deaths": (flow.weight * (inside & ~flow.registered)).sum(),
        "unknown_mention": (flow.weight * (inside & np.isnan(flow.mentioned))).sum(),
    }
    row: dict[str, Any] = {**dict.fromkeys(SCHEMA), "years": float(flow.times[place])}
    row |= {name: round(value) for name, value in counts.items()}
    row["low"] = LEAST_COMPLETE if least is None else float(least)
    row["source"] = COMPLETE_SOURCE if least is None else GIVEN
    survival, unregistered, mentioned, missing, lost = (100 * found).tolist()
    if not np.isfinite(missing):
        return row
    row |= {"survival": survival, "unregistered": unregistered}
    if np.isfinite(lost):
        row |= {"mentioned": mentioned if counts["deaths"] else None, "missing": missing, "lost": lost}
        row["completeness"] = 100 - missing - lost
    return row


def _limit(row: dict[str, Any], drawn: Floats, level: float) -> dict[str, Any]:
    """Add the percentile interval of the bootstrap samples in which completeness is known."""
    known = 100 * drawn[np.isfinite(drawn)]
    if row["completeness"] is None or not len(known):
        return row
    lower, upper = np.quantile(known, [(1 - level) / 2, (1 + level) / 2]).tolist()
    flag = flag_interval(lower, upper, row["low"])
    return {**row, "completeness_lower": lower, "completeness_upper": upper, "flag": flag}
