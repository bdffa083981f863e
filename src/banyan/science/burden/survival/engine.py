"""Life tables of patients counted where the rows lie: in DuckDB or PySpark, or in a lazy Polars frame.

One definition, in expressions of narwhals, does within the engine what ``tabulating`` does in memory: it cuts each stay in
an interval where a birthday or a first of January falls, joins the hazard of the cell, and sums. What leaves the engine
is one row a stratum, and one row a stratum and interval.
"""

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.asking import YEAR, find_strata, name_levels, start_year, take_people
from banyan.science.burden.survival.beside import lay_beside
from banyan.science.burden.survival.cells import list_hazards
from banyan.science.burden.survival.patients import TIE
from banyan.science.burden.survival.rules import DAY, SEX

FOREVER = 1e9
PLAIN = ("at_risk", "entered", "deaths", "censored", "left_alive")
SHARE = "share"


def lies_in_engine(frame: IntoFrame) -> bool:
    """Say whether the rows lie in an engine, which counts them without giving them out."""
    source = nw.from_native(frame)
    return isinstance(source, nw.LazyFrame) and not source.implementation.is_polars()


def count_in_engine(
    frame: IntoFrame,
    table: LifeTable | None,
    edges: Floats,
    *,
    by: Sequence[str],
    method: str,
    per_year: float,
) -> pl.DataFrame:
    """Count a life table of patients in the engine that has their rows.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``, ``from_years``, ``years``, the sums that ``tabulating`` makes, in person-years where they
        are times, and ``beyond_table``.

    Raises
    ------
    BurdenError
        As in memory; the sentence names column and value and no row: the rows of an engine have no order.
    """
    # Strata go by names of our own within the engine, where they cannot be taken for one of its columns.
    strata_names = {name: f"stratum {i}" for i, name in enumerate(by)}
    keys = list(strata_names.values())
    people = take_people(nw.from_native(frame).lazy(), table, strata_names)
    strata = find_strata(people, table, keys)
    days = edges * per_year
    weighted = method == "pohar-perme"
    levels = name_levels(table) if table else {}
    person = ["time_days", "dead", "entry_days"] + (
        [SEX, "age_days", YEAR, DAY, *levels.values()] if table else []
    )
    people = people.with_columns(nw.col(name).cast(nw.String).alias(level) for name, level in levels.items())
    # Who are alike in everything are one row, which makes what is left distinct: weights are summed person by person.
    kinds = [*keys, *person]
    alike = people.group_by(kinds).agg(nw.len().cast(nw.Float64).alias(SHARE))
    stays = _cut_stays(alike, days, whole=weighted)
    if table is None or method == "observed":
        parts = stays.with_columns(nw.lit(0.0).alias("hazard"), lo=nw.col("since"), hi=nw.col("until"))
    else:
        cells = list_hazards(table, levels, strata)
        parts = _cut_cells(stays, table, float(np.diff(days, prepend=0.0).max()))
        parts = parts.join(lay_beside(parts, cells), on=[SEX, *levels.values(), "year", "cell"], how="inner")
    if weighted:
        passed = nw.col("hazard") * (nw.col("hi") - nw.col("lo"))
        parts = parts.with_columns(passed.alias("passed"))
        before = nw.col("passed").cum_sum().over(*kinds, order_by=["lo", "hi"]) - nw.col("passed")
        parts = parts.with_columns(before.exp().alias("weight"))
    sums = _sum_parts(parts, keys, len(edges) - 2, weighted=weighted).collect("polars").to_polars()
    filled = _fill_strata(sums, strata, edges, keys, per_year)
    return filled.rename({key: name for name, key in strata_names.items()})


