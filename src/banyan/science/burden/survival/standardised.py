"""Age-standardised net survival, from patients: traditional and after Brenner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.actuarial import Clock, find_breaks, keep_times, survival_table
from banyan.science.burden.survival.combining import MissingRule, combine_survival, find_age_standard
from banyan.science.burden.survival.forms import Form, add_survival
from banyan.science.burden.survival.net import Convention, Method, net_survival
from banyan.science.burden.survival.observed import SurvivalInterval
from banyan.science.burden.survival.patients import count_beyond, read_patients, to_patients

Weighting = Literal["traditional", "brenner"]
WEIGHTINGS = ("traditional", "brenner")
RULES = ("refuse", "merge", "stop")
TABULAR = ("life-table", "popepi")
CONVENTIONS = ("exact", "relsurv", *TABULAR)
GROUP = "age group"
WEIGHT = "weight of the age group"


def standardise_survival(
    patients: IntoFrame,
    life_table: LifeTable,
    *,
    standard: str | Mapping[int, float] = "icss1",
    weighting: Weighting = "traditional",
    on_missing: MissingRule = "refuse",
    at: Sequence[float] = (1, 3, 5, 10),
    by: Sequence[str] = (),
    method: Method = "pohar-perme",
    convention: Convention | Literal["life-table", "popepi"] = "exact",
    form: Form = "hazard",
    breaks: Sequence[float] | None = None,
    clock: Clock = "days",
    add_times: bool = False,
    interval: SurvivalInterval = "log",
    level: float = 0.95,
) -> pl.DataFrame:
    """Estimate net survival as it would be if the patients had the ages of a standard.

    Parameters
    ----------
    patients, life_table, method, interval, level : as in :func:`net_survival`
    standard : {"icss1", "icss2", "icss3", "icss1-prostate"} or mapping of lower age in years to weight
        The youngest group takes whoever is younger than its lower age too. Weights are divided by their sum.
    weighting : {"traditional", "brenner"}
        The weighted mean of the curves of the age groups, or one curve of patients who each count as much as their age
        group's weight is above or below its share of the patients: for sparse groups.
    on_missing : {"refuse", "merge", "stop"}
        What becomes of an age group that has a weight and no patient, or, in "traditional", whose curve ends before the last
        time of ``at``: an error; its patients and its weight go to the next younger group (of the youngest, to the next
        older); or no figure from the time on at which the first curve ends. "brenner" only knows empty groups.
    at : numbers of years; with a life-table convention, ends of intervals
    by : names of columns
    convention : {"exact", "relsurv", "life-table", "popepi"}
        The last two are the conventions "exact" and "popepi" of :func:`survival_table`, in ``form`` and over ``breaks``, which
        are monthly up to the last of ``at`` unless given.
    clock : as in :func:`survival_table`
    add_times : as in :func:`net_survival`

    Returns
    -------
    polars.DataFrame
        The columns of ``by``, ``years``, ``survival``, ``std_err``, ``lower``, ``upper``, ``groups`` (how many age groups there
        are), ``rule``, ``merged`` (what was merged, as "75 into 65"; empty if nothing), ``beyond_table``, ``standard``, ``weighting``,
        ``method``, ``convention``, ``interval``.

    Raises
    ------
    BurdenError

    References
    ----------
    .. [1] Corazziari I, Quinn M, Capocaccia R. Standard cancer patient population for age standardising survival
       ratios. Eur J Cancer 2004;40:2307-2316.
    .. [2] Brenner H, Arndt V, Gefeller O, Hakulinen T. An alternative approach to age adjustment of cancer survival rates.
       Eur J Cancer 2004;40:2317-2322.
    .. [3] Pokhrel A, Hakulinen T. How to interpret the relative survival ratios of cancer patients. Eur J Cancer
       2008;44:2661-2667.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> table = LifeTable.from_frame(pl.DataFrame({"sex": [1], "year": [2000], "age": [0], "hazard": [0.0]}))
    >>> patients = pl.DataFrame(
    ...     {
    ...         "sex": 1,
    ...         "age_days": [40 * 365, 40 * 365, 80 * 365, 80 * 365],
    ...         "diagnosis_date": date(2001, 5, 1),
    ...         "time_days": [400, 400, 100, 400],
    ...         "dead": [0, 0, 1, 0],
    ...     }
    ... )
    >>> standardise_survival(patients, table, standard={0: 3, 50: 1}, at=[1])["survival"].to_list()
    [0.875]
    """
    shares = find_age_standard(standard)
    _check_options(weighting, on_missing, convention)
    ends = find_breaks(at, breaks) if convention in TABULAR else None
    how = _How(
        life_table, tuple(at), tuple(by), method, convention, form, ends, clock, add_times, interval, level
    )
    rows = _group_ages(patients, how, shares)
    estimate = _average_groups if weighting == "traditional" else _weigh_patients
    if by and rows.is_empty():
        raise BurdenError("there is no patient.", "không có người bệnh nào.")
    found = [
        estimate(part, how, shares, on_missing).with_columns(
            beyond_table=pl.lit(count_beyond(to_patients(part, life_table), life_table), pl.Int64)
        )
        for part in (rows.partition_by(by, maintain_order=True) if by else [rows])
    ]
    said = {
        "standard": standard if isinstance(standard, str) else "own",
        "weighting": weighting,
        "method": method,
        "convention": convention,
        "interval": interval,
    }
    return (
        pl.concat(found)
        .sort([*by, "years"])
        .with_columns(pl.lit(value).alias(name) for name, value in said.items())
    )


def _check_options(weighting: str, on_missing: str, convention: str) -> None:
    check_option(weighting, WEIGHTINGS, "weighting ‘{}’", "cách tính trọng số ‘{}’")
    check_option(on_missing, RULES, "rule for a missing age group ‘{}’", "quy tắc cho nhóm tuổi trống ‘{}’")
    check_option(convention, CONVENTIONS, "convention ‘{}’", "quy ước ‘{}’")


@dataclass(frozen=True)
class _How:
    """The arguments that only the estimators read."""

    table: LifeTable
    at: tuple[float, ...]
    by: tuple[str, ...]
    method: Method
    convention: str
    form: Form
    breaks: Sequence[float] | None
    clock: Clock
    add_times: bool
    interval: SurvivalInterval
    level: float

    def estimate(self, rows: pl.DataFrame, by: Sequence[str], weights: str | None = None) -> pl.DataFrame:
        if self.convention in TABULAR:
            return keep_times(self.tabulate(rows, by), self.at)
        return net_survival(
            rows,
            self.table,
            method=self.method,
            at=self.at,
            by=by,
            convention=self.convention,  # type: ignore[arg-type]
            interval=self.interval,
            level=self.level,
            add_times=self.add_times,
            weights=weights,
        )

    def tabulate(self, rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
        return survival_table(
            rows,
            self.table,
            breaks=self.breaks or (),
            method=self.method,  # type: ignore[arg-type]
            form=self.form,
            by=by,
            convention="popepi" if self.convention == "popepi" else "exact",
            clock=self.clock,
            interval=self.interval,
            level=self.level,
        )


def _group_ages(patients: IntoFrame, how: _How, shares: Mapping[int, float]) -> pl.DataFrame:
    rows = read_patients(patients, how.by, how.table)
    edges = [age for age, share in shares.items() if share > 0]
    if len(edges) < len(shares):
        raise BurdenError(
            "an age group with the weight 0 would leave its patients out; take them out, or merge the group.",
            "nhóm tuổi có trọng số 0 sẽ bỏ người bệnh của nhóm; hãy loại họ ra hoặc gộp nhóm.",
        )
    age = rows["age_days"].to_numpy() / how.table.days_per_year
    place = np.maximum(np.searchsorted(edges, age, side="right") - 1, 0)
    return rows.with_columns(pl.Series(GROUP, np.asarray(edges)[place]))


def _average_groups(
    rows: pl.DataFrame, how: _How, shares: Mapping[int, float], rule: MissingRule
) -> pl.DataFrame:
    rows, weights, merged = _merge_empty(rows, dict(shares), rule, how.by)
    while True:
        curves = how.estimate(rows, [*how.by, GROUP])
        ended = sorted(curves.filter(pl.col("survival").is_null())[GROUP].unique().to_list())
        if rule != "merge" or not ended or len(weights) == 1:
            break
        rows, weights = _merge(rows, weights, ended[-1], merged)
    found = combine_survival(
        curves,
        weights,
        over=GROUP,
        by=how.by,
        on_missing="refuse" if rule == "refuse" else "stop",
        interval=how.interval,
        level=how.level,
    )
    return found.with_columns(
        groups=pl.lit(len(weights)), rule=pl.lit(rule), merged=pl.lit("; ".join(merged))
    )


def _merge_empty(
    rows: pl.DataFrame, weights: dict[int, float], rule: MissingRule, by: Sequence[str]
) -> tuple[pl.DataFrame, dict[int, float], list[str]]:
    """Merge, refuse or leave alone the groups that nobody is in."""
    merged: list[str] = []
    present = set(rows[GROUP].to_list())
    for age in [age for age in weights if age not in present]:
        if rule == "refuse":
            where = "".join(f", {name} {rows[name][0]}" for name in by)
            raise BurdenError(
                f"nobody is in the age group from {age} on{where}: merge age groups, or stop the curve.",
                f"không có ai trong nhóm từ {age} tuổi{where}: hãy gộp nhóm tuổi, hoặc dừng đường cong.",
                column="age_days",
            )
        if rule == "merge" and len(weights) > 1:
            rows, weights = _merge(rows, weights, age, merged)
    return rows, weights, merged


def _merge(
    rows: pl.DataFrame, weights: dict[int, float], age: int, merged: list[str]
) -> tuple[pl.DataFrame, dict[int, float]]:
    """Move a group's patients and weight to the next younger one, or of the youngest to the next older one."""
    ages = sorted(weights)
    place = ages.index(age)
    into = ages[place - 1] if place else ages[1]
    merged.append(f"{age} into {into}")
    weights = weights | {into: weights[into] + weights[age]}
    del weights[age]
    return rows.with_columns(pl.col(GROUP).replace(age, into)), weights


