"""Life tables of patients over any intervals, from persons."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.curve import snap
from banyan.science.burden.survival.engine import count_in_engine, lies_in_engine
from banyan.science.burden.survival.forms import (
    Form,
    TableConvention,
    TableMethod,
    add_survival,
    find_measures,
)
from banyan.science.burden.survival.patients import (
    FollowUp,
    Patients,
    count_beyond,
    read_follow_up,
    read_patients,
    tabulate_strata,
    to_follow_up,
    to_patients,
)

Clock = Literal["days", "calendar"]
Columns = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
PART = 1 << 15
SUMS = (
    "at_risk",
    "entered",
    "deaths",
    "censored",
    "person_years",
    "expected",
    "left_alive",
    "weighted_at_risk",
    "weighted_entered",
    "weighted_deaths",
    "weighted_censored",
    "weighted_person_years",
    "weighted_expected",
    "weighted_deaths_squared",
)
COUNTED = ("at_risk", "entered", "deaths", "censored", "left_alive")


def survival_table(
    patients: IntoFrame,
    life_table: LifeTable | None = None,
    *,
    breaks: Sequence[float],
    method: TableMethod = "pohar-perme",
    form: Form = "hazard",
    by: Sequence[str] = (),
    convention: TableConvention = "exact",
    clock: Clock = "days",
    interval: str = "log-log",
    level: float = 0.95,
    days_per_year: float | None = None,
) -> pl.DataFrame:
    """Make a life table of patients: what happened in each interval since diagnosis, and survival to its end.

    Parameters
    ----------
    patients : data frame
        As in :func:`net_survival`, or, for ``method="observed"`` without a life table, :func:`observed_survival`. A table of
        DuckDB or PySpark is counted where it lies, with the convention "exact": the engine joins the life table and sums,
        and what leaves it is one row a stratum and one a stratum and interval. A fault then names no row.
    life_table : LifeTable, or None with ``method="observed"``
    breaks : numbers of years, ascending
        The intervals are (0, 1], (1, 2] for breaks 0, 1, 2. A first break above 0 makes survival conditional on being
        alive then. Deaths on the day of diagnosis belong to the first interval, with no person-time.
    method : {"pohar-perme", "ederer2", "observed"}
    form : {"hazard", "lifetable"}
        See :func:`survival_from_counts`.
    by : names of columns
    convention : {"exact", "popepi"}
        "exact" integrates person-time, expected deaths and weights through the cells of the life table, within the day.
        "popepi" does as that R package does: one hazard for each patient and interval, looked up in the middle of the
        patient's stay in it, and as weight exp(the patient's sum before the interval - half of a whole interval's
        hazard). A date is the year + (day of the year - 1) / ``days_per_year`` there.
    clock : {"days", "calendar"}
        Time since diagnosis in years: days / ``days_per_year``, or, with the convention "popepi" only, the difference of the
        two dates as years, as popEpi's ``get.yrs`` makes them.
    interval, level : as in :func:`net_survival`
    days_per_year : float
        That of the life table, else 365.25.

    Returns
    -------
    polars.DataFrame
        One row a stratum and interval: the columns of ``by``; ``from_years``, ``years``; ``at_risk`` at its start, ``entered``
        within it, ``deaths``, ``censored``, ``person_years``, ``expected`` deaths and the weighted sums, as far as the method
        uses them; ``left_alive``, in the last row those followed beyond the last break; ``beyond_table``, how many patients
        were followed beyond the last year of the life table, which is then carried on; what :func:`survival_from_counts`
        adds; ``method``, ``form``, ``convention``, ``interval``.

    Raises
    ------
    BurdenError
        As :func:`net_survival`; breaks that do not ascend.

    References
    ----------
    .. [1] Pohar Perme M, Stare J, Esteve J. On estimation in relative survival. Biometrics 2012;68:113-120.
    .. [2] Dickman PW, Coviello E. Estimating and modeling relative survival. Stata Journal 2015;15:186-215.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame({"time_days": [100, 200, 500, 600], "dead": [1, 0, 1, 0]})
    >>> table = survival_table(patients, breaks=[0, 1, 2], method="observed", form="lifetable")
    >>> table.select("at_risk", "deaths", "censored", pl.col("survival").round(4)).rows()
    [(4, 1, 1, 0.7143), (2, 1, 1, 0.2381)]
    """
    edges = read_breaks(breaks)
    find_measures(method, form)
    per_year = days_per_year or (life_table.days_per_year if life_table else 365.25)
    count = _choose_counting(method, convention, clock, life_table, per_year)
    unused = {"observed": ("expected", "weighted"), "ederer2": ("weighted",)}.get(method, ())
    kept = [
        *by,
        "from_years",
        "years",
        *(name for name in SUMS if not name.startswith(unused)),
        "beyond_table",
    ]
    if lies_in_engine(patients):
        _refuse_middles(convention)
        counts = count_in_engine(patients, life_table, edges, by=by, method=method, per_year=per_year)
    else:
        counts = _count_in_memory(patients, life_table, edges, by, count)
    found = add_survival(counts.select(kept), by, method, form, convention, interval=interval, level=level)
    said = {"method": method, "form": form, "convention": convention, "interval": interval}
    return found.with_columns(pl.lit(value).alias(name) for name, value in said.items())


def _refuse_middles(convention: str) -> None:
    if convention != "exact":
        raise BurdenError(
            f"the convention ‘{convention}’ is counted in memory only; take the rows out of the engine first.",
            f"quy ước ‘{convention}’ chỉ được đếm trong bộ nhớ; hãy lấy các dòng ra khỏi công cụ trước.",
        )


def _count_in_memory(
    patients: IntoFrame, table: LifeTable | None, edges: Floats, by: Sequence[str], count: "Count"
) -> pl.DataFrame:
    rows = read_patients(patients, by, table) if table else read_follow_up(patients, by)
    people = to_patients(rows, table) if table else _place_nowhere(to_follow_up(rows))

    def make(positions: NDArray[np.int64]) -> pl.DataFrame:
        own = people.take(positions)
        beyond = count_beyond(own, table) if table else 0
        return _name_sums(count(own, edges), edges).with_columns(beyond_table=pl.lit(beyond, pl.Int64))

    return tabulate_strata(rows, by, make)


def find_breaks(at: Sequence[float], breaks: Sequence[float] | None) -> Sequence[float]:
    """Breaks where figures are wanted at some times: those given or, with None, every month up to the last of them."""
    if breaks is None:
        breaks = [month / 12 for month in range(int(np.ceil(max(at) * 12 - 1e-6)) + 1)]
    for time in at:
        if not any(abs(end - time) < 1e-6 for end in breaks[1:]):
            raise BurdenError(
                f"no interval of the life table ends at {time:g} years: choose the breaks, or another time.",
                f"không có khoảng nào của bảng sống kết thúc ở {time:g} năm: hãy chọn các mốc, hoặc thời điểm khác.",
            )
    return breaks


def keep_times(table: pl.DataFrame, at: Sequence[float]) -> pl.DataFrame:
    """Keep the intervals that end at the times asked for."""
    return table.filter(pl.any_horizontal(*((pl.col("years") - time).abs() < 1e-6 for time in at)))


Count = Callable[[Patients, Floats], NDArray[np.float64]]


def read_breaks(breaks: Sequence[float]) -> Floats:
    """Check the ends of intervals: they ascend."""
    edges = np.asarray(list(breaks), dtype=float)
    if len(edges) < 2 or not np.isfinite(edges).all() or edges[0] < 0 or (np.diff(edges) <= 0).any():
        raise BurdenError(
            "the breaks are two or more numbers of years, each above the one before, none negative.",
            "các mốc là hai hay nhiều số năm không âm, tăng dần.",
        )
    return edges


def _choose_counting(
    method: str, convention: str, clock: str, table: LifeTable | None, per_year: float
) -> Count:
    if table is None and method != "observed":
        raise BurdenError("net survival needs a life table.", "sống thêm thuần cần một bảng sống.")
    known = [("exact", "days"), ("popepi", "days"), ("popepi", "calendar")]
    if (convention, clock) not in known or (clock == "calendar" and table is None):
        said = "; ".join(f"{one} ({other})" for one, other in known)
        raise BurdenError(
            f"there is no convention ‘{convention}’ with clock ‘{clock}’ here; these are known: {said}.",
            f"không có quy ước ‘{convention}’ với cách đo thời gian ‘{clock}’; đã biết: {said}.",
        )
    if convention == "exact" or table is None:
        return partial(_count_exactly, table=table or NO_TABLE, per_year=per_year)
    return partial(_count_middles, table=table, clock=clock, per_year=per_year)


# Of a population where nobody dies, all that is left of a life table of patients is what was observed.
NO_TABLE = LifeTable(("1",), np.array([1970]), np.zeros(1), np.zeros((1, 1, 1)), 365.25)


def _place_nowhere(people: FollowUp) -> Patients:
    nothing = np.zeros(len(people.exit), dtype=np.int64)
    return Patients(
        people.entry, people.exit, people.dead, people.share, nothing, nothing.astype(float), nothing
    )


def _count_exactly(people: Patients, edges: Floats, *, table: LifeTable, per_year: float) -> Floats:
    from banyan.science.burden.survival import tabulating  # noqa: PLC0415 -- slow import

    days = edges * per_year
    follow = (snap(people.entry, days), snap(people.exit, days), people.dead)
    cells = (table.age_starts, table.year_starts.astype(float), table.daily)
    placed = (people.sex, people.age, people.diagnosed.astype(float))
    sums = _add_parts(tabulating.tabulate_exactly, placed, follow, days, cells)
    sums[:, [SUMS.index("person_years"), SUMS.index("weighted_person_years")]] /= per_year
    return sums


def _count_middles(
    people: Patients, edges: Floats, *, table: LifeTable, clock: str, per_year: float
) -> Floats:
    from banyan.science.burden.survival import tabulating  # noqa: PLC0415 -- slow import

    diagnosed = read_years(people.diagnosed, per_year)
    entry, leaving = people.entry / per_year, people.exit / per_year
    if clock == "calendar":
        late = people.entry > 0
        entry = np.where(late, read_years(people.diagnosed + people.entry, per_year) - diagnosed, 0.0)
        leaving = read_years(people.diagnosed + people.exit, per_year) - diagnosed
    cells = (table.ages, table.years.astype(float), np.ascontiguousarray(table.hazards))
    placed = (people.sex, people.age / table.days_per_year, diagnosed)
    follow = (snap(entry, edges), snap(leaving, edges), people.dead)
    return _add_parts(tabulating.tabulate_middles, placed, follow, edges, cells)


def _add_parts(
    kernel: Callable[..., Floats], placed: Columns, follow: Columns, edges: Floats, cells: Columns
) -> Floats:
    """Add the sums of parts of fixed size, two at a time: the same to the last digit on any number of cores."""
    starts = range(0, len(follow[1]), PART)
    parts = [[tuple(column[i : i + PART] for column in each) for each in (placed, follow)] for i in starts]
    if len(parts) < 2:
        return kernel(placed, follow, edges, cells)
    with ThreadPoolExecutor(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    ) as pool:
        return np.sum(list(pool.map(lambda part: kernel(*part, edges, cells), parts)), axis=0)


def _name_sums(sums: Floats, edges: Floats) -> pl.DataFrame:
    bounds = {"from_years": edges[:-1], "years": edges[1:]}
    frame = pl.DataFrame(bounds | {name: sums[:, k] for k, name in enumerate(SUMS)})
    return frame.with_columns(pl.col(COUNTED).cast(pl.Int64))


def read_years(days: NDArray[np.int64] | Floats, per_year: float) -> Floats:
    """Turn days since 1970 into year + (day of the year - 1) / ``per_year``."""
    whole = np.floor(days).astype("datetime64[D]")
    year = whole.astype("datetime64[Y]")
    within = (whole - year).astype(np.int64) + (days - np.floor(days))
    return np.asarray(year.astype(np.int64) + 1970 + within / per_year, dtype=float)
