"""Net survival: what survival would be if the cancer were the only cause of death."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.curve import Curve, count_risk, find_times, report_curve, snap
from banyan.science.burden.survival.observed import (
    SurvivalInterval,
    empty_table,
    estimate_observed,
    label_stratum,
)
from banyan.science.burden.survival.patients import Patients, read_patients, split_strata, to_patients

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
        start of each day, the integral is summed day by day, and deaths and integral make one factor.
        It knows Pohar-Perme and Ederer II, everybody from diagnosis on.
    interval : {"log", "log-log", "plain"}
        Not cut at 1: net survival may pass it.
    level : float
    days_per_year : float
        For ``at``; that of the life table unless given.
    add_times : bool
        With the convention "relsurv" and Pohar-Perme: make the times of ``at`` times of the curve, as ``add.times`` of
        that package does.

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
    end of follow-up, for the dead the last day on which anybody was followed. Standard errors are of Poisson
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
    rows = read_patients(patients, by, life_table)
    everybody = to_patients(rows, life_table)
    per_year = days_per_year or life_table.days_per_year
    wanted = None if at is None else find_times(at, per_year)
    tables = []
    for stratum, positions in split_strata(rows, by):
        people = everybody.take(positions)
        days = np.unique(people.exit) if wanted is None else snap(wanted, np.unique(people.exit))
        curve = (
            EMPTY
            if not len(positions)
            else estimate(people, life_table, days if convention == "exact" or add_times else days[:0])
        )
        years = days / per_year if at is None else np.asarray(at, dtype=float)
        table = report_curve(curve, people, days, years, interval=interval, level=level)
        beyond = int(np.count_nonzero(people.diagnosed + people.exit > life_table.end))
        tables.append(label_stratum(table.with_columns(beyond_table=pl.lit(beyond)), stratum, rows))
    whole = pl.concat(tables) if tables else empty_table(rows, by).with_columns(beyond_table=pl.lit(0))
    said = {"method": method, "convention": convention, "interval": interval}
    return whole.with_columns(pl.lit(value).alias(name) for name, value in said.items())


EMPTY = Curve(np.zeros(0), np.zeros(0), np.zeros(0))
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
    }
    if (method, convention) not in estimators:
        known = "; ".join(f"{one} ({other})" for one, other in estimators)
        raise BurdenError(
            f"there is no method ‘{method}’ with convention ‘{convention}’; these are known: {known}.",
            f"không có phương pháp ‘{method}’ với quy ước ‘{convention}’; đã biết: {known}.",
        )
    return estimators[method, convention]


@dataclass(frozen=True)
class _Walk:
    """Patients on a grid of times that holds every entry and exit, ready for the compiled kernels."""

    grid: Floats
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    patients: tuple[NDArray[np.int64], Floats, Floats]
    cells: tuple[Floats, Floats, Floats]

    def weigh(self, sign: float) -> Floats:
        from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

        return kernels.sum_weights(sign, self.patients, (self.first, self.last), self.grid, self.cells)

    def sum_interval_hazards(self) -> Floats:
        from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

        return kernels.sum_interval_hazards(self.patients, (self.first, self.last), self.grid, self.cells)

    def log_weights(self, until: Floats) -> Floats:
        from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

        return kernels.sum_hazard(self.patients, until, self.cells)


def _lay_grid(people: Patients, table: LifeTable, leaving: Floats, further: Floats) -> _Walk:
    """Place patients on a grid of their own times and further ones, at risk until they leave."""
    own = np.unique(np.concatenate([people.exit, leaving, people.entry[people.entry > 0]]))
    inside = further[(further > 0) & (further < own.max(initial=0.0))]
    grid = np.unique(np.concatenate([own, inside]))
    first = np.where(people.entry > 0, np.searchsorted(grid, people.entry, side="right"), 0)
    last = np.searchsorted(grid, leaving)
    cells = (table.age_starts, table.year_starts.astype(float), table.daily)
    return _Walk(grid, first, last, (people.sex, people.age, people.diagnosed.astype(float)), cells)


def _log_growth(
    at_risk: NDArray[np.int64], totals: Floats, lost: Floats, gained: Floats, at_start: int
) -> Floats:
    """Growth of the logarithm of the summed weights over each interval, those at risk staying the same."""
    start = np.concatenate([[at_start], (totals - lost + gained)[:-1]])
    someone = at_risk > 0
    return np.log(np.where(someone, totals, 1.0) / np.where(someone, start, 1.0))


def estimate_pohar_perme(people: Patients, table: LifeTable, days: Floats) -> Curve:
    walk = _lay_grid(people, table, people.exit, days)
    grid, counts = walk.grid, count_risk(people, walk.grid)
    totals = walk.weigh(1.0)
    weights = np.exp(walk.log_weights(people.exit))
    lost = np.bincount(walk.last, weights, len(grid)).astype(float)
    late = people.entry > 0
    entering = np.exp(walk.log_weights(people.entry)[late]) if late.any() else np.zeros(0)
    gained = np.bincount(np.searchsorted(grid, people.entry[late]), entering, len(grid)).astype(float)
    integral = _log_growth(counts.at_risk, totals, lost, gained, int(np.count_nonzero(~late)))
    return _make_curve(walk, people.dead, totals, weights, integral, np.flatnonzero(counts.leaving))


def estimate_ederer2(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    walk = _lay_grid(people, table, people.exit, np.zeros(0))
    counts = count_risk(people, walk.grid)
    totals = counts.at_risk.astype(float)
    integral = walk.sum_interval_hazards() / np.maximum(totals, 1.0)
    closing = np.flatnonzero(counts.leaving)
    return _hold(_make_curve(walk, people.dead, totals, np.ones(len(people.exit)), integral, closing), people)


def _hold(curve: Curve, people: Patients) -> Curve:
    """Keep the times at which somebody leaves."""
    kept = np.isin(curve.time, people.exit)
    return Curve(curve.time[kept], curve.survival[kept], curve.variance[kept])


def _make_curve(  # noqa: PLR0917 -- private, and all arrays over one grid
    walk: _Walk,
    dead: NDArray[np.bool_],
    totals: Floats,
    weights: Floats,
    integral: Floats,
    closing: NDArray[np.int64],
) -> Curve:
    """Make one factor of deaths and integral at each closing time, and let the integral run on between them."""
    totals = np.where(totals > 0, totals, 1.0)
    died = np.bincount(walk.last[dead], weights[dead], len(walk.grid)) / totals
    squared = np.bincount(walk.last[dead], weights[dead] ** 2, len(walk.grid)) / totals**2
    until = np.cumsum(integral)
    steps = np.cumprod(1 - died[closing] + np.diff(until[closing], prepend=0.0))
    place = np.searchsorted(closing, np.arange(len(until)), side="right")
    base = np.concatenate([[1.0], steps])[place]
    since = until - np.concatenate([[0.0], until[closing]])[place]
    return Curve(walk.grid, base * (1 + since), np.cumsum(squared))


def estimate_ederer1(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    """Everybody counts in the expected survival for as long as anybody is followed."""
    return _divide_by_expected(people, table, np.full(len(people.exit), people.exit.max(initial=0.0)))


def estimate_hakulinen(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    """The dead count in the expected survival until the last day on which anybody was followed."""
    closing = (people.diagnosed + people.exit).max(initial=0.0)
    return _divide_by_expected(people, table, np.where(people.dead, closing - people.diagnosed, people.exit))


def _divide_by_expected(people: Patients, table: LifeTable, leaving: Floats) -> Curve:
    if (people.entry > 0).any():
        raise BurdenError(
            "this method needs everybody followed from diagnosis on; Pohar-Perme and Ederer II do not.",
            "phương pháp này cần theo dõi mọi người từ lúc chẩn đoán; Pohar-Perme và Ederer II thì không.",
            column="entry_days",
        )
    walk = _lay_grid(people, table, leaving, np.zeros(0))
    lost = np.bincount(walk.last, np.exp(-walk.log_weights(leaving)), len(walk.grid)).astype(float)
    waiting = np.cumsum(np.bincount(walk.last, minlength=len(walk.grid))[::-1])[::-1]
    growth = _log_growth(waiting, walk.weigh(-1.0), lost, np.zeros(len(walk.grid)), len(leaving))
    observed = estimate_observed(people, aalen=True)
    expected = np.exp(np.cumsum(growth))[np.searchsorted(walk.grid, observed.time)]
    return Curve(observed.time, observed.survival / expected, observed.variance)


def estimate_pohar_perme_daily(people: Patients, table: LifeTable, days: Floats) -> Curve:
    return _estimate_daily(people, table, days, weighted=True)


def estimate_ederer2_daily(people: Patients, table: LifeTable, days: Floats) -> Curve:  # noqa: ARG001 -- as its siblings
    return _estimate_daily(people, table, np.zeros(0), weighted=False)


def _estimate_daily(people: Patients, table: LifeTable, days: Floats, *, weighted: bool) -> Curve:
    """Estimate as relsurv does: from one distinct time to the next by steps of a day, the last one shorter."""
    from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

    if (people.entry > 0).any():
        raise BurdenError(
            "the relsurv convention needs everybody followed from diagnosis on.",
            "quy ước relsurv cần theo dõi mọi người từ lúc chẩn đoán.",
            column="entry_days",
        )
    walk = _lay_grid(people, table, people.exit, days)
    starts, lengths, ends = _cut_days(walk.grid)
    counts = count_risk(people, walk.grid)
    steps = ends[walk.last] if len(ends) else walk.last
    sums, weights = kernels.sum_days(walk.patients, steps, (starts, lengths), walk.cells, weighted)
    integral = kernels.integrate_steps(sums, lengths, ends, weighted)
    totals = np.where(ends > 0, sums[np.maximum(ends - 1, 0), 3] if len(starts) else 0.0, counts.at_risk)
    died = np.bincount(walk.last[people.dead], weights[people.dead], len(walk.grid))
    squared = np.bincount(walk.last[people.dead], weights[people.dead] ** 2, len(walk.grid))
    survival = np.cumprod(1 - (died / totals - integral)).astype(float)
    return Curve(walk.grid, survival, np.cumsum(squared / totals**2))


def _cut_days(grid: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Cut the intervals between grid times into steps: their starts, lengths, and how many there are by each time."""
    begins = np.concatenate([[0.0], grid[:-1]])
    numbers = np.ceil(grid - begins).astype(np.int64)
    ends = np.cumsum(numbers)
    starts = np.arange(int(ends[-1]) if len(ends) else 0, dtype=float)
    starts = starts - np.repeat(ends - numbers, numbers) + np.repeat(begins, numbers)
    return starts, np.minimum(np.repeat(grid, numbers) - starts, 1.0), ends