def _weigh_patients(
    rows: pl.DataFrame, how: _How, shares: Mapping[int, float], rule: MissingRule
) -> pl.DataFrame:
    rows, weights, merged = _merge_empty(rows, dict(shares), rule, how.by)
    counts = dict(rows[GROUP].value_counts().rows())
    each = {age: share * rows.height / counts[age] for age, share in weights.items() if age in counts}
    if how.convention not in TABULAR:
        weight = pl.col(GROUP).replace_strict(each, return_dtype=pl.Float64)
        found = how.estimate(rows.with_columns(weight.alias(WEIGHT)), how.by, WEIGHT)
    else:
        found = keep_times(_weigh_counts(how.tabulate(rows, [*how.by, GROUP]), each, how), how.at)
    if set(weights) - set(each):  # "stop": nothing is known of a population whose part is empty
        found = found.with_columns(
            pl.lit(None, pl.Float64).alias(c) for c in ("survival", "std_err", "lower", "upper")
        )
    kept = [*how.by, "years", "survival", "std_err", "lower", "upper"]
    return found.select(kept).with_columns(
        groups=pl.lit(len(weights)), rule=pl.lit(rule), merged=pl.lit("; ".join(merged))
    )


def _weigh_counts(counts: pl.DataFrame, each: Mapping[int, float], how: _How) -> pl.DataFrame:
    """Add the counts of the age groups up, each as often as it weighs, as if all were weighted sums."""
    weight = pl.col(GROUP).replace_strict(each, return_dtype=pl.Float64)
    prefix = "weighted_" if how.method == "pohar-perme" else ""
    squared = pl.col("weighted_deaths_squared") if prefix else pl.col("deaths")
    names = ("deaths", "expected", "person_years", "at_risk", "censored", "entered")
    sums = counts.with_columns(weight.alias(WEIGHT))
    sums = sums.group_by([*how.by, "from_years", "years"]).agg(
        pl.col("deaths", "person_years", "at_risk", "censored", "entered").sum(),
        *((pl.col(WEIGHT) * pl.col(prefix + name)).sum().alias("its " + name) for name in names),
        (pl.col(WEIGHT) ** 2 * squared).sum().alias("its deaths_squared"),
    )
    sums = sums.rename({name: name.replace("its ", "weighted_") for name in sums.columns})
    return add_survival(
        sums, how.by, "pohar-perme", how.form, "exact", interval=how.interval, level=how.level
    )
