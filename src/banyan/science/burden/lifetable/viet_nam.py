"""The life table that Banyan ships: Viet Nam's."""

from functools import cache
from importlib import resources

import polars as pl

from banyan.science.burden.lifetable.table import LifeTable


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
    table = resources.files("banyan.science.burden").joinpath("tables", "lifetable_viet_nam.csv")
    return LifeTable.from_frame(pl.read_csv(table.read_bytes(), schema_overrides={"sex": pl.String}))
