"""Yearly hazards of death by sex, other covariates, calendar year and age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Self

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import as_numbers, find_first, refuse, take_columns
from banyan.science.burden.intervals import Floats
from banyan.science.burden.sexes import read_sex

TABLE = ("life table", "bảng sống")
EPOCH = date(1970, 1, 1).toordinal()
# Nobody's yearly hazard is above this but that of a table whose unit is deaths per 1,000 or per 100,000.
HIGHEST = 10
# At 90 somebody dies in any table, and of ten thousand a day more than one: below that the unit is a day.
LOWEST_AT_90 = 0.005

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
        Ages in years, ascending; each holds from that birthday to the next one listed, the last one for ever, unless
        ``closing_age`` says otherwise.
    hazards : float array (G, Y, A)
        Deaths per person-year, constant within a cell. The groups G are the sexes; with covariates, every sex with every
        combination of their levels, the last covariate changing fastest.
    days_per_year : float
        Length of a year on the age scale, and the unit of the hazards. Calendar years begin on 1 January.
    beyond : {"carry", "error"}
        Whether the last year holds for ever, or follow-up after its end is refused. A last year is taken to last as
        long as the one listed before it: one year in most tables, five in one of five-year periods.
    covariates : mapping of str to tuple of str
        The levels of each covariate beyond sex, sorted.
    closing_age : float or None
        The age in years at which the last age ends, None where it is open (100 and over). With ``beyond="error"`` nobody
        may be followed to a higher age.
    """

    sexes: tuple[str, ...]
    years: NDArray[np.int64]
    ages: Floats
    hazards: Floats
    days_per_year: float
    beyond: Beyond = "carry"
    covariates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closing_age: float | None = None

    @classmethod
    def from_frame(
        cls,
        frame: IntoFrame,
        days_per_year: float = 365.25,
        *,
        beyond: Beyond = "carry",
        covariates: Sequence[str] = (),
        closing_age: float | None = None,
    ) -> Self:
        """Check a table and make a life table of it.

        Parameters
        ----------
        frame : data frame
            ``sex`` (1 male, 2 female), ``year``, ``age`` in years, the columns of ``covariates``, and one of ``hazard``
            (deaths per person-year) or ``q`` (probability of death within a year, hazard = -log(1 - q)). A q of 1 in
            the last age closes a printed life table and is no probability: the age before it is held instead.
        days_per_year : float
            365.25 unless the table says otherwise; ``relsurv`` uses 365.241.
        beyond : {"carry", "error"}
            See above. Dates before the first year and ages below the first age are always refused.
        covariates : names of columns
            What mortality depends on beyond sex, year and age: race, region, deprivation. Patients then need the same
            columns, with the same levels.
        closing_age : float, optional
            See above.

        Raises
        ------
        BurdenError
            A cell that is missing or there twice, a value that is negative, empty or no number, or too large or too small
            for deaths per person-year.

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
        check_option(beyond, ("carry", "error"), "rule beyond the table ‘{}’", "quy tắc ngoài bảng ‘{}’")
        rows = _read_rows(frame, covariates)
        groups = ["sex", *covariates]
        _refuse_duplicates(rows, [*groups, "year", "age"])
        levels = refuse_holes(rows, [*groups, "year", "age"])
        ordered = rows.sort([*groups, "year", "age"])
        years, ages = levels["year"].to_numpy().astype(np.int64), levels["age"].to_numpy().astype(float)
        hazards = ordered["hazard"].to_numpy().astype(float).reshape(-1, len(years), len(ages))
        hazards = _close(hazards)
        _refuse_daily(hazards, ages)
        if closing_age is not None and not closing_age > ages[-1]:
            raise BurdenError(
                f"the last age begins at {ages[-1]:g} and cannot end at {closing_age:g}.",
                f"tuổi cuối bắt đầu từ {ages[-1]:g}, không thể kết thúc ở {closing_age:g}.",
            )
        said = {name: tuple(levels[name].to_list()) for name in groups}
        sexes = said.pop("sex")
        return cls(sexes, years, ages, hazards, float(days_per_year), beyond, said, closing_age)

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
    def age_end(self) -> float:
        """The day of life on which the last age ends: infinity where it is open."""
        return float("inf") if self.closing_age is None else self.closing_age * self.days_per_year

    @property
    def daily(self) -> Floats:
        """Hazards per day."""
        return np.ascontiguousarray(self.hazards / self.days_per_year)


def _read_rows(frame: IntoFrame, covariates: Sequence[str]) -> pl.DataFrame:
    keys = ["sex", *covariates, "year", "age"]
    for name in set(covariates) & {"sex", "year", "age", "hazard", "q"}:
        raise BurdenError(
            f"{name} is in every life table and no covariate.",
            f"{name} có trong mọi bảng sống, không phải là biến bổ sung.",
        )
    rows = take_columns(frame, keys, ["hazard", "q"], table=TABLE)
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
    for name in covariates:
        refuse(rows, name, pl.col(name).is_null(), "the value is empty.", "ô này trống.")
    _refuse_odd_years(rows)
    rows = rows.with_columns(pl.col(name).cast(pl.String) for name in covariates)
    return _refuse_large(rows) if measures == ["hazard"] else _turn_to_hazard(rows)


def _refuse_odd_years(rows: pl.DataFrame) -> None:
    odd = (pl.col("year") != pl.col("year").floor()) | ~pl.col("year").is_between(1500, 2500)
    refuse(rows, "year", odd, "{} is no calendar year.", "{} không phải là năm dương lịch.")
    refuse(rows, "age", pl.col("age") > 150, "{} is no age in years.", "{} không phải là tuổi tính bằng năm.")


def _refuse_large(rows: pl.DataFrame) -> pl.DataFrame:
    refuse(
        rows,
        "hazard",
        pl.col("hazard") > HIGHEST,
        "{} deaths per person-year cannot be; are these deaths per 1,000 or 100,000?",
        "{} ca tử vong trên một người-năm không thể có; đây có phải là số ca trên 1.000 hay 100.000 không?",
    )
    return rows


def _refuse_daily(hazards: Floats, ages: Floats) -> None:
    """Refuse hazards that can only be those of a day: at 90 everywhere lower than that of a healthy forty-year-old."""
    old = hazards[..., ages >= 90]
    if old.size and 0 < old.max() < LOWEST_AT_90:
        raise BurdenError(
            f"the highest hazard at 90 and over is {old.max():g} a year; are these hazards per day?",
            f"nguy cơ cao nhất từ 90 tuổi là {old.max():g} một năm; đây có phải là nguy cơ mỗi ngày không?",
            column="hazard",
        )


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


VIETNAMESE = {"sex": "giới", "year": "năm", "age": "tuổi"}


def name_cell(cell: Mapping[str, object]) -> tuple[str, str]:
    """Say which cell of a life table is meant, in English and in Vietnamese."""
    values = {name: f"{value:g}" if isinstance(value, float) else value for name, value in cell.items()}
    english = ", ".join(f"{name} {value}" for name, value in values.items())
    return english, ", ".join(f"{VIETNAMESE.get(name, name)} {value}" for name, value in values.items())


def _refuse_duplicates(rows: pl.DataFrame, keys: Sequence[str]) -> None:
    row = find_first(rows, ~pl.struct(keys).is_first_distinct())
    if row is not None:
        cell, cell_vi = name_cell({name: rows[name][row] for name in keys})
        raise BurdenError(f"{cell} is there twice.", f"{cell_vi} xuất hiện hai lần.", column="age", row=row)


def refuse_holes(rows: pl.DataFrame, keys: Sequence[str]) -> dict[str, pl.Series]:
    """Refuse a table that lacks a combination of what its keys have; return what each key has, sorted."""
    levels = {name: rows[name].unique().sort() for name in keys}
    if rows.height == np.prod([len(values) for values in levels.values()]):
        return levels
    whole = pl.DataFrame({"": [0]})
    for name, values in levels.items():
        whole = whole.join(values.to_frame(name), how="cross")
    cell, cell_vi = name_cell(
        whole.join(rows, on=keys, how="anti").sort(keys).select(keys).row(0, named=True)
    )
    raise BurdenError(f"the life table has no row for {cell}.", f"bảng sống không có dòng cho {cell_vi}.")
