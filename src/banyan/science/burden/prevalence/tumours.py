"""Tumours as they stand on the index date: checked, chosen by a named rule, each alive, dead or lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.counts import OLDEST_AGE
from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.survival.patients import TABLE

TumourRule = Literal["tumours", "first", "persons"]
RULES = ("tumours", "first", "persons")
WIDTH = 5
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Pool:
    """Tumours diagnosed on or before the index date.

    Attributes
    ----------
    rows : polars.DataFrame
        The columns of the strata; ``diagnosis_date``; ``seen`` and ``since``, days from diagnosis to the last day on which the
        person is known of, not after the index date, and to that date; ``died`` (on or before it); ``lost`` (last known of
        before it); ``age_group`` on that date (null: unknown), where ages were given.
    left_out : mapping of str to int
        Rows that are not in ``rows``, by reason.
    """

    rows: pl.DataFrame
    left_out: Mapping[str, int]


def read_tumours(
    frame: IntoFrame,
    index_date: date,
    *,
    by: Sequence[str],
    strata: Collection[str],
    tumours: TumourRule,
    aged: bool,
) -> Pool:
    """Check the rows and keep those that the rule, within each of ``by``, and the index date let count.

    Raises
    ------
    BurdenError
        A date that is no date, an exit before the diagnosis, a ``dead`` that is not 0 or 1, a column that is missing.
    """
    check_option(tumours, RULES, "rule of tumours ‘{}’", "quy tắc tính u ‘{}’")
    rows = _check_rows(frame, strata, tumours, aged)
    reason = _find_reason(rows, index_date, [name for name in by if name != "age_group"], tumours)
    counts = reason.drop_nulls().value_counts()
    kept = _stand_on(rows.filter(reason.is_null()), index_date)
    if aged:
        kept = _group_age(kept, index_date)
    columns = [*strata, "diagnosis_date", "seen", "since", "died", "lost", *(["age_group"] if aged else [])]
    return Pool(kept.select(list(dict.fromkeys(columns))), dict(sorted(counts.rows())))


def _check_rows(frame: IntoFrame, strata: Collection[str], tumours: str, aged: bool) -> pl.DataFrame:  # noqa: FBT001 -- private, called once
    names = nw.from_native(frame).collect_schema().names()
    exits = "exit_date" if "exit_date" in names else "time_days"
    ages = [name for name in ("birth_date", "age_days") if name in names] if aged else []
    if aged and not ages:
        raise BurdenError.missing_column("age_days", *TABLE)
    people = [] if tumours == "tumours" else ["person"]
    own = [name for name in strata if name != "age_group"]
    rows = take_columns(frame, ["diagnosis_date", exits, "dead", *people, *own, *ages[:1]], table=TABLE)
    rows = _read_exit(_read_date(rows, "diagnosis_date"), exits)
    rows = as_numbers(rows, "dead")
    refuse(
        rows,
        "dead",
        ~pl.col("dead").is_in([0.0, 1.0]),
        "dead is 0 or 1, not {}.",
        "dead là 0 hoặc 1, không phải {}.",
    )
    for name in people:
        refuse(rows, name, pl.col(name).is_null(), "the value is empty.", "ô này trống.")
    return rows


def _read_date(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Take dates; here an empty one leaves its row out, which is said."""
    if not isinstance(rows.schema[column], pl.Date | pl.Datetime | pl.Null):
        raise BurdenError(
            "the dates must be dates, not numbers or text.",
            "ngày phải là kiểu ngày tháng, không phải số hay chữ.",
            column=column,
        )
    return rows.with_columns(pl.col(column).cast(pl.Date))


