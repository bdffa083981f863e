"""The checks of `banyan.science.coding`, and ours on identity numbers, on cases as we keep them."""

from datetime import date

import polars as pl

from banyan.apps.people.rules import SEX_CLASH, YEAR_CLASH, clashes_with_birth_year, clashes_with_sex
from banyan.apps.registry.choices import CheckState
from banyan.science.coding import Sentence, check_cases, derive_codes

CHECKED = (
    "sex",
    "age",
    "topography",
    "morphology",
    "behaviour",
    "edition",
    "basis",
    "grade",
    "laterality",
    "stage",
    "t",
    "n",
    "m",
)
DATES = {
    "birth_date": "birth_precision",
    "incidence_date": "incidence_precision",
    "death_date": "death_precision",
    "last_contact_date": None,
}
IDENTITY = {
    "citizen-sex": (clashes_with_sex, SEX_CLASH, ["citizen_id", "sex"]),
    "citizen-birth-year": (clashes_with_birth_year, YEAR_CLASH, ["citizen_id", "birth_date"]),
}


def check_rows(cases: pl.DataFrame, *, today: date | None = None) -> pl.DataFrame:
    """Return what the rules say of cases with dates as first possible day and precision.

    Columns as `check_cases`: row (place in `cases`), rule, result, message_vi, message_en, fields.
    """
    texts = [pl.col(name).cast(pl.String) for name in CHECKED]
    dates = [write_partial(name, precision) for name, precision in DATES.items()]
    stated = cases.select(
        *texts, *dates, basis_scheme=pl.lit("encr2022"), dco=(pl.col("basis") == "0").cast(pl.String)
    )
    # an age that nobody stated follows from the dates; it cannot be missing
    found = check_cases(stated, today=today).filter(
        ~((pl.col("rule") == "missing") & (pl.col("fields").list.first() == "age"))
    )
    return pl.concat([found, *(check_identity(cases, rule) for rule in IDENTITY)]).sort(
        "row", maintain_order=True
    )


def write_partial(name: str, precision: str | None) -> pl.Expr:
    """Write a date as far as it is known: 2026-11-24, 2026-11, 2026."""
    day = pl.col(name).cast(pl.Date)
    whole = day.dt.to_string("%Y-%m-%d")
    if precision is None:
        return whole.alias(name)
    known = pl.col(precision)
    return (
        pl.when(known == "year")
        .then(day.dt.to_string("%Y"))
        .when(known == "month")
        .then(day.dt.to_string("%Y-%m"))
        .otherwise(whole)
        .alias(name)
    )


def check_identity(cases: pl.DataFrame, rule: str) -> pl.DataFrame:
    test, sentence, fields = IDENTITY[rule]
    rows = cases.select(test().arg_true()).to_series()
    return describe_rows(rows, rule, CheckState.QUERY, sentence, fields)


def describe_rows(
    rows: pl.Series, rule: str, result: str, sentence: Sentence, fields: list[str]
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "row": rows.cast(pl.UInt32),
            "rule": [rule] * len(rows),
            "result": [str(result)] * len(rows),
            "message_vi": [sentence.vi] * len(rows),
            "message_en": [sentence.en] * len(rows),
            "fields": pl.Series([fields] * len(rows), dtype=pl.List(pl.String)),
        },
        schema_overrides={
            "rule": pl.String,
            "result": pl.String,
            "message_vi": pl.String,
            "message_en": pl.String,
        },
    )


def derive_rows(cases: pl.DataFrame) -> pl.DataFrame:
    """Return icd10, iccc3, site and ci5 of cases, in their order."""
    coded = cases.select("sex", "topography", "morphology", "behaviour", "edition")
    return derive_codes(coded).select("icd10", "iccc3", "site", "ci5")


def compute_age(*, stated: str) -> pl.Expr:
    """Return completed years from birth to incidence; where a date is only partly known, the age stated."""
    birth, incidence = pl.col("birth_date"), pl.col("incidence_date")
    before = incidence.dt.month().cast(pl.Int32) * 100 + incidence.dt.day() < (
        birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day()
    )
    years = incidence.dt.year() - birth.dt.year() - before.cast(pl.Int32)
    exact = (pl.col("birth_precision") == "day") & (pl.col("incidence_precision") == "day")
    said = pl.col(stated).cast(pl.Int32, strict=False)
    age = pl.when(exact).then(years).otherwise(pl.coalesce(said, years))
    return pl.when(age.is_between(0, 130)).then(age)
