"""The same figures wherever the rows lie: Polars, pandas, DuckDB and PySpark; and no single row leaves an engine."""

import contextlib
import io
import re
import shutil
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from banyan.science.burden import (
    BurdenError,
    LifeTable,
    capture_recapture,
    check_stability,
    completeness_dcn_mi,
    count_cases,
    flow_completeness,
    quality_indices,
    standardise_rates,
    survival_table,
    viet_nam_life_table,
)
from banyan.science.burden.frames import ROWS, take_counts
from banyan.science.burden.survival.asking import start_year
from banyan.science.burden.survival.engine import count_in_engine
from tests.factories.survival import make_patients, make_table

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


# One process starts Java and keeps it for all tests that need it.
SPARK = pytest.mark.xdist_group("spark")


@pytest.fixture(params=["polars", "lazy", "pandas", "duckdb", pytest.param("pyspark", marks=SPARK)])
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
    kinds = {pl.String: "string", pl.Int64: "bigint", pl.Float64: "double", pl.Date: "date"}
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


def test_completeness_is_the_same_in_every_engine(lay: Callable[[pl.DataFrame], Any]) -> None:
    rng = np.random.default_rng(8)
    seen = rng.integers(1, 8, 2_000)
    cases = pl.DataFrame(
        {
            "site": rng.choice(["C22", "C34"], 2_000),
            "year": rng.integers(2015, 2023, 2_000),
            "a": seen & 1,
            "b": seen // 2 & 1,
            "c": seen // 4,
            "time_days": rng.integers(0, 3_000, 2_000),
            "dead": rng.integers(0, 2, 2_000),
            "registered_days": pl.Series(rng.integers(0, 400, 2_000)).set(pl.Series(seen == 4), None),
            "mentions_cancer": rng.integers(0, 2, 2_000),
        }
    )
    counts = pl.DataFrame(
        {"site": ["C22", "C34"], "cases": [900, 800], "dcn": [90, 40], "deaths": [600, 300]}
    )
    judged: dict[str, Callable[[Any], pl.DataFrame]] = {
        "stability": lambda frame: check_stability(frame, by=["site"]),
        "recapture": lambda frame: capture_recapture(frame, ["a", "b", "c"], by=["site"]).estimates,
        "flow": lambda frame: flow_completeness(frame, by=["site"], draws=20),
    }

    for judge in judged.values():
        assert_frame_equal(judge(lay(cases)), judge(cases), rel_tol=1e-12)
    assert_frame_equal(
        completeness_dcn_mi(lay(counts), within=["site"]), completeness_dcn_mi(counts, within=["site"])
    )


def test_an_age_to_the_day_leaves_nobody_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ages of days make every person a kind of its own; only their years, or that they are known, leave the engine."""
    import duckdb

    aged = pl.col("age") + pl.Series(np.random.default_rng(1).uniform(0, 1, CASES.height))
    cases = CASES.with_columns(
        aged.alias("age"), topography=pl.col("topography") + pl.col("age").cast(pl.String)
    )
    rows = duckdb.connect().from_arrow(cases.to_arrow())
    left = watch_collect(monkeypatch)

    cells, indices = count_cases(rows, by=["site"]), quality_indices(rows, by=["site"])

    assert cells.equals(count_cases(cases, by=["site"]))
    assert indices.equals(quality_indices(cases, by=["site"]))
    ages, kinds = 3 * 100, 3 * 5 * 2 * 5 * 4
    assert left[0] <= ages
    assert left[1] <= kinds


def watch_collect(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many rows each answer of an engine has."""
    left: list[int] = []
    collect = nw.LazyFrame.collect

    def count_and_collect(frame: Any, *args: Any, **options: Any) -> Any:
        taken = collect(frame, *args, **options)
        left.append(taken.shape[0])
        return taken

    monkeypatch.setattr(nw.LazyFrame, "collect", count_and_collect)
    return left


