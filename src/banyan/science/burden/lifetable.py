"""Life tables: the mortality that patients would have had without their cancer."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal, Self

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, find_first, refuse, take_columns
from banyan.science.burden.intervals import Floats
from banyan.science.burden.sexes import read_sex

TABLE = ("life table", "bảng sống")
EPOCH = date(1970, 1, 1).toordinal()

Beyond = Literal["carry", "error"]


@dataclass(frozen=True, eq=False)
class LifeTable:
    """Yearly hazards of death by sex, calendar year and age; make one with :meth:`from_frame`.

    Attributes
    ----------
    sexes : tuple of str
        Of "1" (male) and "2" (female), those that the table has.
    years : int array (Y,)
        Calendar years, ascending; each holds from its 1 January to that of the next one listed.
    ages : float array (A,)
        Ages in years, ascending; each holds from that birthday to the next one listed, the last one for ever.
    hazards : float array (sexes, Y, A)
        Deaths per person-year, constant within a cell.
    days_per_year : float
        Length of a year on the age scale, and the unit of the hazards. Calendar years begin on 1 January.
    beyond : {"carry", "error"}
        Whether the last year holds for ever, or follow-up after its end is refused. A last year is taken to last as
        long as the one listed before it: one year in most tables, five in one of five-year periods.
    """

    sexes: tuple[str, ...]
    years: NDArray[np.int64]
    ages: Floats
    hazards: Floats
    days_per_year: float
    beyond: Beyond = "carry"

    @classmethod
    def from_frame(cls, frame: IntoFrame, days_per_year: float = 365.25, *, beyond: Beyond = "carry") -> Self:
        """Check a table and make a life table of it.

        Parameters
        ----------
        frame : data frame
            ``sex`` (1 male, 2 female), ``year``, ``age`` in years, and one of ``hazard`` (deaths per person-year) or
            ``q`` (probability of death within a year, hazard = -log(1 - q)). A q of 1 in the last age closes a
            printed life table and is no probability: the age before it is held instead.
        days_per_year : float
            365.25 unless the table says otherwise; ``relsurv`` uses 365.241.
        beyond : {"carry", "error"}
            See above. Dates before the first year and ages below the first age are always refused.

        Raises
        ------
        BurdenError
            A cell that is missing or there twice, a value that is negative, empty or no number.

        Examples
        --------
        >>> import polars as pl
        >>> table = LifeTable.from_frame(
        ...     pl.DataFrame({"sex": [1, 1], "year": [2000, 2000], "age": [0, 50], "hazard": [0.001, 0.01]})
        ... )
        >>> table.ages.tolist(), table.hazards.shape
        ([0.0, 50.0], (1, 1, 2))
        """
        if not days_per_year > 0:
            raise BurdenError("a year has more than 0 days.", "một năm có nhiều hơn 0 ngày.")
        rows = _read_rows(frame)
        sexes = tuple(rows["sex"].unique().sort().to_list())
        years = rows["year"].unique().sort().to_numpy().astype(np.int64)
        ages = rows["age"].unique().sort().to_numpy().astype(float)
        _refuse_duplicates(rows)
        _refuse_holes(rows, sexes, years, ages)
        ordered = rows.sort("sex", "year", "age")
        hazards = ordered["hazard"].to_numpy().astype(float).reshape(len(sexes), len(years), len(ages))
        return cls(sexes, years, ages, _close(hazards), float(days_per_year), beyond)

    @property
    def year_starts(self) -> NDArray[np.int64]:
        """First of January of each year, in days since 1970."""
        return np.array(
            [date(year, 1, 1).toordinal() - EPOCH for year in self.years.tolist()], dtype=np.int64
        )

    @property
    def end(self) -> int:
        """First of January after the last year listed, which is taken to be as long as the one before it."""
        length = int(self.years[-1] - self.years[-2]) if len(self.years) > 1 else 1
        return date(int(self.years[-1]) + length, 1, 1).toordinal() - EPOCH

    @property
    def age_starts(self) -> Floats:
        """Each age in days."""
        return self.ages * self.days_per_year

    @property
    def daily(self) -> Floats:
        """Hazards per day."""
        return np.ascontiguousarray(self.hazards / self.days_per_year)


def _read_rows(frame: IntoFrame) -> pl.DataFrame:
    rows = take_columns(frame, ["sex", "year", "age"], ["hazard", "q"], table=TABLE)
    if rows.is_empty():
        raise BurdenError("the life table has no rows.", "bảng sống không có dòng nào.")
    measures = [name for name in ("hazard", "q") if name in rows.columns]
    if len(measures) != 1:
        raise BurdenError(
            "the life table needs one column of hazard and q.",
            "bảng sống cần đúng một trong hai cột hazard và q.",
        )
    rows = read_sex(rows)
    for name in ("year", "age", *measures):
        rows = as_numbers(rows, name)
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    _refuse_odd_years(rows)
    return rows if measures == ["hazard"] else _turn_to_hazard(rows)


def _refuse_odd_years(rows: pl.DataFrame) -> None:
    odd = (pl.col("year") != pl.col("year").floor()) | ~pl.col("year").is_between(1500, 2500)
    refuse(rows, "year", odd, "{} is no calendar year.", "{} không phải là năm dương lịch.")
    refuse(rows, "age", pl.col("age") > 150, "{} is no age in years.", "{} không phải là tuổi tính bằng năm.")


def _turn_to_hazard(rows: pl.DataFrame) -> pl.DataFrame:
    certain = (pl.col("q") > 1) | ((pl.col("q") == 1) & (pl.col("age") < pl.col("age").max()))
    refuse(
        rows,
        "q",
        certain,
        "a probability of death below the last age lies under 1, and {} does not.",
        "xác suất chết ở tuổi chưa phải cuối cùng phải nhỏ hơn 1, {} thì không.",
    )
    return rows.with_columns(hazard=-(-pl.col("q")).log1p())


def _close(hazards: Floats) -> Floats:
    """Hold the age before the last one where the last one is certain death."""
    closed = ~np.isfinite(hazards[..., -1])
    if closed.any() and hazards.shape[-1] == 1:
        raise BurdenError(
            "a q of 1 needs an age before it.", "q bằng 1 cần có một tuổi đứng trước.", column="q"
        )
    if closed.any():
        hazards[..., -1] = np.where(closed, hazards[..., -2], hazards[..., -1])
    return hazards


def _refuse_duplicates(rows: pl.DataFrame) -> None:
    row = find_first(rows, ~pl.struct("sex", "year", "age").is_first_distinct())
    if row is not None:
        sex, year, age = (rows[name][row] for name in ("sex", "year", "age"))
        raise BurdenError(
            f"sex {sex}, year {year:g}, age {age:g} is there twice.",
            f"giới {sex}, năm {year:g}, tuổi {age:g} xuất hiện hai lần.",
            column="age",
            row=row,
        )


def _refuse_holes(rows: pl.DataFrame, sexes: tuple[str, ...], years: NDArray[np.int64], ages: Floats) -> None:
    if rows.height == len(sexes) * len(years) * len(ages):
        return
    keys = ("sex", "year", "age")
    values = (pl.Series(sexes), pl.Series(years.astype(float)), pl.Series(ages))
    frames = [pl.DataFrame({name: column}) for name, column in zip(keys, values, strict=True)]
    whole = frames[0].join(frames[1], how="cross").join(frames[2], how="cross")
    sex, year, age = whole.join(rows, on=keys, how="anti").sort(keys).row(0)
    raise BurdenError(
        f"the life table has no row for sex {sex}, year {year:g}, age {age:g}.",
        f"bảng sống không có dòng cho giới {sex}, năm {year:g}, tuổi {age:g}.",
    )


@cache
def viet_nam_life_table() -> LifeTable:
    """Viet Nam, 1990 to 2029, after the United Nations' World Population Prospects 2024.

    Returns
    -------
    LifeTable
        Death rates of five-year periods and of ages 0, 1-4, 5-9, … 100 and over, held within each; from 2025 on they are
        the UN's medium projection.

    References
    ----------
    .. [1] United Nations, Department of Economic and Social Affairs, Population Division. World Population
       Prospects 2024. CC BY 3.0 IGO.

    Examples
    --------
    >>> viet_nam_life_table().hazards.shape
    (2, 8, 22)
    """
    table = resources.files(__package__).joinpath("tables", "lifetable_viet_nam.csv")
    return LifeTable.from_frame(pl.read_csv(table.read_bytes(), schema_overrides={"sex": pl.String}))
