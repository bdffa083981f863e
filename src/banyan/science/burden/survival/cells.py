"""A life table as rows that an engine joins: one for each single year of age and of the calendar."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.rules import SEX


def list_hazards(table: LifeTable, levels: Mapping[str, str], span: pl.DataFrame) -> pl.DataFrame:
    """List the hazards per day that patients may meet, those of groups of years and ages once for each year in them.

    Parameters
    ----------
    table : LifeTable
    levels : mapping of str to str
        The column for each covariate.
    span : polars.DataFrame
        ``first_year``, ``last_day``, ``first_age`` and ``last_age``, as ``asking.find_strata`` finds them.

    Returns
    -------
    polars.DataFrame
        The sex, the levels, ``year``, ``cell`` (year of age) and ``hazard``.

    Raises
    ------
    BurdenError
        The table has ages between two birthdays.
    """
    if (table.ages != np.floor(table.ages)).any():
        raise BurdenError(
            "in an engine a life table goes by whole years of age.",
            "trong công cụ này bảng sống phải theo tuổi tròn năm.",
        )
    years, ages = _choose_years(table, span), _choose_ages(table, span)
    y = np.searchsorted(table.years, years, side="right") - 1
    a = np.searchsorted(table.ages, ages, side="right") - 1
    groups = pl.DataFrame(
        list(product(table.sexes, *table.covariates.values())),
        schema=dict.fromkeys([SEX, *levels.values()], pl.String),
        orient="row",
    )
    cells = groups.join(pl.DataFrame({"year": years}), how="cross")
    cells = cells.join(pl.DataFrame({"cell": ages}), how="cross")
    return cells.with_columns(hazard=pl.Series(table.daily[:, y][:, :, a].ravel()))


def _choose_years(table: LifeTable, span: pl.DataFrame) -> NDArray[np.int64]:
    last = 1970 + _top(span, "last_day") // 365
    first = _top(span, "first_year", lowest=True)
    return np.arange(min(max(first, table.years[0]), table.years[-1]), min(last, table.years[-1]) + 1)


def _choose_ages(table: LifeTable, span: pl.DataFrame) -> NDArray[np.int64]:
    last = _top(span, "last_age") // table.days_per_year + 1
    first = _top(span, "first_age", lowest=True) // table.days_per_year - 1
    highest = table.ages[-1]
    return np.arange(min(max(first, table.ages[0]), highest), min(last, highest) + 1).astype(np.int64)


def _top(span: pl.DataFrame, column: str, *, lowest: bool = False) -> int:
    """The highest or lowest value over the strata, 0 where there is nobody."""
    value = span[column].min() if lowest else span[column].max()
    return int(value) if isinstance(value, int | float) else 0
