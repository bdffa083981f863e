"""Cases and person-years by age and period, observed and to come."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.cells import refuse_impossible
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, take_columns
from banyan.science.burden.intervals import Floats
from banyan.science.burden.poisson import Flags

CELLS = ("table of cells", "bảng ca bệnh và dân số")


@dataclass(frozen=True)
class Grid:
    """A rectangle of ages by periods.

    Attributes
    ----------
    ages : tuple of int
        Lower bounds of the age groups, evenly spaced, years.
    periods : tuple of int
        First year of each period, evenly spaced; the observed ones first.
    cases : array of ages by observed periods
    people : array of ages by periods
        Person-years.
    """

    ages: tuple[int, ...]
    periods: tuple[int, ...]
    cases: Floats
    people: Floats

    @property
    def observed(self) -> int:
        """How many periods are observed."""
        return self.cases.shape[1]

    @property
    def ahead(self) -> int:
        """How many periods are to come."""
        return len(self.periods) - self.observed

    @property
    def width(self) -> int:
        """Years in a period."""
        return self.periods[1] - self.periods[0]

    @property
    def span(self) -> int:
        """Years in an age group."""
        return self.ages[1] - self.ages[0]

    @property
    def rates(self) -> Floats:
        """Observed rates a person-year; 0 where there is nobody."""
        people = self.people[:, : self.observed]
        rates: Floats = np.where(people > 0, self.cases / np.where(people > 0, people, 1.0), 0.0)
        return rates

    def mark_cells(self, first_age: int, periods: int) -> Flags:
        """Mark the cells of the last observed periods, from an age on, that have somebody: ages by observed periods."""
        old = np.asarray(self.ages)[:, None] >= first_age
        late = np.arange(self.observed) >= self.observed - periods
        marked: Flags = old & late & (self.people[:, : self.observed] > 0)
        return marked

    def hold_out(self, periods: int) -> Self:
        """Forget the cases of the last observed periods, and the periods after them."""
        kept = self.observed - periods
        return replace(
            self,
            periods=self.periods[: self.observed],
            cases=self.cases[:, :kept],
            people=self.people[:, : self.observed],
        )


def read_grid(cells: IntoFrame) -> Grid:
    """Make the rectangle of a table of cells.

    Parameters
    ----------
    cells : data frame
        ``age_group`` (lower bound), ``period`` (its first year), ``cases`` (empty in the periods to come),
        ``person_years``. Rows of the same cell are added up.

    Raises
    ------
    BurdenError
        A cell that is missing, cases in only a part of a period, periods or ages that are unevenly spaced, an
        observed period after one to come, fewer than three observed periods, nothing to project to.
    """
    frame = _add_up(_read_numbers(cells, "period"))
    ages, periods = (
        sorted(frame[name].cast(pl.Int64).unique().to_list()) for name in ("age_group", "period")
    )
    _refuse_uneven(ages, "age_group")
    _refuse_uneven(periods, "period")
    frame = _fill_rectangle(frame, ages, periods)
    observed = _count_observed(frame, periods)
    shape = (len(ages), len(periods))
    cases = frame["cases"].to_numpy().reshape(shape)[:, :observed].astype(float)
    people = frame["person_years"].to_numpy().reshape(shape).astype(float)
    return Grid(tuple(ages), tuple(periods), cases, people)


def _read_numbers(cells: IntoFrame, time: str) -> pl.DataFrame:
    frame = take_columns(cells, [time, "age_group", "cases", "person_years"], table=CELLS)
    for name in frame.columns:
        frame = as_numbers(frame, name, nullable=name == "cases")
    refuse_impossible(frame)
    return frame


def _add_up(frame: pl.DataFrame) -> pl.DataFrame:
    """Add up the rows of each cell; its cases are known where all of its rows have them."""
    known = pl.when(pl.col("cases").is_not_null().all()).then(pl.col("cases").sum())
    return frame.group_by("age_group", "period").agg(known.alias("cases"), pl.col("person_years").sum())


def _refuse_uneven(values: list[int], column: str) -> None:
    steps = set(np.diff(values).tolist())
    if len(steps) != 1:
        listed = ", ".join(map(str, values))
        raise BurdenError(
            f"a projection needs evenly spaced values, and these are {listed}.",
            f"dự báo cần các giá trị cách đều nhau, ở đây là {listed}.",
            column=column,
        )


def _fill_rectangle(frame: pl.DataFrame, ages: list[int], periods: list[int]) -> pl.DataFrame:
    """Put the cells in order; say which one is missing."""
    corners = pl.DataFrame({"age_group": ages}).join(pl.DataFrame({"period": periods}), how="cross")
    keys = [pl.col("age_group").cast(pl.Int64), pl.col("period").cast(pl.Int64)]
    whole = corners.join(frame.with_columns(keys), on=["age_group", "period"], how="left")
    hole = whole.filter(pl.col("person_years").is_null())
    if not hole.is_empty():
        age, period = hole.select("age_group", "period").row(0)
        raise BurdenError(
            f"there are no person-years for age group {age} in period {period}.",
            f"không có người-năm của nhóm tuổi {age} trong giai đoạn {period}.",
            column="person_years",
        )
    return whole


def _count_observed(frame: pl.DataFrame, periods: list[int]) -> int:
    """Count the observed periods, and refuse a table that leaves it open which they are."""
    empty = frame.group_by("period").agg(pl.col("cases").is_null().mean()).sort("period")["cases"].to_list()
    partly = [period for period, share in zip(periods, empty, strict=True) if 0 < share < 1]
    observed = sum(share == 0 for share in empty)
    if partly or any(share == 0 for share in empty[observed:]):
        period = partly[0] if partly else periods[empty.index(1)]
        raise BurdenError(
            f"the cases of period {period} are partly empty; leave them empty in every period to come and there only.",
            f"số ca của giai đoạn {period} bị bỏ trống một phần; chỉ để trống ở các giai đoạn cần dự báo.",
            column="cases",
        )
    if observed < 3:
        raise BurdenError(
            f"a projection needs three observed periods, and there are {observed}.",
            f"dự báo cần ít nhất ba giai đoạn đã quan sát, ở đây có {observed}.",
            column="period",
        )
    return observed


def group_years(cells: IntoFrame, *, width: int = 5) -> pl.DataFrame:
    """Add single years up to periods that end with the last observed year.

    Parameters
    ----------
    cells : data frame
        ``year``, ``age_group``, ``cases`` (empty in the years to come), ``person_years``.
    width : int
        Years in a period.

    Returns
    -------
    polars.DataFrame
        ``age_group``, ``period`` (first year), ``cases``, ``person_years``. Years that fill no whole period at
        either end are left out.

    Examples
    --------
    >>> import polars as pl
    >>> years = pl.DataFrame({"year": range(2009, 2022), "age_group": 60, "cases": 2, "person_years": 10})
    >>> later = pl.when(pl.col("year") < 2020).then("cases")
    >>> group_years(years.with_columns(later)).rows()
    [(60, 2010, 10.0, 50.0), (60, 2015, 10.0, 50.0)]
    """
    frame = _read_numbers(cells, "year").with_columns(pl.col("year", "age_group").cast(pl.Int64))
    seen = frame.filter(pl.col("cases").is_not_null())
    if seen.is_empty():
        raise BurdenError("there is no observed year.", "không có năm nào đã quan sát.", column="cases")
    last = int(seen["year"].max())  # type: ignore[arg-type]
    first = last + 1 - width * ((last + 1 - int(frame["year"].min())) // width)  # type: ignore[arg-type]
    end = last + width * ((int(frame["year"].max()) - last) // width)  # type: ignore[arg-type]
    start = (pl.col("year") - first) // width * width + first
    inside = frame.filter(pl.col("year").is_between(first, end)).with_columns(period=start)
    return _add_up(inside).sort("age_group", "period")
