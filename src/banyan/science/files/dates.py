"""Dates as registries write them: year first or day first, whole or in part; month first only where that is said."""

import re
from dataclasses import dataclass
from functools import partial

import polars as pl

from banyan.science.files.faults import Reason
from banyan.science.files.parsed import Parsed, finish, is_empty, parse_distinct

FIRST_YEAR, LAST_YEAR = 1800, 2200
_TIME = r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$"
# (pattern, which group is year, month, day); the groups of digits without separators cannot be confused,
# as no year from 1800 to 2199 begins with a month
_PATTERNS = (
    (r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})$", (1, 2, 3)),
    (r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})$", (3, 2, 1)),
    (r"^([0-9]{4})[-/.]([0-9]{1,2})$", (1, 2, None)),
    (r"^([0-9]{1,2})[-/.]([0-9]{4})$", (2, 1, None)),
    (r"^([0-9]{4})$", (1, None, None)),
    (r"^((?:18|19|20|21|99|00)[0-9]{2})(0[0-9]|1[0-2]|99)([0-9]{2})$", (1, 2, 3)),
    (r"^([0-9]{2})(0[0-9]|1[0-2]|99)([0-9]{4})$", (3, 2, 1)),
    (r"^((?:18|19|20|21)[0-9]{2})(0[0-9]|1[0-2]|99)$", (1, 2, None)),
    (r"^(0[0-9]|1[0-2]|99)((?:18|19|20|21)[0-9]{2})$", (2, 1, None)),
)
_MONTH_FIRST = (
    *(form for form in _PATTERNS if form[1] != (3, 2, 1)),
    (r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})$", (3, 1, 2)),
    (r"^(0[0-9]|1[0-2]|99)([0-9]{2})([0-9]{4})$", (3, 1, 2)),
)
_TWO_PARTS = (
    r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ](?:18|19|20|21)[0-9]{2}$",
    r"^([0-9]{2})([0-9]{2})(?:18|19|20|21)[0-9]{2}$",
)
_ISO = r"^[0-9]{4}-([0-9]{2})-([0-9]{2})$"
_SHORT_YEAR = r"^([0-9]{2})([0-9]{2})([0-9]{2})$"
_MONTH_OF_YEAR = (
    r"^(?:(?:18|19|20|21)[0-9]{2}(?:0[0-9]|1[0-2]|99)|(?:0[0-9]|1[0-2]|99)(?:18|19|20|21)[0-9]{2})$"
)
# how many dates of each kind tell that a spreadsheet turned the others round
_SLIPS = 100
_TELLING = 5
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


def parse_dates(series: pl.Series, *, month_first: bool = False) -> ParsedDates:
    """Parse ISO, dd/mm/yyyy, yyyymmdd and ddmmyyyy dates, with month or day absent, 00 or 99.

    With `month_first`, mm/dd/yyyy and mmddyyyy stand in the place of the forms that begin with the day.
    A year of 0000 or 9999 is an unknown date: null, not refused. Numbers of days since some day are refused,
    for a reader cannot know the day.
    """
    spread = parse_distinct(series, partial(_parse_texts, month_first=month_first))
    explain = _explain_american if month_first else _explain_date
    plain = finish(series, spread, explain)
    return ParsedDates(plain.values, plain.wrong, series, explain, spread["precision"])


def find_doubtful(series: pl.Series, *, month_first: bool = False) -> pl.Series:
    """Return which texts of a column of dates may mean two days, given what else the column holds.

    - 03/04/2024, where other dates of the column have their parts the other way round (03/25/2024): at least one
      for a hundred that are plainly written in the order told.
    - 2024-04-03, where a spreadsheet made dates of just those cells that it could also read month first, and
      left 25/03/2024 as text.
    - 200412, where another of the column can only be a day, a month and two figures of a year.
    """
    texts = series.cast(pl.String).str.strip_chars().str.replace(_TIME, "")
    first, second = (
        pl.coalesce(*(pl.col("text").str.extract(form, at) for form in _TWO_PARTS)) for at in (1, 2)
    )
    cells = (
        texts.alias("text")
        .to_frame()
        .with_columns(
            day=(second if month_first else first).cast(pl.Int32),
            month=(first if month_first else second).cast(pl.Int32),
            iso_month=pl.col("text").str.extract(_ISO, 1).cast(pl.Int32),
            iso_day=pl.col("text").str.extract(_ISO, 2).cast(pl.Int32),
            **{f"short{at}": pl.col("text").str.extract(_SHORT_YEAR, at).cast(pl.Int32) for at in (1, 2)},
            whole=pl.col("text").str.contains(_MONTH_OF_YEAR),
        )
    )
    either = (
        pl.col("day").is_between(1, 12)
        & pl.col("month").is_between(1, 12)
        & (pl.col("day") != pl.col("month"))
    )
    # one slip among hundreds of plain dates is refused by itself, and does not call the others in question
    other_way = (pl.col("month").is_between(13, 31) & pl.col("day").is_between(1, 12)).sum()
    this_way = (pl.col("day").is_between(13, 31) & pl.col("month").is_between(1, 12)).sum()
    turned = (other_way > 0) & (other_way * _SLIPS >= this_way)
    stored = (pl.col("iso_day") <= 12) & (pl.col("iso_day") != pl.col("iso_month"))
    converted = (
        (pl.col("iso_day").max() <= 12)
        & (pl.col("iso_day").count() >= _TELLING)
        & (pl.col("day").min() > 12)
        & (pl.col("day").count() >= _TELLING)
    )
    day_like = pl.col("short1").is_between(1, 31) & pl.col("short2").is_between(1, 31)
    shortened = (day_like & ~pl.col("whole")).any()
    return cells.select(
        ((either & turned) | (stored & converted) | (day_like & pl.col("whole") & shortened)).fill_null(
            value=False
        )
    ).to_series()


def _parse_texts(texts: pl.Series, *, month_first: bool = False) -> pl.DataFrame:
    plain = texts.str.replace(_TIME, "")
    year, month, day = (_read_part(plain, place, month_first=month_first) for place in range(3))
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


def _read_part(texts: pl.Series, place: int, *, month_first: bool) -> pl.Series:
    """Return year (0), month (1) or day (2) by the first pattern that fits the whole text."""
    patterns = _MONTH_FIRST if month_first else _PATTERNS
    part = pl.repeat(None, texts.len(), dtype=pl.Int32, eager=True)
    free = pl.repeat(value=True, n=texts.len(), eager=True)
    for pattern, groups in patterns:
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
    if (year := re.search(r"(?:^|[-/. ])(2[45][0-9]{2})(?:$|[-/. ])", text)) is not None:
        return Reason(
            f"the year {year[1]} is not of the Gregorian calendar", f"năm {year[1]} không phải năm dương lịch"
        )
    return Reason(
        f"‘{text}’ is not a date (write yyyy-mm-dd or dd/mm/yyyy; the month never comes first)",
        f"‘{text}’ không phải ngày (viết dd/mm/yyyy hoặc yyyy-mm-dd; tháng không đứng đầu)",
    )


def _explain_american(text: str) -> Reason:
    return Reason(
        f"‘{text}’ is not a date with its month first (mm/dd/yyyy)",
        f"‘{text}’ không phải ngày viết tháng trước (mm/dd/yyyy)",
    )
