"""Cases counted into cells: one row for each stratum and age group, with its person-years."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import ROWS, as_numbers, refuse, take_columns, take_counts

OLDEST_AGE = 120
CASES = ("cases", "bảng ca bệnh")
POPULATION = ("population", "bảng dân số")


def count_cases(
    cases: IntoFrame,
    population: IntoFrame | None = None,
    *,
    by: Sequence[str] = (),
    width: int = 5,
    open_age: int = 85,
) -> pl.DataFrame:
    """Count cases by strata and age group, and set person-years beside them.

    Parameters
    ----------
    cases : data frame
        One row for each case, or counted rows with a column ``cases``. Needs the columns of ``by`` and either
        ``age`` (completed years) or ``age_group`` (lower bound of the group, in years). An empty age is unknown.
    population : data frame, optional
        ``age_group``, ``person_years`` and any of the columns of ``by``; its other columns are summed over.
    by : names of columns
    width : int
        Years in an age group, where ``age`` is given.
    open_age : int
        Lower bound of the last, open age group; older groups of cases and population are added to it. Where the
        population's last group is younger, that group is the open one.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``, ``age_group`` (null: age unknown), ``cases`` and, with a population,
        ``person_years`` (null beside unknown age). With a population there is a row for every group of it and
        every combination of the other strata: a group with people and no case is a count of 0, not a hole.

    Raises
    ------
    BurdenError
        An age below 0 or over 120, an empty or negative number, a case in a stratum that has no population.

    Examples
    --------
    >>> import polars as pl
    >>> cases = pl.DataFrame({"site": ["C50", "C50", "C34"], "age": [52, 54, 61]})
    >>> people = pl.DataFrame({"age_group": [50, 55, 60], "person_years": [900, 800, 700]})
    >>> count_cases(cases, people, by=["site"]).filter(pl.col("cases") > 0).rows()
    [('C34', 60, 1, 700.0), ('C50', 50, 2, 900.0)]
    """
    keys = list(by)
    coarse = {} if "age" in keys else {"age": _complete_years}
    rows = take_counts(cases, keys, ["age", "age_group", "cases"], table=CASES, coarsen=coarse)
    people = None if population is None else _sum_population(population, keys, open_age)
    oldest = open_age if people is None else int(people["age_group"].max())  # type: ignore[arg-type]
    grouped = _group_ages(rows, width, oldest)
    each = pl.col("cases") if "cases" in rows.columns else pl.lit(1, pl.Int64)
    how_many = (each * pl.col(ROWS)).sum().alias("cases")
    counted = grouped.group_by([*keys, "age_group"]).agg(how_many)
    if people is None:
        return counted.sort([*keys, "age_group"], nulls_last=True)
    return _set_beside(counted, people, keys)


def _complete_years(age: nw.Expr, kind: Any) -> nw.Expr:
    """Take an age that can be one in whole years."""
    return (
        nw.when((age >= 0) & (age <= OLDEST_AGE)).then(age.floor()).otherwise(age) if kind.is_float() else age
    )


def _group_ages(rows: pl.DataFrame, width: int, oldest: int) -> pl.DataFrame:
    """Give every row its age group, and check what it counts."""
    if "cases" in rows.columns:
        rows = as_numbers(rows, "cases")
        refuse(rows, "cases", pl.col("cases") < 0, "{} cases cannot be.", "số ca {} không thể có.")
    column = next((name for name in ("age_group", "age") if name in rows.columns), None)
    if column is None:
        raise BurdenError.missing_column("age", *CASES)
    ages = as_numbers(rows, column, nullable=True)
    out_of_life = (pl.col(column) < 0) | (pl.col(column) > OLDEST_AGE)
    reason = "{} is no age in years; leave an unknown age empty."
    refuse(ages, column, out_of_life, reason, "{} không phải là tuổi tính bằng năm; tuổi không rõ để trống.")
    age = pl.col(column).floor().cast(pl.Int64)
    group = age if column == "age_group" else age // width * width
    return ages.with_columns(
        pl.min_horizontal(group, pl.lit(oldest)).alias("age_group").pipe(_keep_null, age)
    )


def _keep_null(group: pl.Expr, age: pl.Expr) -> pl.Expr:
    """Leave an unknown age unknown: the smaller of nothing and 85 would be 85."""
    return pl.when(age.is_not_null()).then(group)


def _sum_population(population: IntoFrame, by: list[str], open_age: int) -> pl.DataFrame:
    people = take_columns(population, ["age_group", "person_years"], by, table=POPULATION)
    people = as_numbers(as_numbers(people, "person_years"), "age_group")
    refuse(
        people,
        "person_years",
        pl.col("person_years") < 0,
        "{} person-years cannot be.",
        "số người-năm {} không thể có.",
    )
    if people.is_empty():
        raise BurdenError("the population has no rows.", "bảng dân số không có dòng nào.")
    keys = [name for name in by if name in people.columns]
    group = pl.min_horizontal(pl.col("age_group").cast(pl.Int64), pl.lit(open_age))
    return people.with_columns(group).group_by([*keys, "age_group"]).agg(pl.col("person_years").sum())


def _set_beside(counted: pl.DataFrame, people: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    shared = [name for name in by if name in people.columns]
    counted = counted.with_columns(pl.col(name).cast(people.schema[name]) for name in shared)
    _refuse_homeless(counted, people, shared)
    strata = counted.select(name for name in by if name not in shared).unique()
    grid = people.join(strata, how="cross") if strata.width else people
    unknown = counted.filter(pl.col("age_group").is_null()).with_columns(
        person_years=pl.lit(None, pl.Float64)
    )
    known = grid.join(counted, on=[*by, "age_group"], how="left", nulls_equal=True)
    columns = [*by, "age_group", pl.col("cases").fill_null(0), "person_years"]
    return pl.concat([known.select(columns), unknown.select(columns)]).sort(
        [*by, "age_group"], nulls_last=True
    )


def _refuse_homeless(counted: pl.DataFrame, people: pl.DataFrame, shared: list[str]) -> None:
    """Refuse cases of a stratum or an age group that the population does not have."""
    known = counted.filter(pl.col("age_group").is_not_null(), pl.col("cases") > 0)
    homeless = known.join(people, on=[*shared, "age_group"], how="anti", nulls_equal=True)
    if shared:
        nowhere = counted.join(people.select(shared).unique(), on=shared, how="anti", nulls_equal=True)
        homeless = pl.concat([nowhere, homeless])
    if not homeless.is_empty():
        first = homeless.row(0, named=True)
        where = ", ".join(
            f"{name} {first[name]}" for name in [*shared, "age_group"] if first[name] is not None
        )
        raise BurdenError(
            f"there are cases and no population for {where}.",
            f"có ca bệnh nhưng không có dân số cho {where}.",
            column="person_years",
        )
