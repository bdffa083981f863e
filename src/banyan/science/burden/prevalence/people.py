"""People of the index date beside the tumours: denominators by stratum, and weights of the standard by age group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.counts import POPULATION, count_cases
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import take_columns
from banyan.science.burden.standards import Standard, find_standard

Weights = str | Standard | Mapping[int, float] | Sequence[float] | None


@dataclass(frozen=True)
class People:
    """People on the index date.

    Attributes
    ----------
    cells : polars.DataFrame
        The strata, ``age_group``, ``people`` and, with a standard, ``weight``: that group's share of the standard over its
        people (null without people). Every stratum has every age group of the population.
    oldest : int
        Lower bound of the open age group.
    """

    cells: pl.DataFrame
    oldest: int


def set_people(rows: pl.DataFrame, population: IntoFrame, by: Sequence[str], standard: Weights) -> People:
    """Find the people of every stratum of the tumours, and of those of the population that have none.

    Raises
    ------
    BurdenError
        Tumours in a stratum or an age group without people, and what :func:`count_cases` refuses.
    """
    people = take_columns(population, ["age_group", "people"], by, table=POPULATION)
    strata = [name for name in by if name != "age_group"]
    counted_as = people.rename({"people": "person_years"})
    try:
        counted = count_cases(rows.select(*strata, "age_group"), counted_as, by=strata)
    except BurdenError as error:
        raise error.move(None, {"person_years": "people"}) from error
    cells = counted.filter(pl.col("age_group").is_not_null()).rename({"person_years": "people"})
    oldest = int(people["age_group"].cast(pl.Int64).max())  # type: ignore[arg-type]
    _refuse_homeless(cells)
    if standard is not None:
        cells = _weigh(cells, find_standard(standard), min(oldest, int(cells["age_group"].max())))  # type: ignore[arg-type]
    return People(cells.drop("cases"), oldest)


def _refuse_homeless(cells: pl.DataFrame) -> None:
    homeless = cells.filter(pl.col("cases") > 0, pl.col("people") == 0)
    if not homeless.is_empty():
        first = homeless.drop("people", "cases").row(0, named=True)
        where = ", ".join(f"{name} {value}" for name, value in first.items())
        raise BurdenError(
            f"there are tumours and no people for {where}.",
            f"có u nhưng không có người cho {where}.",
            column="people",
        )


def _weigh(cells: pl.DataFrame, standard: Standard, oldest: int) -> pl.DataFrame:
    """Divide the standard's share of each age group by its people; older groups of it are added to the open one."""
    shares: dict[int, float] = {}
    for age in standard.ages:
        group = min(age, oldest)
        shares[group] = shares.get(group, 0.0) + standard.share(age)
    other = cells.filter(~pl.col("age_group").is_in(list(shares)))
    if not other.is_empty():
        listed = ", ".join(map(str, standard.ages))
        raise BurdenError(
            f"{other['age_group'][0]} is not the lower bound of an age group of this standard ({listed}).",
            f"{other['age_group'][0]} không phải là cận dưới của một nhóm tuổi trong quần thể chuẩn này ({listed}).",
            column="age_group",
        )
    share = pl.col("age_group").replace_strict(shares, return_dtype=pl.Float64)
    return cells.with_columns(weight=pl.when(pl.col("people") > 0).then(share / pl.col("people")))
