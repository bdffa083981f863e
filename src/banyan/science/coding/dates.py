"""Dates of which the day or the month may be unknown.

A partial date is the span of days it may mean: ``2019-05`` lies between 1 and 31 May 2019. Two
partial dates clash only if no choice of days makes them agree. Day comes before month in every
form that is not ISO: nothing is read as a US date.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from banyan.science.coding.codes import CodeError
from banyan.science.coding.columns import RAW, clean_text, read_values

Precision = Literal["day", "month", "year"]

# Year, month, day, each but the year perhaps absent; 00 and 99 stand for unknown.
ISO = r"^(?<y>[0-9]{4})(?:[-/.](?<m>[0-9]{1,2}))?(?:[-/.](?<d>[0-9]{1,2}))?(?:[ T]00:00.*)?$"
COMPACT = r"^(?<y>[0-9]{4})(?<m>[0-9]{2})(?<d>[0-9]{2})$"
VIETNAMESE = r"^(?:(?<d>[0-9]{1,2})[-/.])?(?<m>[0-9]{1,2})[-/.](?<y>[0-9]{4})$"
FIRST_YEAR, LAST_YEAR = 1850, 2199
UNKNOWN_YEARS = ("0000", "9999")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """The days that a date with unknown parts may mean: ``first`` to ``last``."""

    first: date
    last: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> "PartialDate | None":
        """Read ``2019-05-07``, ``2019-05``, ``2019``, ``20190599``, ``07/05/2019`` or ``05/2019``.

        Returns None where the whole date is unknown (empty, ``99999999``, ``00000000``).

        Raises
        ------
        CodeError
            If the text is no date, or no such day exists.
        """
        row = read_dates(pl.Series([text], dtype=pl.String)).row(0, named=True)
        if row["bad"]:
            raise CodeError(f"Không có ngày ‘{text}’.", f"There is no date ‘{text}’.")
        return cls(row["first"], row["last"], row["precision"]) if row["first"] else None


def read_dates(column: pl.Series) -> pl.DataFrame:
    """Read a column of dates.

    Parameters
    ----------
    column
        Text in any form that `PartialDate.parse` takes, or dates.

    Returns
    -------
    polars.DataFrame
        ``first`` and ``last`` day that each may mean, ``precision``, and ``bad``: whether it is
        no possible date. An unknown or empty date is null and not bad.
    """
    if column.dtype.is_temporal():
        column = column.cast(pl.Date).cast(pl.String)
    text = clean_text(RAW)
    year, month, day = (_part(text, name) for name in ("y", "m", "d"))
    unknown = text.is_null() | year.is_in(UNKNOWN_YEARS).fill_null(value=False)
    month = pl.when(~month.is_in(["00", "99"])).then(month)
    day = pl.when(month.is_not_null() & ~day.is_in(["00", "99"])).then(day)
    first = pl.concat_str(year, month.fill_null("01"), day.fill_null("01"), separator="-").str.to_date(
        "%Y-%m-%d", strict=False
    )
    first = pl.when(~unknown & first.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(first)
    precision = pl.when(day.is_not_null()).then(pl.lit("day")).when(month.is_not_null()).then(pl.lit("month"))
    last = (
        pl.when(day.is_not_null())
        .then(first)
        .when(month.is_not_null())
        .then(first.dt.month_end())
        .otherwise(first.dt.offset_by("1y").dt.offset_by("-1d"))
    )
    return read_values(
        column.cast(pl.String),
        first=first,
        last=last,
        precision=pl.when(first.is_not_null()).then(precision.otherwise(pl.lit("year"))),
        bad=~unknown & first.is_null(),
    )


def _part(text: pl.Expr, name: str) -> pl.Expr:
    forms = [text.str.extract_groups(form).struct.field(name) for form in (ISO, COMPACT, VIETNAMESE)]
    return pl.coalesce(*forms).str.zfill(2)
