import polars as pl
import pytest

from banyan.science.burden import LifeTable


@pytest.fixture(scope="module")
def slopop(oracle):
    """Give the life table of Slovenia, by years of the length that relsurv takes."""
    table = pl.read_csv(oracle / "statistics" / "a_slopop.csv")
    return LifeTable.from_frame(
        table.select("sex", "year", "age", hazard="haz_annual"), days_per_year=365.241
    )
