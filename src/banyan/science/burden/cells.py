"""Cells laid out as a matrix: strata down, age groups across."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.intervals import Floats

CELLS = ("cells", "bảng số liệu theo nhóm tuổi")
NUMBERS = ("cases", "person_years")


@dataclass(frozen=True)
class Cells:
    """Cases and person-years of S strata in B age groups.

    Attributes
    ----------
    strata : polars.DataFrame, S rows
        The by-columns, sorted.
    ages : int array (B,)
        Lower bounds of the age groups.
    cases, person_years : float arrays (S, B)
    row : int array (S, B)
        First row of the input that holds the cell; -1 where none does.
    unknown_age : float array (S,)
        Cases whose age is not known.
    """

    strata: pl.DataFrame
    ages: NDArray[np.int64]
    cases: Floats
    person_years: Floats
    row: NDArray[np.int64]
    unknown_age: Floats

    @property
    def present(self) -> NDArray[np.bool_]:
        return self.row >= 0

    def name_stratum(self, index: int) -> str:
        """Name a stratum for a sentence: ``sex 1, year 2010``, or nothing where there is one only."""
        return ", ".join(f"{name} {value}" for name, value in self.strata.row(index, named=True).items())


def read_cells(frame: IntoFrame, by: Sequence[str]) -> pl.DataFrame:
    """Check cells and sum the rows that fall into the same one.

    Returns
    -------
    polars.DataFrame
        The by-columns, ``age_group`` (null: unknown), ``cases``, ``person_years``, and ``row``, the first row of the
        input that went into the cell.
    """
    rows = take_columns(frame, [*by, "age_group", *NUMBERS], table=CELLS)
    rows = as_numbers(as_numbers(rows, "age_group", nullable=True), "cases")
    rows = _read_person_years(rows)
    for name in ("age_group", *NUMBERS):
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    refuse(
        rows,
        "age_group",
        pl.col("age_group") != pl.col("age_group").floor(),
        "{} is not the lower bound of an age group.",
        "{} không phải là cận dưới của một nhóm tuổi.",
    )
    return (
        rows.with_columns(pl.col("age_group").cast(pl.Int64))
        .with_row_index("row")
        .group_by([*by, "age_group"])
        .agg(pl.col(*NUMBERS).sum(), pl.col("row").min().cast(pl.Int64))
        .sort([*by, "age_group"], nulls_last=True)
    )


def _read_person_years(rows: pl.DataFrame) -> pl.DataFrame:
    """Person-years may be empty beside an unknown age only: nobody can say how many people have none."""
    rows = as_numbers(rows, "person_years", nullable=True)
    without = pl.col("person_years").is_null() & pl.col("age_group").is_not_null()
    refuse(rows, "person_years", without, "the value is empty.", "ô này trống.")
    return rows.with_columns(pl.col("person_years").fill_null(0.0))


def refuse_impossible(frame: pl.DataFrame) -> None:
    """Refuse cases or person-years below 0, and cases without person-years."""
    refuse(frame, "cases", pl.col("cases") < 0, "{} cases cannot be.", "số ca {} không thể có.")
    nobody = pl.col("person_years") < 0
    refuse(frame, "person_years", nobody, "{} person-years cannot be.", "số người-năm {} không thể có.")
    homeless = (pl.col("cases") > 0) & (pl.col("person_years") == 0)
    sentence = "there are {} cases and no person-years."
    refuse(frame, "cases", homeless, sentence, "có {} ca bệnh nhưng không có người-năm.")


def lay_out(cells: pl.DataFrame, by: Sequence[str], ages: Sequence[int]) -> Cells:
    """Lay the rows of :func:`read_cells` out over the given age groups.

    Raises
    ------
    BurdenError
        A row whose age group is not among ``ages``.
    """
    _refuse_other_ages(cells, ages)
    strata = cells.select(by).unique().sort(by) if by else pl.DataFrame([{}])
    number = _number_strata(cells, strata, by)
    known = cells["age_group"].is_not_null().to_numpy()
    place = number[known], np.searchsorted(ages, cells["age_group"].drop_nulls().to_numpy())
    matrices = {name: np.zeros((max(strata.height, 1), len(ages))) for name in NUMBERS}
    for name, matrix in matrices.items():
        matrix[place] = cells[name].to_numpy()[known]
    row = np.full((max(strata.height, 1), len(ages)), -1, dtype=np.int64)
    row[place] = cells["row"].to_numpy()[known]
    unknown = np.bincount(number[~known], cells["cases"].to_numpy()[~known], minlength=len(row)).astype(float)
    return Cells(strata, np.asarray(ages), **matrices, row=row, unknown_age=unknown)


def _number_strata(cells: pl.DataFrame, strata: pl.DataFrame, by: Sequence[str]) -> NDArray[np.int64]:
    if not by:
        return np.zeros(cells.height, dtype=np.int64)
    numbered = strata.with_row_index("stratum")
    joined = cells.select(by).join(numbered, on=list(by), how="left", nulls_equal=True, maintain_order="left")
    return joined["stratum"].cast(pl.Int64).to_numpy()


def _refuse_other_ages(cells: pl.DataFrame, ages: Sequence[int]) -> None:
    other = cells.filter(pl.col("age_group").is_not_null(), ~pl.col("age_group").is_in(list(ages))).sort(
        "row"
    )
    if not other.is_empty():
        found, row = other["age_group"][0], other["row"][0]
        listed = ", ".join(str(age) for age in ages)
        raise BurdenError(
            f"{found} is not the lower bound of an age group of this standard ({listed}).",
            f"{found} không phải là cận dưới của một nhóm tuổi trong quần thể chuẩn này ({listed}).",
            column="age_group",
            row=row,
        )