def _cut_stays(alike: nw.LazyFrame, days: Floats, *, whole: bool) -> nw.LazyFrame:
    """Lay each person beside the intervals in which it is followed; ``whole`` also those before it was."""
    starts, ends = days[:-1].tolist(), days[1:].tolist()
    order = list(range(len(starts)))
    if whole and days[0] > 0:
        starts, ends, order = [0.0, *starts], [float(days[0]), *ends], [-1, *order]
    intervals = pl.DataFrame({"interval": order, "begins": starts, "ends": ends})
    rows = alike.join(lay_beside(alike, intervals), how="cross")
    rows = rows.with_columns(leaves=_snap("time_days"), enters=_snap("entry_days"))
    at_once = (nw.col("time_days") == 0) & (nw.col("begins") == 0) & (nw.col("interval") == 0)
    present = nw.col("leaves") > nw.col("begins")
    present = present if whole else present & (nw.col("enters") < nw.col("ends"))
    rows = rows.filter(present | at_once)
    start = nw.max_horizontal("begins", "enters")
    return rows.with_columns(
        at_once.alias("at_once"),
        start.alias("start"),
        (nw.col("begins") if whole else start).alias("since"),
        nw.min_horizontal("ends", "leaves").alias("until"),
    )


def _snap(name: str) -> nw.Expr:
    """Move a time that differs by rounding only from an end of the interval onto it."""
    time = nw.col(name)
    near = nw.max_horizontal(time, nw.lit(1.0)) * TIE
    first = nw.when((time - nw.col("begins")).abs() <= near).then(nw.col("begins")).otherwise(time)
    return nw.when((time - nw.col("ends")).abs() <= near).then(nw.col("ends")).otherwise(first)