def test_an_age_that_cannot_be_is_refused_in_every_engine(lay: Callable[[pl.DataFrame], Any]) -> None:
    with pytest.raises(BurdenError, match=r"999(\.0)? is no age in years; leave an unknown age empty\."):
        count_cases(lay(CASES.head(10).with_columns(age=pl.lit(999, pl.Int64))))


@SPARK
def test_an_engine_groups_before_anything_leaves_it(spark: Any) -> None:
    rows = spark.createDataFrame(CASES.select("site", "age").rows(), schema="site string, age bigint")

    taken = take_counts(rows, ["site"], ["age"], table=("cases", "bảng ca bệnh"))

    assert taken[ROWS].sum() == CASES.height
    assert taken.height == CASES.select("site", "age").n_unique() < CASES.height / 10


METHODS = ["observed", "ederer2", "pohar-perme"]
BREAKS = {"from the start": [0, 0.5, 1, 2], "conditional": [0.2, 0.9, 1.7, 2.0]}


def make_followed(n: int = 200, seed: int = 2) -> pl.DataFrame:
    """Patients of whom some come late, some leave on the first day, and some on the very end of an interval."""
    late = pl.when(pl.col("stage") == 2).then(pl.col("time_days") * 0.4).otherwise(0.0)
    edge = pl.when(pl.col("age_days") < 48 * 365.25).then(365.25).otherwise(pl.col("time_days"))
    people = make_patients(n, seed=seed).with_columns(time_days=edge)
    people = people.with_columns(entry_days=late)
    first = pl.DataFrame(
        {**people.row(0, named=True), "time_days": 0.0, "entry_days": 0.0, "dead": 1}, schema=people.schema
    )
    return pl.concat([people, first, first])


