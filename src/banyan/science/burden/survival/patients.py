"""Patients as the estimators need them: checked, and in arrays."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, find_first, refuse, take_columns
from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.sexes import read_sex
from banyan.science.burden.survival.rules import AGES, DAY, FOLLOW_UP, SEX, apply_rules, list_covered

TABLE = ("patients", "bảng người bệnh")
SHARE = "weight as read"
# Two times are one when they differ by no more than this share of themselves: the rounding of a conversion.
TIE = 1.5e-8


@dataclass(frozen=True)
class FollowUp:
    """When each patient came under observation and left it, and for how many it counts.

    Attributes
    ----------
    entry, exit : float arrays (n,)
        Days since diagnosis.
    dead : bool array (n,)
    share : float array (n,)
        1 unless the patients are weighted.
    """

    entry: Floats
    exit: Floats
    dead: NDArray[np.bool_]
    share: Floats

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Take some of the rows, in ascending order."""
        if len(rows) == len(self.exit):
            return self
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True)
class Patients(FollowUp):
    """Follow-up, with what places a patient in a life table.

    Attributes
    ----------
    sex : int array
        Position in the life table of the sex, and of the covariates where it has any.
    age : float array
        Days, at diagnosis.
    diagnosed : int array
        Days since 1970.
    """

    sex: NDArray[np.int64]
    age: Floats
    diagnosed: NDArray[np.int64]


def read_follow_up(
    frame: IntoFrame, by: Sequence[str], others: Sequence[str] = (), weights: str | None = None
) -> pl.DataFrame:
    """Check times and deaths; two times that differ by rounding only become the same."""
    wanted = [*others, "time_days", "dead", *([weights] if weights else [])]
    rows = take_columns(frame, wanted, ["entry_days", *by], table=TABLE)
    for name in by:
        if name not in rows.columns:
            raise BurdenError.missing_column(name, *TABLE)
    if "entry_days" not in rows.columns:
        rows = rows.with_columns(entry_days=0.0)
    for name in ("time_days", "dead", "entry_days"):
        rows = as_numbers(rows, name)
    if weights:
        rows = as_numbers(rows, weights)
        refuse(rows, weights, pl.col(weights) <= 0, "{} is no weight.", "{} không phải là trọng số.")
        rows = rows.with_columns(pl.col(weights).alias(SHARE))
    apply_rules(rows, FOLLOW_UP)
    return rows.with_columns(pl.Series("time_days", settle_ties(rows["time_days"].to_numpy())))


def settle_ties(times: Floats) -> Floats:
    """Make times equal that differ by no more than rounding does."""
    distinct, place = np.unique(times, return_inverse=True)
    if len(distinct) < 2:
        return times
    fresh = np.diff(distinct, prepend=-np.inf) > TIE * np.maximum(distinct, 1.0)
    return distinct[fresh][np.cumsum(fresh) - 1][place]


def read_patients(
    frame: IntoFrame, by: Sequence[str], table: LifeTable, weights: str | None = None
) -> pl.DataFrame:
    """Check every column that net survival needs.

    Raises
    ------
    BurdenError
        For the first row that is wrong, or that the life table does not cover.
    """
    others = ["sex", "age_days", "diagnosis_date", *table.covariates]
    rows = read_follow_up(frame, by, others, weights)
    # The sex of the strata stays as it was written.
    rows = read_sex(as_numbers(read_date(rows), "age_days"), into=SEX)
    apply_rules(rows, AGES)
    oldest = float(rows["age_days"].to_numpy().max(initial=0.0))
    refuse_years_for_days(oldest, find_first(rows, pl.col("age_days") == oldest))
    placed = rows.with_columns(pl.col("diagnosis_date").to_physical().alias(DAY))
    apply_rules(placed, list_covered(table))
    return rows


