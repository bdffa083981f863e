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
from banyan.science.coding.columns import RAW, clean_text, spread

Precision = Literal["day", "month", "year"]

# A day may be absent, or a day and a month; 00 and 99 stand for unknown.
ISO = r"^([0-9]{4})(?:[-/.]([0-9]{1,2}))?(?:[-/.]([0-9]{1,2}))?-?(?:[ T]00:00.*)?$"
COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
VIETNAMESE = r"^(?:([0-9]{1,2})[-/.])?([0-9]{1,2})[-/.]([0-9]{4})$"
FIRST_YEAR, LAST_YEAR = 1850, 2199
PRECISIONS = pl.Enum(["day", "month", "year"])
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
    texts = column.cast(pl.String)
    parts = texts.unique().rename("raw").to_frame().select("raw", _split(clean_text(RAW)).struct.unnest())
    return spread(texts, _read_parts(parts))


def _split(text: pl.Expr) -> pl.Expr:
    """Return year, month and day as a struct of texts: ``y``, ``m``, ``d``."""
    iso = text.str.replace(COMPACT, "${1}-${2}-${3}").str.replace(VIETNAMESE, "${3}-${2}-${1}")
    return iso.str.extract_groups(ISO).struct.rename_fields(["y", "m", "d"])


def _read_parts(parts: pl.DataFrame) -> pl.DataFrame:
    empty = clean_text(RAW).is_null()
    month, day = (pl.col(name).str.zfill(2) for name in ("m", "d"))
    known = parts.select(
        "raw",
        "y",
        m=pl.when(~month.is_in(["00", "99"])).then(month),
        d=pl.when(~month.is_in(["00", "99"]) & ~day.is_in(["00", "99"])).then(day),
        unknown=empty | pl.col("y").is_in(UNKNOWN_YEARS).fill_null(value=False),
    )
    text = pl.concat_str("y", pl.col("m").fill_null("01"), pl.col("d").fill_null("01"), separator="-")
    first = text.str.to_date("%Y-%m-%d", strict=False)
    possible = ~pl.col("unknown") & first.dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    dated = known.with_columns(first=pl.when(possible).then(first))
    has_day, has_month = pl.col("d").is_not_null(), pl.col("m").is_not_null()
    precision = pl.when(has_day).then(pl.lit("day")).when(has_month).then(pl.lit("month"))
    month_end, year_end = (
        pl.col("first").dt.month_end(),
        pl.col("first").dt.offset_by("1y").dt.offset_by("-1d"),
    )
    return dated.select(
        "raw",
        "first",
        last=pl.when(has_day).then("first").when(has_month).then(month_end).otherwise(year_end),
        precision=pl.when(pl.col("first").is_not_null())
        .then(precision.otherwise(pl.lit("year")))
        .cast(PRECISIONS),
        bad=~pl.col("unknown") & pl.col("first").is_null(),
    )