def _read_exit(rows: pl.DataFrame, exits: str) -> pl.DataFrame:
    if exits == "exit_date":
        rows = _read_date(rows, exits)
        days = (pl.col(exits) - pl.col("diagnosis_date")).dt.total_days().cast(pl.Float64)
        rows = rows.with_columns(days.alias("follow-up"))
    else:
        rows = as_numbers(rows, exits, nullable=True).with_columns(pl.col(exits).alias("follow-up"))
    refuse(
        rows,
        exits,
        pl.col("follow-up") < 0,
        "{}: the follow-up ends before the diagnosis.",
        "{}: theo dõi kết thúc trước ngày chẩn đoán.",
    )
    refuse(
        rows,
        exits,
        pl.col("follow-up") > (OLDEST_AGE + 10) * 366,
        "{} is longer than a life; is the unit right?",
        "{} dài hơn một đời người; đơn vị có đúng không?",
    )
    return rows


def _find_reason(rows: pl.DataFrame, index_date: date, strata: Sequence[str], tumours: str) -> pl.Series:
    """Say of each row why it does not count, null where it does."""
    reasons = {
        "no date of diagnosis": pl.col("diagnosis_date").is_null(),
        "diagnosed after the index date": pl.col("diagnosis_date") > index_date,
        "another tumour of the same person": _is_other(rows, index_date, strata, tumours),
        "no date of last contact": pl.col("follow-up").is_null(),
    }
    found = [pl.when(why).then(pl.lit(name)) for name, why in reasons.items()]
    return rows.select(pl.coalesce(found).alias("reason")).to_series()


def _is_other(rows: pl.DataFrame, index_date: date, strata: Sequence[str], tumours: str) -> pl.Expr:
    """Say which rows are not the tumour that stands for its person; of the same day the first row does."""
    if tumours == "tumours":
        return pl.lit(value=False)
    ordered = rows.select("person", *strata, "diagnosis_date").with_row_index("row")
    ordered = ordered.filter(pl.col("diagnosis_date") <= index_date)
    if tumours == "first":
        chosen = ordered.sort("diagnosis_date", "row").unique("person", keep="first", maintain_order=True)
    else:
        # The latest: whoever has a tumour of the last n years is then counted for n, whatever n is.
        latest = ordered.sort("diagnosis_date", "row", descending=[True, False])
        chosen = latest.unique(["person", *strata], keep="first", maintain_order=True)
    other = np.ones(rows.height, dtype=bool)
    other[chosen["row"].to_numpy()] = False
    return pl.lit(pl.Series(other))


def _stand_on(rows: pl.DataFrame, index_date: date) -> pl.DataFrame:
    """Add how each stands at the end of the index date; what comes after it is not looked at."""
    since = (pl.lit(index_date) - pl.col("diagnosis_date")).dt.total_days().cast(pl.Float64)
    left = pl.col("follow-up")
    rows = rows.with_columns(since=since, seen=pl.min_horizontal(left, since))
    died = (pl.col("dead") == 1) & (left <= pl.col("since"))
    return rows.with_columns(died=died, lost=~died & (left < pl.col("since")))


def _group_age(rows: pl.DataFrame, index_date: date) -> pl.DataFrame:
    """Add the five-year age group in completed years on the index date."""
    if "birth_date" in rows.columns:
        rows = _read_date(rows, "birth_date")
        born = pl.col("birth_date")
        before = (born.dt.month() > index_date.month) | (
            (born.dt.month() == index_date.month) & (born.dt.day() > index_date.day)
        )
        age = index_date.year - born.dt.year().cast(pl.Int64) - before.cast(pl.Int64)
        column = "birth_date"
    else:
        rows = as_numbers(rows, "age_days", nullable=True)
        age = ((pl.col("age_days") + pl.col("since")) / DAYS_PER_YEAR).floor().cast(pl.Int64)
        column = "age_days"
    refuse(
        rows,
        column,
        (age < 0) | (age > OLDEST_AGE + 10),
        "{} gives no age on the index date; is the unit right?",
        "{} không cho ra tuổi vào ngày tính; đơn vị có đúng không?",
    )
    return rows.with_columns(age_group=age // WIDTH * WIDTH)