def read_date(rows: pl.DataFrame, column: str = "diagnosis_date") -> pl.DataFrame:
    """Take real dates only: a number for a date once gave a wrong survival and no warning (see ``relsurv``)."""
    if not isinstance(rows.schema[column], pl.Date | pl.Datetime):
        raise BurdenError(
            "the dates must be dates, not numbers or text.",
            "ngày phải là kiểu ngày tháng, không phải số hay chữ.",
            column=column,
        )
    refuse(rows, column, pl.col(column).is_null(), "the value is empty.", "ô này trống.")
    return rows.with_columns(pl.col(column).cast(pl.Date))


def refuse_years_for_days(oldest: float, row: int | None) -> None:
    """Refuse ages that can only be years: nobody over 120 days old, and somebody over 20."""
    if 20 <= oldest <= 120:
        raise BurdenError(
            f"the oldest patient is {oldest:g} days old; are these years?",
            f"người bệnh lớn tuổi nhất mới {oldest:g} ngày; đây có phải là số năm không?",
            column="age_days",
            row=row,
        )


def to_follow_up(rows: pl.DataFrame) -> FollowUp:
    dead = rows["dead"].to_numpy() == 1
    share = rows[SHARE].to_numpy() if SHARE in rows.columns else np.ones(rows.height)
    return FollowUp(rows["entry_days"].to_numpy(), rows["time_days"].to_numpy(), dead, share)


def to_patients(rows: pl.DataFrame, table: LifeTable) -> Patients:
    seen = to_follow_up(rows)
    return Patients(
        seen.entry,
        seen.exit,
        seen.dead,
        seen.share,
        find_groups(rows, table),
        rows["age_days"].to_numpy(),
        rows["diagnosis_date"].to_physical().cast(pl.Int64).to_numpy(),
    )


def find_groups(rows: pl.DataFrame, table: LifeTable) -> NDArray[np.int64]:
    """Find the place of each patient's sex and covariates on the first axis of a life table."""
    place = np.zeros(rows.height, dtype=np.int64)
    for name, levels in ((SEX, table.sexes), *table.covariates.items()):
        order = {level: i for i, level in enumerate(levels)}
        own = rows[name].cast(pl.String).replace_strict(order, return_dtype=pl.Int64)
        place = place * len(levels) + own.to_numpy()
    return place


def split_strata(
    rows: pl.DataFrame, by: Sequence[str]
) -> Iterator[tuple[dict[str, object], NDArray[np.int64]]]:
    """Yield each combination of the by-columns, sorted, with the positions of its rows."""
    if not by:
        yield {}, np.arange(rows.height)
        return
    groups = rows.select(by).with_row_index("row").group_by(by).agg("row").sort(by)
    for group in groups.iter_rows(named=True):
        positions = np.asarray(group.pop("row"), dtype=np.int64)
        yield group, positions


def tabulate_strata(
    rows: pl.DataFrame, by: Sequence[str], make: Callable[[NDArray[np.int64]], pl.DataFrame]
) -> pl.DataFrame:
    """Make a table of the positions of each stratum and set its by-columns before it; of no stratum, no row."""
    tables = [_label_stratum(make(positions), group, rows) for group, positions in split_strata(rows, by)]
    if tables:
        return pl.concat(tables)
    nobody = make(np.zeros(0, dtype=np.int64)).clear()
    return rows.select(by).clear().hstack(nobody.get_columns())


def _label_stratum(table: pl.DataFrame, stratum: dict[str, object], rows: pl.DataFrame) -> pl.DataFrame:
    """Set the by-columns before a table, in their own types."""
    labels = [pl.lit(value, dtype=rows.schema[name]).alias(name) for name, value in stratum.items()]
    return table.select(*labels, pl.all())


def count_beyond(people: Patients, table: LifeTable) -> int:
    """Count those who were followed beyond the last year of a life table, or a last age that is not open."""
    late = people.diagnosed + people.exit > table.end
    return int(np.count_nonzero(late | (people.age + people.exit > table.age_end)))
