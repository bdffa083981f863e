"""Joinpoints of many series at once: a data frame in, data frames out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, take_columns
from banyan.science.burden.trend.joinpoint.fit import AverageInterval, Window
from banyan.science.burden.trend.joinpoint.fitting import fit_joinpoints
from banyan.science.burden.trend.joinpoint.trend import JoinpointTrend

TABLE = ("series of rates", "bảng tỷ suất")
PARTS = ("models", "segments", "averages", "tests", "places", "fitted")


@dataclass(frozen=True, eq=False)
class JoinpointTables:
    """The results of every stratum, each frame led by the columns of ``by``.

    Attributes
    ----------
    models, segments, averages, tests, places, fitted : polars.DataFrame
        As the method (or attribute) of that name of :class:`JoinpointTrend` gives them.
    trends : tuple of JoinpointTrend
        One for each stratum, in order of their first rows.
    replaced : int
        Rates of 0 for which the stated constant stands.
    """

    models: pl.DataFrame
    segments: pl.DataFrame
    averages: pl.DataFrame
    tests: pl.DataFrame
    places: pl.DataFrame
    fitted: pl.DataFrame
    trends: tuple[JoinpointTrend, ...]

    @property
    def replaced(self) -> int:
        return sum(len(trend.series.replaced) for trend in self.trends)


def joinpoint_trends(
    frame: IntoFrame,
    *,
    by: Sequence[str] = (),
    rate: str = "rate",
    std_err: str = "std_err",
    windows: Sequence[Window] = (),
    interval: AverageInterval = "delta",
    **options: Any,
) -> JoinpointTables:
    """Fit joinpoints to every stratum of a table of rates.

    Parameters
    ----------
    frame : data frame
        One row a stratum and year: the columns of ``by``, ``year``, the rate, and what the weights need: its standard
        error or ``cases``.
    by : names of columns
    rate, std_err : names of columns
        ``rate="asr", std_err="asr_se"`` for what :func:`standardise_rates` returns.
    windows, interval
        Of the averages; see :meth:`JoinpointTrend.averages`.
    **options
        Of :func:`fit_joinpoints`.

    Returns
    -------
    JoinpointTables

    Raises
    ------
    BurdenError
        As :func:`fit_joinpoints`, with the row in the whole table.

    Examples
    --------
    >>> import polars as pl
    >>> rates = pl.DataFrame({
    ...     "sex": [1] * 10 + [2] * 10,
    ...     "year": list(range(2010, 2020)) * 2,
    ...     "rate": [20 * 1.02**i for i in range(10)] + [15 * 0.99**i for i in range(10)],
    ... })
    >>> joinpoint_trends(rates, by=["sex"], method="bic3").segments.select("sex", pl.col("apc").round(6)).rows()
    [(1, 2.0), (2, -1.0)]
    """
    columns = ["cases", std_err]
    rows = take_columns(frame, [*by, "year", rate], columns, table=TABLE)
    for name in ("year", rate):
        rows = as_numbers(rows, name)
    for name in columns:
        rows = as_numbers(rows, name, nullable=True) if name in rows.columns else rows
    if rows.is_empty():
        raise BurdenError("there is no rate.", "không có tỷ suất nào.")
    rows = rows.with_row_index(" row")
    groups = rows.group_by(by, maintain_order=True) if by else [((), rows)]
    found = [(_label(by, key, rows), _fit_group(group, rate, std_err, options)) for key, group in groups]

    def gather(part: str) -> pl.DataFrame:
        frames = [(label, _draw_part(trend, part, windows, interval)) for label, trend in found]
        return pl.concat([frame.select(*label, pl.all()) for label, frame in frames])

    return JoinpointTables(
        **{part: gather(part) for part in PARTS}, trends=tuple(trend for _, trend in found)
    )


def _fit_group(group: pl.DataFrame, rate: str, std_err: str, options: dict[str, Any]) -> JoinpointTrend:
    given: dict[str, Any] = {
        name: group[column].to_numpy()
        for name, column in (("std_errs", std_err), ("cases", "cases"))
        if column in group.columns
    }
    try:
        return fit_joinpoints(group["year"].to_numpy(), group[rate].to_numpy(), **given, **options)
    except BurdenError as fault:
        raise fault.move(group[" row"], {"rate": rate, "std_err": std_err}) from fault


def _label(by: Sequence[str], key: tuple[Any, ...], rows: pl.DataFrame) -> list[pl.Expr]:
    """Return the columns of a stratum, as constants."""
    return [pl.lit(value, dtype=rows.schema[name]).alias(name) for name, value in zip(by, key, strict=True)]


def _draw_part(
    trend: JoinpointTrend, part: str, windows: Sequence[Window], interval: AverageInterval
) -> pl.DataFrame:
    if part == "averages":
        return trend.averages(windows, interval=interval)
    if part == "tests":
        return trend.tests
    frame: pl.DataFrame = getattr(trend, part)()
    return frame
