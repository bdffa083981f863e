"""Age-standardised survival: one figure from the curves of age groups."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.intervals import survival_interval

MissingRule = Literal["refuse", "merge", "stop"]
CURVES = ("curves", "bảng đường cong")
# Corazziari I, Quinn M, Capocaccia R. Standard cancer patient population for age standardising survival ratios.
# Eur J Cancer 2004;40:2307-2316. Per cent, by lower age; the youngest group takes whoever is younger too.
AGE_STANDARDS: Mapping[str, Mapping[int, float]] = {
    "icss1": {15: 7, 45: 12, 55: 23, 65: 29, 75: 29},
    "icss2": {15: 28, 45: 17, 55: 21, 65: 20, 75: 14},
    "icss3": {15: 60, 45: 10, 55: 10, 65: 10, 75: 10},
    "icss1-prostate": {15: 19, 55: 23, 65: 29, 75: 23, 85: 6},
}


def find_age_standard(standard: str | Mapping[int, float]) -> Mapping[int, float]:
    """Return the shares (summing to 1) by lower age of a standard by name, or of the user's own weights."""
    if isinstance(standard, str):
        key = standard.lower().replace("_", "-").replace(" ", "")
        if key not in AGE_STANDARDS:
            raise BurdenError.unknown_option(
                standard, AGE_STANDARDS, "standard for survival ‘{}’", "chuẩn tuổi cho sống thêm ‘{}’"
            )
        standard = AGE_STANDARDS[key]
    total = sum(standard.values())
    if any(not 0 <= weight < float("inf") for weight in standard.values()) or not total > 0:
        raise BurdenError(
            "the weights must be numbers, none negative and not all zero.",
            "trọng số phải là số không âm và không bằng 0 tất cả.",
        )
    return {int(age): weight / total for age, weight in sorted(standard.items())}


def combine_survival(
    curves: IntoFrame,
    weights: Mapping[Any, float],
    *,
    over: str,
    by: Sequence[str] = (),
    on_missing: Literal["refuse", "stop"] = "refuse",
    interval: str = "log",
    level: float = 0.95,
) -> pl.DataFrame:
    """Take the weighted mean of the curves of groups, at each time.

    Parameters
    ----------
    curves : data frame
        What any estimator of this package returns with the column ``over`` in its ``by``: ``years``, ``survival``,
        ``std_err`` (of the survival), the columns of ``by``.
    weights : mapping of a value of ``over`` to its weight
        Divided by their sum. A group without a weight is an error, never left out silently.
    over : name of the column of groups
    by : names of columns
        One standardised curve for each combination.
    on_missing : {"refuse", "stop"}
        Where a group with a weight has no curve, or its curve ends early (null): an error, or no figure from there on.
        The weights are never shared out among the other groups.
    interval, level : as in :func:`net_survival`

    Returns
    -------
    polars.DataFrame
        The columns of ``by``, ``years``, ``survival``, ``std_err``, ``lower``, ``upper``, ``groups`` (how many), ``rule``.

    Raises
    ------
    BurdenError

    Notes
    -----
    The survival is sum(w S), its standard error sqrt(sum(w² SE²)), on the scale of survival; a group that has all
    died adds 0 to both.

    Examples
    --------
    >>> import polars as pl
    >>> curves = pl.DataFrame(
    ...     {"age": ["young", "old"], "years": 5, "survival": [0.8, 0.4], "std_err": [0.03, 0.04]}
    ... )
    >>> combine_survival(curves, {"young": 1, "old": 3}, over="age").select("survival", "std_err").row(0)
    (0.5, 0.030923292192132454)
    """
    rows = read_curves(curves, [*by, over])
    shares = _read_shares(rows, weights, over)
    rows = rows.join(shares, on=over, how="inner")
    died = pl.col("survival") == 0
    error = pl.when(died).then(0.0).otherwise(pl.col("std_err"))
    sums = rows.group_by([*by, "years"]).agg(
        survival=(pl.col("share") * pl.col("survival")).sum(),
        std_err=((pl.col("share") * error) ** 2).sum().sqrt(),
        groups=pl.len(),
        known=pl.col("survival").is_not_null().sum(),
    )
    whole = pl.col("known") == shares.height
    if on_missing == "refuse":
        _refuse_missing(sums.filter(~whole).sort([*by, "years"]), rows, shares, over, by)
    sums = sums.with_columns(pl.when(whole).then(pl.col("survival", "std_err"))).sort([*by, "years"])
    survival = sums["survival"].fill_null(float("nan")).to_numpy()
    positive = np.where(survival > 0, survival, np.nan)
    relative = sums["std_err"].fill_null(float("nan")).to_numpy() / positive
    lower, upper = survival_interval(positive, relative, level, interval)
    return sums.select(
        *by,
        "years",
        "survival",
        "std_err",
        pl.Series("lower", lower).fill_nan(None),
        pl.Series("upper", upper).fill_nan(None),
        "groups",
        pl.lit(on_missing).alias("rule"),
    )


def read_curves(curves: IntoFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Check curves: one figure for each combination of the keys and time."""
    rows = take_columns(curves, [*keys, "years", "survival", "std_err"], table=CURVES)
    for name in ("years", "survival", "std_err"):
        rows = as_numbers(rows, name, nullable=name != "years")
    refuse(
        rows,
        "years",
        ~pl.struct(*keys, "years").is_first_distinct(),
        "there is more than one curve with the time {}: name the columns that tell them apart.",
        "có nhiều đường cong cùng thời điểm {}: hãy nêu các cột phân biệt chúng.",
    )
    return rows


def _read_shares(rows: pl.DataFrame, weights: Mapping[Any, float], over: str) -> pl.DataFrame:
    total = float(sum(weights.values()))
    if not total > 0 or any(not weight >= 0 for weight in weights.values()):
        raise BurdenError(
            "the weights must be numbers, none negative and not all zero.",
            "trọng số phải là số không âm và không bằng 0 tất cả.",
        )
    for value in rows[over].unique(maintain_order=True).to_list():
        if value not in weights:
            raise BurdenError(
                f"there is no weight for {over} {value}.",
                f"không có trọng số cho {over} {value}.",
                column=over,
            )
    used = {value: weight / total for value, weight in weights.items() if weight > 0}
    labels = pl.Series(over, list(used), dtype=rows.schema[over], strict=False)
    return pl.DataFrame({over: labels, "share": list(used.values())})


def _refuse_missing(
    short: pl.DataFrame, rows: pl.DataFrame, shares: pl.DataFrame, over: str, by: Sequence[str]
) -> None:
    if short.is_empty():
        return
    first = short.row(0, named=True)
    here = pl.all_horizontal(
        pl.lit(value=True), *(pl.col(n).eq_missing(pl.lit(first[n])) for n in [*by, "years"])
    )
    present = rows.filter(here & pl.col("survival").is_not_null())[over].implode()
    lacking = shares.filter(~pl.col(over).is_in(present))[over][0]
    where = "".join(f", {name} {first[name]}" for name in by)
    raise BurdenError(
        f"there is no survival of {over} {lacking} at {first['years']:g} years{where}: merge age groups, or stop the curve there.",
        f"không có tỷ lệ sống thêm của {over} {lacking} ở {first['years']:g} năm{where}: hãy gộp nhóm tuổi, hoặc dừng đường cong ở đó.",
        column=over,
    )