def _cut_cells(stays: nw.LazyFrame, table: LifeTable, longest: float) -> nw.LazyFrame:
    """Cut stays at each first of January, and what is left at each birthday; ``year`` and ``cell`` (of age) say where."""
    last_year, last_age = float(table.years[-1]), float(table.ages[-1])
    per_year = table.days_per_year
    now = nw.col(DAY) + nw.col("since")
    # Years of 366 days never lead too far, and within five centuries no more than one year too short.
    stays = stays.with_columns(near=nw.col(YEAR) + ((now - start_year(nw.col(YEAR))) / 366).floor())
    short = nw.when(start_year(nw.col("near") + 1) <= now).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
    stays = stays.with_columns(near=nw.min_horizontal(nw.col("near") + short, nw.lit(last_year)))
    parts = _step(stays, int(longest // 365) + 2, "year", last_year)
    opens, closes = (start_year(nw.col("year") + i) - nw.col(DAY) for i in (0, 1))
    parts = _bound(parts, ("since", "until"), (opens, closes), "year", last_year)
    age = ((nw.col("age_days") + nw.col("lo")) / per_year).floor()
    parts = parts.with_columns(
        near=nw.min_horizontal(age, nw.lit(last_age)), since=nw.col("lo"), until=nw.col("hi")
    )
    parts = _step(parts, int(longest // per_year) + 2, "cell", last_age)
    opens, closes = ((nw.col("cell") + i) * per_year - nw.col("age_days") for i in (0, 1))
    parts = _bound(parts, ("since", "until"), (opens, closes), "cell", last_age)
    return parts.with_columns(nw.col("year", "cell").cast(nw.Int64))


def _step(rows: nw.LazyFrame, most: int, name: str, last: float) -> nw.LazyFrame:
    """Lay each row beside the cells that it may reach, from the one where it begins."""
    steps = pl.DataFrame({"step": [float(i) for i in range(most)]})
    reached = rows.join(lay_beside(rows, steps), how="cross").with_columns(
        (nw.col("near") + nw.col("step")).alias(name)
    )
    return reached.filter(nw.col(name) <= last)


def _bound(
    rows: nw.LazyFrame, stay: tuple[str, str], cell: tuple[nw.Expr, nw.Expr], name: str, last: float
) -> nw.LazyFrame:
    """Keep what lies within the cell, which is open behind where it is the last."""
    first = nw.col("step") == 0
    opens = nw.when(first).then(nw.col(stay[0])).otherwise(nw.max_horizontal(nw.col(stay[0]), cell[0]))
    ends = nw.when(nw.col(name) >= last).then(nw.lit(FOREVER)).otherwise(cell[1])
    rows = rows.with_columns(lo=opens, hi=nw.min_horizontal(nw.col(stay[1]), ends))
    return rows.filter((nw.col("lo") < nw.col("hi")) | (nw.col("at_once") & first)).drop("step")


def _sum_parts(parts: nw.LazyFrame, by: list[str], last: int, *, weighted: bool) -> nw.LazyFrame:
    """Sum what happened in the parts of stays, each interval and stratum by itself."""
    lo, hi, start, hazard = (nw.col(name) for name in ("lo", "hi", "start", "hazard"))
    seen = nw.max_horizontal(lo, nw.min_horizontal(start, hi))
    begins = (lo <= start) & ((start < hi) | nw.col("at_once"))
    over = hi >= nw.min_horizontal("ends", "leaves")
    gone = over & (nw.col("leaves") <= nw.col("ends"))
    stays = (nw.col("leaves") > nw.col("ends")) & (nw.col("enters") < nw.col("ends"))
    parts = parts.filter(nw.col("interval") >= 0).with_columns(time=hi - seen, seen=seen)
    parts = parts.with_columns(
        expected=nw.col("time") * hazard,
        at_risk=_count(begins & (nw.col("enters") <= nw.col("begins"))),
        entered=_count(begins & (nw.col("enters") > nw.col("begins"))),
        deaths=_count(gone & (nw.col("dead") == 1)),
        censored=_count(gone & (nw.col("dead") == 0)),
        left_alive=_count(over & stays & (nw.col("interval") == last)),
    )
    sums = ["time", "expected", *PLAIN]
    if weighted:
        parts, more = _weigh_parts(parts)
        sums += more
    shared = parts.with_columns((nw.col(name) * nw.col(SHARE)).alias(name) for name in sums)
    return shared.group_by([*by, "interval"]).agg(nw.col(*sums).sum())


def _count(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1.0)).otherwise(nw.lit(0.0))


def _weigh_parts(parts: nw.LazyFrame) -> tuple[nw.LazyFrame, list[str]]:
    """Add what each part counts with the inverse of the population's survival: at its start, its end, and in between."""
    hazard = nw.col("hazard")
    begin = nw.max_horizontal("lo", nw.min_horizontal("start", "hi"))
    parts = parts.with_columns(
        weight_start=nw.col("weight") * (hazard * (begin - nw.col("lo"))).exp(),
        weight_end=nw.col("weight") * nw.col("passed").exp(),
        grown=_exp_less_one(nw.col("expected")),
    )
    length = nw.when(hazard > 0).then(nw.col("grown") / hazard).otherwise(nw.col("time"))
    weights = {
        "weighted_at_risk": nw.col("at_risk") * nw.col("weight_start"),
        "weighted_entered": nw.col("entered") * nw.col("weight_start"),
        "weighted_deaths": nw.col("deaths") * nw.col("weight_end"),
        "weighted_censored": nw.col("censored") * nw.col("weight_end"),
        "weighted_time": nw.col("weight_start") * length,
        "weighted_expected": nw.col("weight_start") * nw.col("grown"),
        "weighted_deaths_squared": nw.col("deaths") * nw.col("weight_end") * nw.col("weight_end"),
    }
    return parts.with_columns(**weights), list(weights)


def _exp_less_one(x: nw.Expr) -> nw.Expr:
    """Make exp(x) - 1 of x >= 0 without losing the digits of a small x: seven terms of the series there."""
    series = 1 + x / 7
    for i in (6, 5, 4, 3, 2):
        series = 1 + x / i * series
    return nw.when(x < 0.03).then(x * series).otherwise(x.exp() - 1)


def _fill_strata(
    sums: pl.DataFrame, strata: pl.DataFrame, edges: Floats, by: list[str], per_year: float
) -> pl.DataFrame:
    """Set the sums beside every stratum and interval, 0 where nobody was, and times into years."""
    bounds = {"interval": range(len(edges) - 1), "from_years": edges[:-1], "years": edges[1:]}
    whole = strata.select(*by, "beyond_table").join(pl.DataFrame(bounds), how="cross")
    sums = sums.with_columns(pl.col("interval").cast(pl.Int64))
    filled = whole.join(sums, on=[*by, "interval"], how="left", nulls_equal=True).sort([*by, "interval"])
    times = [name for name in ("time", "weighted_time") if name in sums.columns]
    measured = [name for name in sums.columns if name not in {*by, "interval"}]
    filled = filled.with_columns(pl.col(measured).fill_null(0.0))
    filled = filled.with_columns(pl.col(times) / per_year, pl.col(PLAIN).round().cast(pl.Int64))
    return filled.rename({name: name.replace("time", "person_years") for name in times}).drop("interval")
