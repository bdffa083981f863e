"""Net survival: what survival would be if the cancer were the only cause of death."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.curve import Curve, choose_times, report_curve
from banyan.science.burden.survival.daily import (
    estimate_ederer1_daily,
    estimate_ederer2_daily,
    estimate_hakulinen_daily,
    estimate_pohar_perme_daily,
)
from banyan.science.burden.survival.estimators import (
    estimate_ederer1,
    estimate_ederer2,
    estimate_hakulinen,
    estimate_pohar_perme,
)
from banyan.science.burden.survival.observed import SurvivalInterval
from banyan.science.burden.survival.patients import (
    Patients,
    count_beyond,
    read_patients,
    tabulate_strata,
    to_patients,
)

Method = Literal["pohar-perme", "ederer2", "ederer1", "hakulinen"]
Convention = Literal["exact", "relsurv"]


def net_survival(
    patients: IntoFrame,
    life_table: LifeTable,
    *,
    method: Method = "pohar-perme",
    at: Sequence[float] | None = (1, 3, 5, 10),
    by: Sequence[str] = (),
    convention: Convention = "exact",
    interval: SurvivalInterval = "log",
    level: float = 0.95,
    days_per_year: float | None = None,
    add_times: bool = False,
    weights: str | None = None,
) -> pl.DataFrame:
    """Estimate net or relative survival against a life table.

    Parameters
    ----------
    patients : data frame
        ``sex`` (1 male, 2 female), ``age_days`` at diagnosis, ``diagnosis_date`` (a date), ``time_days`` from
        diagnosis to death or to the end of follow-up, ``dead`` (0 or 1), the columns of ``by`` and, for patients
        who come under observation later than at diagnosis, ``entry_days``: their weights still count from diagnosis.
    life_table : LifeTable
    method : {"pohar-perme", "ederer2", "ederer1", "hakulinen"}
    at : numbers of years, or None for the whole curve: every time at which somebody died or left
    by : names of columns
        One curve for each combination.
    convention : {"exact", "relsurv"}
        "exact" crosses the cells of the life table at the birthday and on 1 January, within the day, and integrates
        the population part without approximation. "relsurv" does as that R package does: the hazard is held from the
        start of each day, the integral is summed day by day, and deaths and integral make one factor. For Hakulinen it
        repeats a fault of relsurv 2.2-9: see Notes.
    interval : {"log", "log-log", "plain"}
        Not cut at 1: net survival may pass it.
    level : float
    days_per_year : float
        For ``at``; that of the life table unless given.
    add_times : bool
        With the convention "relsurv" and Pohar-Perme: make the times of ``at`` times of the curve, as ``add.times`` of
        that package does.
    weights : name of a column, or None
        How much each patient counts, as with the individual weights of Brenner. ``at_risk`` and ``events`` stay counts.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``years``; ``survival`` at that time; ``std_err``, of the survival; ``lower``,
        ``upper``; ``at_risk`` just before it; ``events``, the deaths up to and including it; ``std_err_cumhaz``, the
        standard error of the cumulative net hazard; ``beyond_table``, how many patients were followed beyond the
        last year of the life table, which is then carried on; ``method``, ``convention``, ``interval``.
        After the last patient has left the survival is null, unless everybody has died.
        Every row of the input is used: one that cannot be is an error.

    Raises
    ------
    BurdenError
        A column that is missing, a value that is empty, negative, in the wrong unit or not in the life table.

    Notes
    -----
    Let w_i = exp(H_i) be the inverse of the expected survival of patient i. While those at risk are the same, the
    derivative of log sum(w_i) is the weighted mean of their population hazards, so the integral of Pohar-Perme's
    estimator is the change of that logarithm, with no approximation. Between one time t_k and the next,

        S(t) = S(t_k) × [1 - sum(w_i of those who die at t) / sum(w_i) + integral from t_k to t],

    where the t_k are the times at which somebody leaves. The estimate at one time does not depend on the other
    times that are asked for. Ederer II has all weights 1 and, like the next two and as in ``relsurv``, changes only
    when somebody leaves. Ederer I and Hakulinen
    divide observed survival by that of the population: of everybody for ever, or until the potential
    end of follow-up, for the dead the last day on which anybody was followed; who enters late counts from then on.
    relsurv 2.2-9 reads the dates of the Hakulinen method alone as days since 1960 and not since 1970: it takes the
    population mortality of ten years earlier, and on its own example of colon cancer gives .4742 at five years
    where the definition gives .4565. The convention "relsurv" does so too. Standard errors are of Poisson
    type, the root of sum(w_i² of the dead) / sum(w_i)².

    References
    ----------
    .. [1] Pohar Perme M, Stare J, Esteve J. On estimation in relative survival. Biometrics 2012;68:113-120.
    .. [2] Ederer F, Heise H. Instructions to IBM 650 programmers in processing survival computations. 1959.
    .. [3] Ederer F, Axtell LM, Cutler SJ. The relative survival rate. NCI Monograph 1961;6:101-121.
    .. [4] Hakulinen T. Cancer survival corrected for heterogeneity in patient withdrawal. Biometrics 1982;38:933-942.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> table = LifeTable.from_frame(
    ...     pl.DataFrame({"sex": [1], "year": [2000], "age": [0], "hazard": [0.02]}), days_per_year=365
    ... )
    >>> patients = pl.DataFrame(
    ...     {
    ...         "sex": 1,
    ...         "age_days": 20_000,
    ...         "diagnosis_date": date(2001, 5, 1),
    ...         "time_days": [100, 365, 365, 365],
    ...         "dead": [1, 0, 0, 0],
    ...     }
    ... )
    >>> net = net_survival(patients, table, at=[1])
    >>> round(net["survival"][0], 4)
    0.7664
    """
    estimate = _find_estimator(method, convention)
    rows = read_patients(patients, by, life_table, weights)
    everybody = to_patients(rows, life_table)
    per_year = days_per_year or life_table.days_per_year

    def make(positions: NDArray[np.int64]) -> pl.DataFrame:
        people = everybody.take(positions)
        days, years = choose_times(at, np.unique(people.exit), per_year)
        curve = estimate(people, life_table, days if convention == "exact" or add_times else days[:0])
        table = report_curve(curve, people, days, years, interval=interval, level=level)
        return table.with_columns(beyond_table=pl.lit(count_beyond(people, life_table), pl.Int64))

    whole = tabulate_strata(rows, by, make)
    said = {"method": method, "convention": convention, "interval": interval}
    return whole.with_columns(pl.lit(value).alias(name) for name, value in said.items())


# The last argument holds further times at which the curve is wanted.
Estimator = Callable[[Patients, LifeTable, Floats], Curve]


def _find_estimator(method: str, convention: str) -> Estimator:
    estimators: dict[tuple[str, str], Estimator] = {
        ("pohar-perme", "exact"): estimate_pohar_perme,
        ("ederer2", "exact"): estimate_ederer2,
        ("ederer1", "exact"): estimate_ederer1,
        ("hakulinen", "exact"): estimate_hakulinen,
        ("pohar-perme", "relsurv"): estimate_pohar_perme_daily,
        ("ederer2", "relsurv"): estimate_ederer2_daily,
        ("ederer1", "relsurv"): estimate_ederer1_daily,
        ("hakulinen", "relsurv"): estimate_hakulinen_daily,
    }
    if (method, convention) not in estimators:
        known = "; ".join(f"{one} ({other})" for one, other in estimators)
        raise BurdenError(
            f"there is no method ‘{method}’ with convention ‘{convention}’; these are known: {known}.",
            f"không có phương pháp ‘{method}’ với quy ước ‘{convention}’; đã biết: {known}.",
        )
    return estimators[method, convention]
