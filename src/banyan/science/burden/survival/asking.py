"""Patients in an engine: their columns read and their faults asked for, one row a stratum."""

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import polars as pl

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.sexes import WRITTEN, read_sex
from banyan.science.burden.survival.patients import TABLE, refuse_years_for_days
from banyan.science.burden.survival.rules import AGES, DAY, FOLLOW_UP, SEX, Reader, Rule, list_covered

ENGINE = Reader(nw.col, nw.String)
NUMBERS = ("time_days", "dead", "entry_days")
YEAR = "year of diagnosis"
SPAN = ("first_year", "last_day", "first_age", "last_age")


def take_people(source: nw.LazyFrame, table: LifeTable | None, by: Mapping[str, str]) -> nw.LazyFrame:
    """Check which columns there are and of which kind, and read them, those of ``by`` under its names for them."""
    schema = source.collect_schema()
    placing = ["sex", "age_days", "diagnosis_date", *table.covariates] if table else []
    for name in dict.fromkeys([*placing, "time_days", "dead", *by]):
        if name not in schema:
            raise BurdenError.missing_column(name, *TABLE)
    given = [name for name in (*NUMBERS, *(["age_days"] if table else [])) if name in schema]
    for name in given:
        if not (schema[name].is_numeric() or schema[name] == nw.Boolean):
            raise BurdenError("the column holds no numbers.", "cột này không phải là số.", column=name)
    if table and schema["diagnosis_date"] not in {nw.Date, nw.Datetime}:
        raise BurdenError(
            "the dates must be dates, not numbers or text.",
            "ngày phải là kiểu ngày tháng, không phải số hay chữ.",
            column="diagnosis_date",
        )
    kept = [name for name in placing if name not in given]
    columns = [nw.col(name).cast(nw.Float64) for name in given]
    if "entry_days" not in schema:
        columns.append(nw.lit(0.0).alias("entry_days"))
    strata = (nw.col(name).alias(key) for name, key in by.items())
    rows = source.select(*strata, *(nw.col(name) for name in kept), *columns)
    return _place_people(rows) if table else rows


def _place_people(rows: nw.LazyFrame) -> nw.LazyFrame:
    """Add the sex as we write it, and the year and the day of diagnosis, in days since 1970."""
    written = nw.col("sex").cast(nw.String).str.strip_chars().str.to_lowercase()
    sexes = {sex: [text for text, meant in WRITTEN.items() if meant == sex] for sex in ("1", "2")}
    women = nw.when(written.is_in(sexes["2"])).then(nw.lit("2"))
    day = nw.col("diagnosis_date").dt.ordinal_day().cast(nw.Float64)
    rows = rows.with_columns(
        nw.when(written.is_in(sexes["1"])).then(nw.lit("1")).otherwise(women).alias(SEX),
        nw.col("diagnosis_date").dt.year().cast(nw.Float64).alias(YEAR),
    )
    return rows.with_columns((start_year(nw.col(YEAR)) + day - 1).alias(DAY))


def start_year(year: nw.Expr) -> nw.Expr:
    """First of January of a year, in days since 1970, by the rules for leap years."""
    leaps = ((year - 1969) / 4).floor() - ((year - 1901) / 100).floor() + ((year - 1601) / 400).floor()
    return (year - 1970) * 365 + leaps


def find_strata(people: nw.LazyFrame, table: LifeTable | None, by: Sequence[str]) -> pl.DataFrame:
    """Find the strata there are, and refuse what no patient can be.

    Returns
    -------
    polars.DataFrame
        One row a stratum: the columns of ``by``, ``beyond_table``, how many are followed beyond the life table, and, with a
        life table, what part of it is needed (``SPAN``): from the first year and age, in days, to the last day and age.
    """
    rules = _list_rules(table)
    marked = people.with_columns(
        *(_mark(rule, nw.lit(1)).alias(f"broken {i}") for i, rule in enumerate(rules)),
        *(_mark(rule, nw.col(rule.column)).alias(f"value {i}") for i, rule in enumerate(rules)),
        _count_beyond(table).alias("beyond_table"),
    )
    if table:
        time = nw.col("time_days")
        marked = marked.with_columns(
            oldest=nw.col("age_days"), last_day=nw.col(DAY) + time, last_age=nw.col("age_days") + time
        )
    asked = [nw.col(f"broken {i}").max() for i in range(len(rules))]
    asked += [nw.col(f"value {i}").min() for i in range(len(rules))]
    asked.append(nw.col("beyond_table").sum())
    if table:
        asked += [nw.col(name).max() for name in ("oldest", "last_day", "last_age")]
        asked += [nw.col(YEAR).min().alias("first_year"), nw.col("age_days").min().alias("first_age")]
    facts = (marked.group_by(list(by)).agg(*asked) if by else marked.select(*asked)).collect("polars")
    found = facts.to_polars().sort(by) if by else facts.to_polars()
    for i, rule in enumerate(rules):
        _refuse_broken(found.filter(pl.col(f"broken {i}") == 1), rule, f"value {i}")
    if table and found.height and found["oldest"].max() is not None:
        refuse_years_for_days(float(found["oldest"].max()), None)  # type: ignore[arg-type]
    beyond = pl.col("beyond_table").fill_null(0).cast(pl.Int64)
    return found.select(*by, beyond, *(SPAN if table else ()))


def _list_rules(table: LifeTable | None) -> list[Rule]:
    numbers = [rule for name in ("time_days", "dead", "entry_days") for rule in _list_missing(name)]
    if table is None:
        return [*numbers, *FOLLOW_UP]
    placing = [_ask_empty("diagnosis_date"), *_list_missing("age_days"), _SEX]
    return [*numbers, *FOLLOW_UP, *placing, *AGES, *list_covered(table)]


def _list_missing(name: str) -> tuple[Rule, Rule]:
    endless = Rule(
        name,
        lambda of: ~of.column(name).is_finite(),
        "‘{}’ is not a number.",
        "‘{}’ không phải là số.",
    )
    return endless, _ask_empty(name)


def _ask_empty(name: str) -> Rule:
    return Rule(name, lambda of: of.column(name).is_null(), "the value is empty.", "ô này trống.")


_SEX = Rule("sex", lambda of: of.column(SEX).is_null(), "", "")


def _mark(rule: Rule, value: Any) -> nw.Expr:
    return nw.when(rule.is_broken(ENGINE)).then(value)


def _count_beyond(table: LifeTable | None) -> nw.Expr:
    if table is None:
        return nw.lit(0)
    late = nw.col(DAY) + nw.col("time_days") > table.end
    if table.closing_age is not None:
        late |= nw.col("age_days") + nw.col("time_days") > table.age_end
    return nw.when(late).then(nw.lit(1)).otherwise(nw.lit(0))


def _refuse_broken(strata: pl.DataFrame, rule: Rule, column: str) -> None:
    if strata.is_empty():
        return
    value = strata[column].sort(nulls_last=True)[0]
    if rule is _SEX:
        try:
            read_sex(pl.DataFrame({"sex": [value]}))
        except BurdenError as fault:
            raise BurdenError(fault.reason, fault.reason_vi, column="sex") from None
    raise BurdenError(rule.reason.format(value), rule.reason_vi.format(value), column=rule.column)


def name_levels(table: LifeTable) -> Mapping[str, str]:
    """Name the column that holds each covariate as text."""
    return {name: f"level {i}" for i, name in enumerate(table.covariates)}
