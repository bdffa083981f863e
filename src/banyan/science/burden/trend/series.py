"""One rate of change of many series at once: a data frame in, a data frame out."""

from collections.abc import Sequence
from typing import Literal, get_args

import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import as_numbers, take_columns
from banyan.science.burden.trend.eapc import Eapc, TrendConvention, eapc

EapcWeights = Literal["std_err", "cases", "constant"]
TABLE = ("series of rates", "bảng tỷ suất")
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("percent", "lower", "upper", "p_value", "slope", "std_err"), pl.Float64),
    **dict.fromkeys(("years", "zero_years"), pl.List(pl.Int64)),
}


def eapc_trends(
    frame: IntoFrame,
    *,
    by: Sequence[str] = (),
    rate: str = "rate",
    std_err: str = "std_err",
    weights: EapcWeights = "constant",
    level: float = 0.95,
    convention: TrendConvention = "exact",
) -> pl.DataFrame:
    """Estimate the annual percentage change of every stratum of a table of rates.

    Parameters
    ----------
    frame : data frame
        One row a stratum and year: the columns of ``by``, ``year``, the rate, and what the weights need.
    by : names of columns
    rate, std_err : names of columns
        ``rate="asr", std_err="asr_se"`` for what :func:`standardise_rates` returns.
    weights : {"std_err", "cases", "constant"}
        (rate / std_err)², the column ``cases``, or all years alike.
    level, convention
        As in :func:`eapc`.

    Returns
    -------
    polars.DataFrame
        One row a stratum, in order of their first rows: ``percent``, ``lower``, ``upper`` (a year), ``p_value``,
        ``slope``, ``std_err`` (of the logarithm), ``years`` (list of those used), ``zero_years`` (list of those left
        out because their rate is 0).

    Raises
    ------
    BurdenError
        As :func:`eapc`, with the row in the whole table.

    Examples
    --------
    >>> import polars as pl
    >>> rates = pl.DataFrame({
    ...     "sex": [1] * 5 + [2] * 5,
    ...     "year": list(range(2015, 2020)) * 2,
    ...     "rate": [20 * 1.02**i for i in range(5)] + [0, *(15 * 0.99**i for i in range(4))],
    ... })
    >>> eapc_trends(rates, by=["sex"]).select("sex", pl.col("percent").round(6), "zero_years").rows()
    [(1, 2.0, []), (2, -1.0, [2015])]
    """
    check_option(weights, get_args(EapcWeights), "weighting ‘{}’", "cách gán trọng số ‘{}’")
    needed = {"std_err": [std_err], "cases": ["cases"], "constant": []}[weights]
    rows = take_columns(frame, [*by, "year", rate, *needed], table=TABLE)
    for name in ("year", rate, *needed):
        rows = as_numbers(rows, name, nullable=name in needed)
    rows = rows.with_row_index(" row")
    groups = rows.group_by(by, maintain_order=True) if by else [((), rows)]
    found = [(key, _estimate(group, rate, std_err, weights, (level, convention))) for key, group in groups]
    values = [(*key, *(getattr(one, name) for name in SCHEMA)) for key, one in found]
    return pl.DataFrame(values, schema={**{name: rows.schema[name] for name in by}, **SCHEMA}, orient="row")


def _estimate(
    group: pl.DataFrame, rate: str, std_err: str, weights: EapcWeights, how: tuple[float, TrendConvention]
) -> Eapc:
    try:
        return eapc(
            group["year"].to_numpy(),
            group[rate].to_numpy(),
            cases=group["cases"].to_numpy() if weights == "cases" else None,
            variance=group[std_err].to_numpy() ** 2 if weights == "std_err" else None,
            level=how[0],
            convention=how[1],
        )
    except BurdenError as fault:
        raise fault.move(group[" row"], {"rate": rate}) from fault
