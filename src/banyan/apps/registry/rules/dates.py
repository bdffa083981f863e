"""The dates of a file: as they are written or counted, and those that may mean two days."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import polars as pl

from banyan.apps.core.rules.dates import explain_date
from banyan.apps.registry.choices import DateStyle
from banyan.apps.registry.rules.columns import LAST_DAY
from banyan.apps.registry.rules.refusing import REFUSALS, refuse_texts
from banyan.science.coding import CodeError
from banyan.science.files import find_doubtful, parse_dates

DATES = ("birth_date", "incidence_date", "last_contact_date", "death_date", "notification_date")
NUMBERED = (DateStyle.DAYS, DateStyle.SPREADSHEET)
DOUBTFUL = "doubtful-date"
# spreadsheets write a day as the days since this one
SPREADSHEET_ZERO = date(1899, 12, 30)
NO_DOUBTS: Mapping[str, pl.Series] = MappingProxyType({})


def find_doubts(
    rows: pl.LazyFrame, mapping: Mapping[str, str], reading: Mapping[str, str]
) -> dict[str, pl.Series]:
    """Return, for each date field, the texts of its column that may mean two days."""
    if reading.get("dates") in NUMBERED:
        return {}
    doubts = {}
    for field in DATES:
        if field in mapping:
            texts = rows.select(pl.col(mapping[field]).unique()).collect().to_series().drop_nulls()
            found = find_doubtful(texts, month_first=reading.get("dates") == DateStyle.MONTH_FIRST)
            doubts[field] = texts.filter(found).str.strip_chars()
    return doubts


def refuse_doubtful(column: pl.Series, field: str, doubts: Mapping[str, pl.Series]) -> pl.DataFrame:
    """Refuse dates that may mean two days; a person writes them so that they can mean one."""
    texts = doubts.get(field, pl.Series(dtype=pl.String))
    wrong = (
        {
            text: CodeError(
                f"‘{text}’ có thể là hai ngày khác nhau, vì cột này lẫn nhiều cách viết; hãy viết dạng 2024-11-30.",
                f"‘{text}’ may mean two days, as this column is written in several ways; write it as 2024-11-30.",
            )
            for text in column.filter(column.is_in(texts.implode())).unique().to_list()
        }
        if len(texts)
        else {}
    )
    return refuse_texts(column, field, wrong).with_columns(rule=pl.lit(DOUBTFUL))


def read_date_column(column: pl.Series, field: str, style: str) -> tuple[pl.Series, pl.Series, pl.DataFrame]:
    """Return the first day that each date may mean, its precision, and what was refused."""
    if style in NUMBERED:
        return read_day_numbers(column, field, style)
    parsed = parse_dates(column, month_first=style == DateStyle.MONTH_FIRST)
    rows = list(parsed.faults())
    refused = pl.DataFrame(
        [(row, field, column[row], "code-date", *explain_date(column[row], reason)) for row, reason in rows],
        schema=REFUSALS,
        orient="row",
    )
    return parsed.values, parsed.precision, refused


def read_day_numbers(column: pl.Series, field: str, style: str) -> tuple[pl.Series, pl.Series, pl.DataFrame]:
    """Read days since 1970-01-01, as R and Polars count them, or as spreadsheets do; 18933.0 is one too.

    What would be a day after 2037 is refused: it was counted from elsewhere.
    """
    zero = date(1970, 1, 1) if style == DateStyle.DAYS else SPREADSHEET_ZERO
    shift = (zero - date(1970, 1, 1)).days
    days = column.str.replace(r"\.0+$", "").cast(pl.Int32, strict=False).cast(pl.Int64) + shift
    days = days.to_frame("d").select(pl.when(pl.col("d").is_between(-62_000, LAST_DAY)).then("d"))["d"]
    wrong = {
        text: CodeError(
            f"‘{text}’ không phải số ngày kể từ {zero:%d/%m/%Y}.",
            f"‘{text}’ is not a number of days since {zero:%Y-%m-%d}.",
        )
        for text in column.filter(column.is_not_null() & days.is_null()).unique().to_list()
    }
    precision = days.to_frame("d").select(pl.when(pl.col("d").is_not_null()).then(pl.lit("day")))
    return days.cast(pl.Int32).cast(pl.Date), precision.to_series(), refuse_texts(column, field, wrong)
