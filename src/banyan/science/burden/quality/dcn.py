"""Completeness from the deaths: cases first heard of through a death certificate, and deaths to cases."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import ROWS, as_numbers, refuse, take_counts
from banyan.science.burden.intervals import Floats, normal_quantile, poisson_interval
from banyan.science.burden.quality.judging import (
    RESULT,
    check_limit,
    lay_rows,
    limit_missed,
    split_strata,
    summarise_missed,
)

Formula = Literal["ajiki", "plain"]
Excess = Literal["refuse", "none-missed"]
TABLE = ("counts", "bảng số ca")
NUMBERS = ("cases", "dcn", "deaths")
EXTRA: dict[str, Any] = {**dict.fromkeys(NUMBERS, pl.Int64), "mi": pl.Float64, "excess_strata": pl.Int64}


def completeness_dcn_mi(
    counts: IntoFrame,
    *,
    by: Sequence[str] = (),
    within: Sequence[str] = (),
    formula: Formula = "ajiki",
    on_excess: Excess = "refuse",
    level: float = 0.95,
    least: float | None = None,
) -> pl.DataFrame:
    """Estimate completeness from cases first notified by death certificate (DCN) and deaths to cases (M:I).

    Parameters
    ----------
    counts : data frame
        ``cases`` (registered, those traced from a death certificate or known from nothing else among them), ``dcn``
        (those of them first heard of through a death certificate), ``deaths`` (from these cancers, by vital
        statistics; the deaths of the ``dcn`` are among them), and the columns of ``by`` and ``within``. Rows of the
        same stratum are summed.
    by : names of columns
        Strata of the result.
    within : names of columns
        Strata (age, sex, site) in which the missed are worked out and then summed; fatality differs between them.
    formula : {"ajiki", "plain"}
        Whether fatality is deaths / all cases, the missed too [1]_, or deaths / registered cases.
    on_excess : {"refuse", "none-missed"}
        What becomes of a stratum with more deaths than cases, or not more deaths than ``dcn``, of which the method
        can say nothing: an error, or no case counted as missed there; how many, ``excess_strata`` says.
    level : float
    least : float, optional
        As in :func:`capture_recapture`.

    Returns
    -------
    polars.DataFrame
        One row a stratum of ``by``: those columns; ``cases``, ``dcn``, ``deaths``, ``mi`` (per cent),
        ``excess_strata``; then ``observed`` to ``source`` as :func:`capture_recapture` has them.

    Raises
    ------
    BurdenError
        A negative number, more ``dcn`` than ``cases``, or a stratum as under ``on_excess``.

    Notes
    -----
    A case missed in life comes to light only if its patient dies of it. With A = dcn, R = cases - A registered in
    life, E = deaths - A of them dead, and F = R - E alive, the missed who are still unknown are A × F/E by Ajiki, so
    that completeness is (1 - DCN/MI)/(1 - DCN), DCN = A/cases and MI = deaths/cases; the plain formula,
    A × (1/MI - 1) = A × F/(A + E), gives fewer. Ajiki's is the two-source estimate with clinical registration and
    death certificates as sources, and like it supposes that patients who were missed die as often as those who were
    not. The interval takes A, E and F as Poisson counts, on the logarithm of the missed; without any DCN the upper
    limit of the missed is that of the exact upper limit of a count of 0.

    References
    ----------
    .. [1] Ajiki W, Tsukuma H, Oshima A. Index for evaluating completeness of registration in population-based cancer
       registries. Nihon Koshu Eisei Zasshi 1998;45:1011-1017.
    .. [2] Parkin DM, Bray F. Evaluation of data quality in the cancer registry. Part II. Completeness. European
       Journal of Cancer 2009;45:756-764.
    .. [3] Kamo K, et al. A mathematical estimation of true cancer incidence using data from population-based cancer
       registries. Japanese Journal of Clinical Oncology 2007;37:150-155.
    .. [4] Silcocks PBS, Robinson D. Simulation modelling to validate the flow method for estimating completeness of
       case ascertainment by cancer registries. Journal of Public Health 2007;29:455-462 (Ajiki's is biased where
       fatality changes over time).

    Examples
    --------
    >>> import polars as pl
    >>> counts = pl.DataFrame({"cases": [1000], "dcn": [100], "deaths": [500]})
    >>> found = completeness_dcn_mi(counts)
    >>> found.select("missed", pl.col("completeness").round(2), "flag").row(0)
    (125.0, 88.89, 'unsure')
    """
    normal_quantile(level)
    check_option(formula, get_args(Formula), "formula ‘{}’", "công thức ‘{}’")
    check_option(on_excess, get_args(Excess), "rule ‘{}’", "quy tắc ‘{}’")
    check_limit(least)
    rows = _read_counts(counts, [*by, *within], on_excess)
    keys, results = [], []
    for key, group in split_strata(rows, by):
        keys.append(key)
        results.append(_estimate(group, formula, level, least))
    strata = {name: rows.schema[name] for name in by}
    return lay_rows(keys, results, strata, {**EXTRA, **RESULT})


def _read_counts(counts: IntoFrame, strata: list[str], on_excess: str) -> pl.DataFrame:
    rows = take_counts(counts, [*strata, *NUMBERS], table=TABLE)
    for name in NUMBERS:
        rows = as_numbers(rows, name)
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    more = ("there are more DCN ({}) than cases.", "số ca báo qua giấy báo tử ({}) nhiều hơn số ca.")
    refuse(rows, "dcn", pl.col("dcn") > pl.col("cases"), *more)
    sums = [(pl.col(name) * pl.col(ROWS)).sum() for name in NUMBERS]
    summed = rows.group_by(strata, maintain_order=True).agg(sums) if strata else rows.select(sums)
    beyond = (pl.col("deaths") > pl.col("cases")) | (
        (pl.col("dcn") > 0) & (pl.col("dcn") >= pl.col("deaths"))
    )
    summed = summed.with_columns(beyond.alias("excess"))
    if on_excess == "refuse":
        _refuse_excess(summed, strata)
    return summed


def _refuse_excess(summed: pl.DataFrame, strata: list[str]) -> None:
    """Name the first stratum whose deaths are more than its cases or not more than its DCN."""
    for row in summed.filter("excess").head(1).iter_rows(named=True):
        where = ", ".join(f"{name} {row[name]}" for name in strata)
        numbers = f"{row['cases']:g}, {row['dcn']:g}, {row['deaths']:g}"
        raise BurdenError(
            f"{where + ': ' if where else ''}deaths must be more than DCN and no more than cases "
            f"(cases, DCN, deaths: {numbers}).",
            f"{where + ': ' if where else ''}số tử vong phải nhiều hơn DCN và không nhiều hơn số ca "
            f"(số ca, DCN, tử vong: {numbers}).",
        )


def _estimate(group: pl.DataFrame, formula: str, level: float, least: float | None) -> dict[str, Any]:
    totals = {name: float(group[name].sum()) for name in NUMBERS}
    sound = group.filter(~pl.col("excess"))
    notified, alive = sound["dcn"].to_numpy(), (sound["cases"] - sound["deaths"]).to_numpy()
    known = (sound["deaths"] - sound["dcn"]).to_numpy()
    missed, variance = _work_out(notified, known, alive, formula)
    total = float(missed.sum())
    spread = float((variance + missed).sum())
    limits = limit_missed(total, spread, level)
    if not notified.sum() and known.sum():
        most = float(poisson_interval(0, level)[1])
        limits = (0.0, most * float(alive.sum() / (known.sum() + (most if formula == "plain" else 0.0))))
    # without a death beyond the DCN nothing says what share of the missed dies
    row = summarise_missed(totals["cases"], total if known.sum() else None, spread, limits, least)
    share = 100 * totals["deaths"] / totals["cases"] if totals["cases"] else None
    counts = {name: round(value) for name, value in totals.items()}
    return {**row, **counts, "mi": share, "excess_strata": int(group["excess"].sum())}


def _work_out(notified: Floats, known: Floats, alive: Floats, formula: str) -> tuple[Floats, Floats]:
    """Return the missed of every stratum and the variance of that number, by the delta method."""
    some = (notified > 0) & (alive > 0)
    a, e, f = (np.where(some, each, 1.0) for each in (notified, known, alive))
    if formula == "ajiki":
        missed, spread = a * f / e, 1 / a + 1 / e + 1 / f
    else:
        deaths = a + e
        missed, spread = a * f / deaths, a * (1 / a - 1 / deaths) ** 2 + 1 / f + e / deaths**2
    return np.where(some, missed, 0.0), np.where(some, missed**2 * spread, 0.0)
