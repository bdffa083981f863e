"""Hazards out of published probabilities and death rates."""

from collections.abc import Sequence

import polars as pl

from banyan.science.burden.lifetable.placing import check, read_numbers, refuse_twice
from banyan.science.burden.lifetable.table import HIGHEST, refuse_holes

MEASURES = ("q", "p", "m")


def make_hazards(
    rows: pl.DataFrame, covariates: Sequence[str], *, open_ended: bool
) -> tuple[pl.DataFrame, float | None]:
    """Turn probabilities and rates into hazards; say too at which age the table ends, None where that is open."""
    table = ["sex", *covariates, "year"]
    refuse_twice(rows, [*table, "age"], [*table, "age"])
    refuse_holes(rows, [*table, "age"])
    rows = rows.sort([*table, "age"]).with_columns(after=pl.col("age").shift(-1).over(table))
    rows = rows.sort("line")
    reason = "the group ‘{}’ does not go on to the next one listed."
    gap = pl.col("ends").is_not_null() & pl.col("after").is_not_null() & (pl.col("ends") != pl.col("after"))
    gap |= pl.col("open") & pl.col("after").is_not_null()
    check(rows, "label", gap, reason, "nhóm ‘{}’ không nối tiếp nhóm sau.")
    rows = _read_measures(rows)
    width = pl.coalesce(pl.col("after") - pl.col("age"), pl.col("ends") - pl.col("age"), pl.lit(1.0))
    surviving = -(-pl.col("q")).log1p() / width
    ended = pl.col("after").is_null() & (pl.col("open") | (pl.col("q") >= 1))
    chosen = pl.when(ended & pl.col("m").is_not_null()).then("m").when(pl.col("q") < 1).then(surviving)
    held = pl.col("hazard").forward_fill().over(table, order_by="age")
    rows = rows.with_columns(hazard=chosen.otherwise(pl.col("m"))).with_columns(hazard=held)
    check(
        rows,
        "m",
        pl.col("m") > HIGHEST,
        "{} deaths per person-year cannot be; are these per 1,000 or 100,000?",
        "{} ca tử vong trên một người-năm không thể có; đây có phải là trên 1.000 hay 100.000 không?",
    )
    last = rows.filter(pl.col("after").is_null())
    ends = (
        None
        if open_ended or last["open"].any()
        else last.select(pl.coalesce("ends", pl.col("age") + 1).max()).item()
    )
    return rows.select(*table, "age", "hazard"), ends


def _read_measures(rows: pl.DataFrame) -> pl.DataFrame:
    """Read the probabilities and rates that are there; ``q`` is made of ``p``, and one of ``q`` and ``m`` is in each row."""
    present = [name for name in MEASURES if name in rows.columns]
    for name in present:
        rows = read_numbers(rows, name, nullable=True)
        check(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    for name, what, what_vi in (("q", "death", "chết"), ("p", "survival", "sống")):
        if name in present:
            reason = f"a probability of {what} lies between 0 and 1, and {{}} does not."
            check(
                rows, name, pl.col(name) > 1, reason, f"xác suất {what_vi} nằm giữa 0 và 1, {{}} thì không."
            )
    if "p" in present and "q" not in present:
        rows = rows.with_columns(q=1 - pl.col("p"))
    rows = rows.with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in ("q", "m") if name not in rows.columns
    )
    main = next(name for name in present)
    empty = pl.col("q").is_null() & pl.col("m").is_null()
    check(rows, main, empty, "the value is empty.", "ô này trống.")
    certain = (pl.col("q") == 1) & pl.col("after").is_not_null()
    reason = "a probability of death below the last age lies under 1, and {} does not."
    reason_vi = "xác suất chết ở tuổi chưa phải cuối cùng phải nhỏ hơn 1, {} thì không."
    check(rows, "q" if "q" in present else main, certain, reason, reason_vi)
    return rows
