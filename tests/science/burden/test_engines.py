"""The same figures wherever the rows lie: Polars, pandas, DuckDB and PySpark; and no single row leaves an engine."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import BurdenError, count_cases, quality_indices, standardise_rates
from banyan.science.burden.frames import ROWS, take_counts

SPARK_JAVA = shutil.which("java")


def draw_cases(rows: int, seed: int = 4) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "site": rng.choice(["C22", "C34", "C50"], rows),
            "year": rng.integers(2020, 2023, rows),
            "age": pl.Series(rng.integers(0, 99, rows)).set(pl.Series(rng.random(rows) < 0.02), None),
            "basis": rng.choice(["0", "2", "5", "7.1", "9"], rows),
            "topography": rng.choice(["C22.0", "C34.1", "C50.4", "C80.9"], rows),
            "stage": rng.choice(["I", "II", "IV", ""], rows),
        }
    )


CASES = draw_cases(5_000)
PEOPLE = pl.DataFrame(
    [(year, age, 10_000.0 + 10 * age) for year in (2020, 2021, 2022) for age in range(0, 90, 5)],
    schema=["year", "age_group", "person_years"],
    orient="row",
)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if SPARK_JAVA is None:
        pytest.skip("PySpark needs Java, and there is none")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(params=["polars", "lazy", "pandas", "duckdb", "pyspark"])
def lay(request: pytest.FixtureRequest) -> Callable[[pl.DataFrame], Any]:
    """Lay a Polars frame into one of the engines."""
    if request.param == "pyspark":
        session = request.getfixturevalue("spark")
        return lambda frame: session.createDataFrame(
            [tuple(row) for row in frame.rows()], schema=spark_schema(frame)
        )
    if request.param == "duckdb":
        import duckdb

        connection = duckdb.connect()
        return lambda frame: connection.from_arrow(frame.to_arrow())
    return {
        "polars": lambda frame: frame,
        "lazy": lambda frame: frame.lazy(),
        "pandas": lambda f: f.to_pandas(),
    }[request.param]


def spark_schema(frame: pl.DataFrame) -> str:
    kinds = {pl.String: "string", pl.Int64: "bigint", pl.Float64: "double"}
    return ", ".join(f"{name} {kinds[type(kind)]}" for name, kind in frame.schema.items())


@pytest.mark.burden("rates.engines")
def test_rates_are_the_same_in_every_engine(lay: Callable[[pl.DataFrame], Any]) -> None:
    expected = standardise_rates(count_cases(CASES, PEOPLE, by=["site", "year"]), by=["site", "year"])

    found = standardise_rates(count_cases(lay(CASES), lay(PEOPLE), by=["site", "year"]), by=["site", "year"])

    assert found.equals(expected)


@pytest.mark.burden("rates.engines")
def test_quality_is_the_same_in_every_engine(lay: Callable[[pl.DataFrame], Any]) -> None:
    deaths = CASES.filter(pl.col("stage") == "IV").select("site")

    expected = quality_indices(CASES, deaths, by=["site"])

    assert quality_indices(lay(CASES), lay(deaths), by=["site"]).equals(expected)


def test_an_age_that_cannot_be_is_refused_in_every_engine(lay: Callable[[pl.DataFrame], Any]) -> None:
    with pytest.raises(BurdenError, match=r"999(\.0)? is no age in years; leave an unknown age empty\."):
        count_cases(lay(CASES.head(10).with_columns(age=pl.lit(999, pl.Int64))))


def test_an_engine_groups_before_anything_leaves_it(spark: Any) -> None:
    rows = spark.createDataFrame(CASES.select("site", "age").rows(), schema="site string, age bigint")

    taken = take_counts(rows, ["site"], ["age"], table=("cases", "bảng ca bệnh"))

    assert taken[ROWS].sum() == CASES.height
    assert taken.height == CASES.select("site", "age").n_unique() < CASES.height / 10
