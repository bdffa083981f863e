"""Dates as registries write them: year first or day first, whole or in part, never month first."""

from dataclasses import dataclass

import polars as pl

from banyan.science.files.faults import Reason
from banyan.science.files.parsed import Parsed, finish, is_empty, parse_distinct

FIRST_YEAR, LAST_YEAR = 1800, 2200
_TIME = r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$"
# (pattern, which group is year, month, day); the groups of digits without separators cannot be confused,
# as no year from 1800 to 2199 begins with a month
_PATTERNS = (
    (r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$", (1, 2, 3)),
    (r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$", (3, 2, 1)),
    (r"^(\d{4})[-/.](\d{1,2})$", (1, 2, None)),
    (r"^(\d{1,2})[-/.](\d{4})$", (2, 1, None)),
    (r"^(\d{4})$", (1, None, None)),
    (r"^((?:18|19|20|21|99|00)\d{2})(0\d|1[0-2]|99)(\d{2})$", (1, 2, 3)),
    (r"^(\d{2})(0\d|1[0-2]|99)(\d{4})$", (3, 2, 1)),
    (r"^((?:18|19|20|21)\d{2})(0\d|1[0-2]|99)$", (1, 2, None)),
    (r"^(0\d|1[0-2]|99)((?:18|19|20|21)\d{2})$", (2, 1, None)),
)
_UNKNOWN_PARTS = [0, 99]
_UNKNOWN_YEARS = [0, 9999]


@dataclass(frozen=True)
class ParsedDates(Parsed):
    """Dates; where month or day is unknown, `values` holds the first day that is possible.

    Attributes
    ----------
    precision : polars.Series of str
        "day", "month" or "year"; null where there is no date.
    """

    precision: pl.Series


def parse_dates(series: pl.Series) -> ParsedDates:
    """Parse ISO, dd/mm/yyyy, yyyymmdd and ddmmyyyy dates, with month or day absent, 00 or 99.

    A year of 0000 or 9999 is an unknown date: null, not refused. Numbers of days since some day are refused,
    for a reader cannot know the day.
    """
    spread = parse_distinct(series, _parse_texts)
    plain = finish(series, spread, _explain_date)
    return ParsedDates(plain.values, plain.wrong, series, _explain_date, spread["precision"])


def _parse_texts(texts: pl.Series) -> pl.DataFrame:
    plain = texts.str.replace(_TIME, "")
    year, month, day = (_read_part(plain, place) for place in range(3))
    parts = pl.DataFrame({"year": year, "month": month, "day": day})
    month_known = pl.col("month").is_not_null() & ~pl.col("month").is_in(_UNKNOWN_PARTS)
    day_known = month_known & pl.col("day").is_not_null() & ~pl.col("day").is_in(_UNKNOWN_PARTS)
    precision = (
        pl.when(day_known)
        .then(pl.lit("day"))
        .when(month_known)
        .then(pl.lit("month"))
        .otherwise(pl.lit("year"))
    )
    iso = pl.format(
        "{}-{}-{}",
        pl.col("year"),
        pl.when(month_known).then("month").otherwise(1).cast(pl.String).str.zfill(2),
        pl.when(day_known).then("day").otherwise(1).cast(pl.String).str.zfill(2),
    )
    unknown = pl.col("year").is_in(_UNKNOWN_YEARS) | pl.Series(is_empty(texts))
    return (
        parts.with_columns(
            value=iso.str.to_date("%Y-%m-%d", strict=False), precision=precision, unknown=unknown
        )
        .with_columns(unknown=pl.col("unknown").fill_null(value=False))
        .with_columns(
            good=pl.col("value").is_not_null()
            & pl.col("year").is_between(FIRST_YEAR, LAST_YEAR)
            & ~pl.col("unknown")
        )
        .select(
            value=pl.when("good").then("value"),
            precision=pl.when("good").then("precision"),
            wrong=~pl.col("good").fill_null(value=False) & ~pl.col("unknown"),
        )
    )


def _read_part(texts: pl.Series, place: int) -> pl.Series:
    """Return year (0), month (1) or day (2) by the first pattern that fits the whole text."""
    part = pl.repeat(None, texts.len(), dtype=pl.Int32, eager=True)
    free = pl.repeat(value=True, n=texts.len(), eager=True)
    for pattern, groups in _PATTERNS:
        fits = free & texts.str.contains(pattern)
        group = groups[place]
        if group is not None and fits.any():
            part = part.zip_with(~fits, texts.str.extract(pattern, group).cast(pl.Int32, strict=False))
        free = free & ~fits
    return part


def _explain_date(text: str) -> Reason:
    if text.isdigit() and len(text) not in {4, 6, 8}:
        return Reason(
            f"‘{text}’ is a number, not a date (a count of days says nothing without its first day)",
            f"‘{text}’ là một số, không phải ngày (số ngày không có nghĩa nếu không biết mốc)",
        )
    return Reason(
        f"‘{text}’ is not a date (write yyyy-mm-dd or dd/mm/yyyy; the month never comes first)",
        f"‘{text}’ không phải ngày (viết dd/mm/yyyy hoặc yyyy-mm-dd; tháng không đứng đầu)",
    )