def assert_same(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    assert found.columns == expected.columns
    for name in expected.columns:
        if expected.schema[name].is_float():
            assert (found[name].is_null() == expected[name].is_null()).all()
            np.testing.assert_allclose(
                found[name].drop_nulls(), expected[name].drop_nulls(), rtol=1e-10, atol=1e-10, err_msg=name
            )
        else:
            assert found[name].to_list() == expected[name].to_list()


@pytest.mark.burden("survival.engines")
@pytest.mark.parametrize("method", METHODS)
def test_survival_is_the_same_in_every_engine(lay: Callable[[pl.DataFrame], Any], method: str) -> None:
    people, table = make_followed(), make_table()
    breaks = BREAKS["conditional" if method == "ederer2" else "from the start"]

    found = survival_table(lay(people), table, breaks=breaks, method=method, by=["stage", "sex"])

    assert_same(found, survival_table(people, table, breaks=breaks, method=method, by=["stage", "sex"]))


def test_observed_survival_needs_no_life_table_in_an_engine() -> None:
    import duckdb

    people = make_followed().select("time_days", "dead", "stage")
    options = {"breaks": [0, 1, 2], "method": "observed", "form": "lifetable"}

    found = survival_table(duckdb.connect().from_arrow(people.to_arrow()), **options)

    assert_same(found, survival_table(people, **options))


def test_mortality_by_region_is_the_same_in_an_engine() -> None:
    import duckdb

    cells = [(s, r, y, a) for s in (1, 2) for r in ("a", "b") for y in (1999, 2001) for a in (0, 50, 60)]
    frame = pl.DataFrame(cells, schema=["sex", "region", "year", "age"], orient="row")
    hazards = pl.Series(np.random.default_rng(5).uniform(0.05, 0.9, len(cells)))
    table = LifeTable.from_frame(frame.with_columns(hazard=hazards), covariates=["region"])
    region = pl.when(pl.col("stage") == 1).then(pl.lit("a")).otherwise(pl.lit("b"))
    people = make_followed().with_columns(region=region)

    rows = duckdb.connect().from_arrow(people.to_arrow())

    found = survival_table(rows, table, breaks=[0, 1, 2], by=["region"])

    assert_same(found, survival_table(people, table, breaks=[0, 1, 2], by=["region"]))


FAULTS = {
    "negative": (
        {"time_days": -3.0},
        "Column time_days: -3.0 days: the follow-up ends before the diagnosis.",
    ),
    "not a number": ({"time_days": float("nan")}, "Column time_days: ‘nan’ is not a number."),
    "empty": ({"dead": None}, "Column dead: the value is empty."),
    "no death": ({"dead": 2}, "Column dead: dead is 0 or 1, not 2.0."),
    "no sex": ({"sex": 3}, "Column sex: sex is 1 (male) or 2 (female), not ‘3’."),
    "too late": (
        {"entry_days": 5000.0},
        "Column entry_days: 5000.0 days: the follow-up ends before it begins.",
    ),
    "too early": (
        {"diagnosis_date": date(1999, 12, 31)},
        "Column diagnosis_date: the life table begins in 2000, after 1999-12-31.",
    ),
    "too old": (
        {"age_days": 50_000.0},
        "Column age_days: 50000.0 days are more than a life; is the unit right?",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_its_sentence_in_an_engine_too(fault: str) -> None:
    import duckdb

    columns, sentence = FAULTS[fault]
    people = make_followed(20)
    first = people.head(1).with_columns(
        pl.lit(value).cast(people.schema[k]).alias(k) for k, value in columns.items()
    )
    rows = duckdb.connect().from_arrow(pl.concat([first, people.tail(19)]).to_arrow())

    with pytest.raises(BurdenError) as caught:
        survival_table(rows, make_table(), breaks=[0, 1], by=["stage"])

    assert str(caught.value) == sentence


ENDS = {
    "year": (
        {"beyond": "error"},
        r"Column time_days: \d+\.0 days lead beyond the last year of the life table \(2003\)\.",
    ),
    "age": (
        {"beyond": "error", "closing_age": 54.0},
        r"Column time_days: \d+\.\d+ days lead beyond the age at which the life table ends \(54\.0\)\.",
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_end_of_the_life_table_is_an_error_in_an_engine_too(end: str) -> None:
    import duckdb

    options, sentence = ENDS[end]
    table = replace(make_table(), **options)
    longest = 1500 if end == "year" else 900
    people = make_patients(40, longest=longest).with_columns(pl.col("time_days").cast(pl.Float64))

    with pytest.raises(BurdenError, match=sentence):
        survival_table(duckdb.connect().from_arrow(people.to_arrow()), table, breaks=[0, 1])


def test_who_is_followed_beyond_a_last_age_is_counted_in_an_engine_too() -> None:
    import duckdb

    table, people = replace(make_table(), closing_age=54.0), make_patients(60, longest=1500)

    found = survival_table(duckdb.connect().from_arrow(people.to_arrow()), table, breaks=[0, 1], by=["stage"])

    expected = survival_table(people, table, breaks=[0, 1], by=["stage"])
    assert found["beyond_table"].to_list() == expected["beyond_table"].to_list()
    assert expected["beyond_table"].sum() > 10


def test_every_year_begins_on_its_first_of_january() -> None:
    years = list(range(1500, 2500))

    begins = nw.from_native(pl.DataFrame({"year": years})).select(start_year(nw.col("year")).alias("day"))

    epoch = date(1970, 1, 1).toordinal()
    assert begins.to_native()["day"].to_list() == [date(year, 1, 1).toordinal() - epoch for year in years]


def test_years_for_days_are_noticed_in_an_engine() -> None:
    import duckdb

    people = make_followed(20).with_columns(age_days=pl.col("age_days") / 365.25)

    with pytest.raises(
        BurdenError, match=r"Column age_days: the oldest patient is 53\.\d+ days old; are these years\?"
    ):
        survival_table(duckdb.connect().from_arrow(people.to_arrow()), make_table(), breaks=[0, 1])


def test_what_is_counted_in_memory_only_is_refused_in_an_engine() -> None:
    import duckdb

    rows = duckdb.connect().from_arrow(make_followed(20).to_arrow())

    with pytest.raises(BurdenError) as caught:
        survival_table(rows, make_table(), breaks=[0, 1], convention="popepi")

    assert str(caught.value) == (
        "the convention ‘popepi’ is counted in memory only; take the rows out of the engine first."
    )


@pytest.mark.burden("survival.engines")
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from(METHODS), st.sampled_from([*BREAKS]))
def test_any_patients_are_counted_alike(seed: int, n: int, method: str, breaks: str) -> None:
    table = make_table(seed)
    people = make_patients(n, seed=seed).cast(dict(make_patients(1).schema))

    counts = count_in_engine(
        people.lazy(),
        table,
        np.array(BREAKS[breaks], dtype=float),
        by=["stage"],
        method=method,
        per_year=365.25,
    )

    expected = survival_table(people, table, breaks=BREAKS[breaks], by=["stage"], method=method)
    assert_same(
        counts.select(name for name in expected.columns if name in counts.columns),
        expected.select(name for name in expected.columns if name in counts.columns),
    )


@SPARK
@pytest.mark.burden("survival.engines")
def test_no_more_rows_than_cells_leave_an_engine(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    people = make_followed(500)
    rows = spark.createDataFrame(people.rows(), schema=spark_schema(people))
    left = watch_collect(monkeypatch)

    found = survival_table(rows, make_table(), breaks=[0, 1, 2], by=["stage"])

    strata, intervals = 3, 2
    assert found["at_risk"].sum() > 500
    assert left == [strata, strata * intervals]


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch) -> Path:
    root = Path(__file__).resolve().parents[3]
    monkeypatch.chdir(root)
    return root


def run_guide(path: Path) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for block in re.findall(
        r"^ *```python\n(.*?)^ *```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(textwrap.dedent(block), names)  # noqa: S102 -- our own page
    return names


@SPARK
def test_the_guide_to_spark_gives_the_figures_of_one_machine(spark: Any, checkout: Path) -> None:
    names = run_guide(checkout / "docs/how-to/count-a-country-on-spark.md")

    cases = pl.read_csv("docs/examples/cases.csv", try_parse_dates=True)
    cases = cases.with_columns(year=pl.col("incidence_date").dt.year(), basis=pl.col("basis").cast(pl.String))
    cells = count_cases(cases, pl.read_csv("docs/examples/population.csv"), by=["sex", "year"])
    patients = pl.read_csv("docs/examples/patients.csv", try_parse_dates=True).with_columns(
        age_days=pl.col("age") * 365.25,
        time_days=(pl.col("exit_date") - pl.col("diagnosis_date")).dt.total_days(),
        age_group=pl.max_horizontal(
            pl.lit(15), *(pl.when(pl.col("age") >= low).then(low) for low in (45, 55, 65, 75))
        ),
    )
    curves = survival_table(patients, viet_nam_life_table(), breaks=[0, 1, 2, 3, 4, 5], by=["age_group"])
    assert (
        names["rates"]
        .select("asr")
        .equals(standardise_rates(cells, by=["sex", "year"], standard="who").select("asr"))
    )
    assert (
        names["quality"]
        .select("count", "flag")
        .equals(quality_indices(cases, by=["year"]).select("count", "flag"))
    )
    assert names["same"].select("count", "flag").equals(names["quality"].select("count", "flag"))
    assert_same(names["curves"].cast({"age_group": pl.Int64}), curves.cast({"age_group": pl.Int64}))
    assert names["standardised"].height == 5


def test_the_guide_to_life_tables_runs(checkout: Path) -> None:
    table = run_guide(checkout / "docs/how-to/import-a-life-table.md")["table"]

    assert table.ages.tolist() == list(range(int(table.ages[-1]) + 1))
    assert table.sexes == ("1", "2")
